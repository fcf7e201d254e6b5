import { expect, test } from 'bun:test'
import { until } from '../infra/harness/until.ts'
import { makeTroubles } from './troubles.ts'

function aLog() {
  const lines: Record<string, unknown>[] = []
  return { lines, warn: (fields: object, msg: string) => void lines.push({ ...fields, msg }) }
}

test('the first of a kind is told at once, with its reason', () => {
  const log = aLog()
  const troubles = makeTroubles(log)
  troubles.happened('not_produced', 1, 'queue full')
  troubles.happened('overloaded', 3)
  expect(log.lines).toEqual([
    { trouble: 'not_produced', count: 1, reason: 'queue full', msg: 'records are not in Kafka' },
    { trouble: 'overloaded', count: 3, msg: 'events refused: too much is under way' },
  ])
})

test('what goes on is one line with the count and the last reason', async () => {
  const log = aLog()
  const troubles = makeTroubles(log, 5)
  for (let i = 0; i < 1000; i++) troubles.happened('not_produced', 2, `reason ${i}`)
  expect(log.lines).toHaveLength(1)
  await until('the rest is told', () => log.lines.length === 2)
  expect(log.lines[1]).toMatchObject({ count: 1998, reason: 'reason 999' })
})
