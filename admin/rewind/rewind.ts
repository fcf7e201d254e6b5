/**
 * Takes processors back: pauses them, moves the group's offsets, and lets them go on.
 * Promises: however it ends, a pause that it made is over; where Kafka does not take that either, what is moved and who is
 * paused is said, and what to do. Whoever was paused before stays paused.
 */
import { pipelineId } from '../../contracts/control.ts'
import { type ControlState, entityIn } from '../../contracts/control-state.ts'
import { reasonOf } from '../../contracts/reason.ts'
import { type Change, setPaused } from '../control/changes.ts'
import type { ControlTopic } from '../control/topic.ts'
import { Unavailable } from '../outage.ts'
import type { Group } from './group.ts'
import { type Target, targetsOf, type Where } from './targets.ts'

export type Rewound = {
  readonly targets: readonly Target[]
  /** Processors were paused before, and still are. */
  readonly paused: boolean
}

const reason = 'bun run rewind is at work'

export type RewindDeps = {
  readonly control: Pick<ControlTopic, 'read' | 'change'>
  readonly group: Omit<Group, 'close'>
  /** Given when it is to be broken off. */
  readonly signal: AbortSignal
}

/** Throws Unavailable, which says whether offsets were moved, when it cannot be done or cannot be ended. */
export async function rewind(
  { control, group, signal }: RewindDeps,
  where: Where,
  partition: number | undefined,
): Promise<Rewound> {
  const decide = async () => {
    const all = await group.offsets(where.to === 'instant' ? where.ms : undefined)
    const wanted = all.filter((each) => partition === undefined || each.partition === partition)
    if (wanted.length === 0)
      throw new Unavailable(`there is no partition ${partition}: there are ${all.length}`)
    const targets = targetsOf(where, wanted)
    if (typeof targets === 'string') throw new Unavailable(targets)
    return targets
  }
  await decide() // what cannot be done stops nobody
  const before = pipelineIn((await control.read()).state)
  if (before?.reason === reason) throw new Unavailable(anotherAtWork)
  const paused = before?.paused ?? false
  let moved: Moved = 'nothing was moved'
  const work = async (): Promise<Rewound> => {
    if (!paused) await control.change((known) => setPaused(known, true, reason))
    await group.untilEmpty(signal)
    const targets = await decide()
    if (targets.length === 0) return { targets, paused }
    moved = 'whether offsets were moved is not known'
    await group.move(targets)
    moved = 'offsets were moved'
    return { targets, paused }
  }
  const [done] = await Promise.allSettled([work()])
  if (!paused)
    await control.change(endOwnPause).catch((error: unknown) => {
      const first = done.status === 'rejected' ? `${reasonOf(done.reason)}; ` : ''
      throw new Unavailable(`${first}${moved}, and ${stillPaused}: ${reasonOf(error)}`)
    })
  if (done.status === 'fulfilled') return done.value
  throw new Unavailable(`${reasonOf(done.reason)}; ${moved}`)
}

type Moved = 'nothing was moved' | 'whether offsets were moved is not known' | 'offsets were moved'

const stillPaused = 'processors may be paused still (`bun run control resume` ends that)'
const anotherAtWork =
  'another rewind is at work; if none is, one was killed and left its pause: `bun run control resume`, then again'

const pipelineIn = (state: ControlState) => entityIn(state, 'pipeline', pipelineId)

/** Whoever has paused for another reason meanwhile still wants it. */
const endOwnPause = (state: ControlState): Change =>
  pipelineIn(state)?.reason === reason ? setPaused(state, false) : { is: 'nothing' }
