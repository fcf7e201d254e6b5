/**
 * Waits until everything that was in the log when sending ended is counted, as the admin measures it. Other traffic
 * may go on meanwhile. Gives up when nothing has moved for `stuckMs`.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type } from 'arktype'

const count = type('number | null')
const conservationShape = type({
  conservation: {
    closes: 'boolean | null',
    topicId: 'string | null',
    findings: 'string[]',
    partitions: type({ partition: 'number', logEnd: count, countedTo: count }).array(),
  },
})

export type Conservation = typeof conservationShape.infer.conservation

export type Drain =
  | { readonly is: 'drained'; readonly closes: boolean; readonly findings: readonly string[] }
  | { readonly is: 'stuck'; readonly why: string }

type Deps = {
  readonly measure: () => Promise<Conservation>
  readonly pause: (ms: number) => Promise<unknown>
  readonly now: () => number
  readonly onProgress: (left: number) => void
}

export async function awaitDrain(deps: Deps, config: { stuckMs: number }): Promise<Drain> {
  let goal: Conservation | undefined
  let fewest = Number.POSITIVE_INFINITY
  let movedAt = deps.now()
  for (;;) {
    const found = await deps.measure().catch((error: Error) => error)
    if (!(found instanceof Error)) goal ??= known(found)
    const left = found instanceof Error ? undefined : leftOf(goal, found)
    if (!(found instanceof Error) && left === 0 && found.closes !== null)
      return { is: 'drained', closes: found.closes, findings: found.findings }
    if (left !== undefined && left < fewest) {
      fewest = left
      movedAt = deps.now()
      deps.onProgress(left)
    }
    if (deps.now() - movedAt > config.stuckMs) return { is: 'stuck', why: whyStuck(found, left) }
    await deps.pause(200)
  }
}

/** The measurement, when it says where every log ends. */
const known = (found: Conservation): Conservation | undefined =>
  found.partitions.length > 0 && found.partitions.every(({ logEnd }) => logEnd !== null)
    ? found
    : undefined

/** Records of `goal`'s log that are not counted yet; undefined when that is unknown. */
export function leftOf(goal: Conservation | undefined, now: Conservation): number | undefined {
  if (goal === undefined || goal.topicId !== now.topicId) return undefined
  let left = 0
  for (const { partition, logEnd } of goal.partitions) {
    const countedTo = now.partitions.find((each) => each.partition === partition)?.countedTo
    if (typeof countedTo !== 'number' || logEnd === null) return undefined
    left += Math.max(0, logEnd - countedTo)
  }
  return left
}

function whyStuck(found: Conservation | Error, left: number | undefined): string {
  if (found instanceof Error) return `the admin does not answer: ${found.message}`
  if (left !== undefined && left > 0) return `${left} records are still in flight and nothing moves`
  return 'the admin cannot measure what is in flight, or the topic was replaced'
}

/** Asks the admin at `url`. */
export async function measureConservation(url: string): Promise<Conservation> {
  const response = await fetch(new URL('/admin/overview', url), {
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`/admin/overview answered ${response.status}`)
  const read = conservationShape(await response.json())
  if (read instanceof type.errors) throw new Error(`/admin/overview: ${read.summary}`)
  return read.conservation
}

export const drainDeps = (url: string, onProgress: (left: number) => void): Deps => ({
  measure: () => measureConservation(url),
  pause,
  now: () => performance.now(),
  onProgress,
})
