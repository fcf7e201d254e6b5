/** A load that changes over time, read from `scenarios/NAME.json`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type } from 'arktype'

const share = type('0 <= number <= 1')

const scenarioShape = type({
  about: 'string',
  rps: 'number > 0',
  minutes: 'number > 0',
  duplicateRate: share,
  conflictRate: share,
  badRate: share,
  /** `share` of the whole time at `load` times the rate; shares add up to 1. */
  stages: type({ share: '0 < number <= 1', load: 'number >= 0' }).array().atLeastLength(1),
}).narrow(({ stages }, ctx) => {
  const sum = stages.reduce((total, stage) => total + stage.share, 0)
  return Math.abs(sum - 1) < 1e-9 || ctx.reject('stages whose shares add up to 1')
})

export type Scenario = typeof scenarioShape.infer

/** What is run without a scenario: a steady rate of good events. */
export const steady: Scenario = {
  about: 'A steady load of good events',
  rps: 100,
  minutes: 1,
  duplicateRate: 0,
  conflictRate: 0,
  badRate: 0,
  stages: [{ share: 1, load: 1 }],
}

const folder = join(import.meta.dir, 'scenarios')

export const scenarioNames = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()

/** Undefined when there is none of that name; throws when its file is not a scenario. */
export function readScenario(name: string): Scenario | undefined {
  if (!scenarioNames().includes(name)) return undefined
  const read = scenarioShape(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')))
  if (read instanceof type.errors) throw new Error(`scenarios/${name}.json: ${read.summary}`)
  return read
}
