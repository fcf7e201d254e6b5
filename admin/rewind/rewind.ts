/**
 * Takes processors back: pauses them, moves the group's offsets, and lets them go on.
 * Promises: however it ends, a pause that it made is over, unless Kafka does not take that either. Whoever was paused
 * before stays paused.
 */
import { pipelineId } from '../../contracts/control.ts'
import { type ControlState, entityIn } from '../../contracts/control-state.ts'
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
  readonly control: ControlTopic
  readonly group: Group
  /** Given when it is to be broken off. */
  readonly signal: AbortSignal
}

/** Throws Unavailable when it cannot be done: then no offset was moved. */
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
  if (before?.reason === reason) throw new Unavailable('another rewind is at work')
  const paused = before?.paused ?? false
  try {
    if (!paused) await control.change((known) => setPaused(known, true, reason))
    await group.untilEmpty(signal)
    const targets = await decide()
    if (targets.length > 0) await group.move(targets)
    return { targets, paused }
  } finally {
    if (!paused) await control.change(endOwnPause)
  }
}

const pipelineIn = (state: ControlState) => entityIn(state, 'pipeline', pipelineId)

/** Whoever has paused for another reason meanwhile still wants it. */
const endOwnPause = (state: ControlState): Change =>
  pipelineIn(state)?.reason === reason ? setPaused(state, false) : { is: 'nothing' }
