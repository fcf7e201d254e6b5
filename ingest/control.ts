/**
 * What `pulse.control` says, kept for as long as the process runs.
 * Promises: what is in force is always the whole of one reading: nothing before the topic has been read to its end, and
 * while it is read anew from its beginning, what was in force before. Knows no Kafka.
 */
import {
  type ControlRecord,
  type ControlState,
  emptyControl,
  foldControl,
} from '../contracts/control-state.ts'
import type { Log } from '../contracts/log.ts'

export type Control = {
  /** What is in force, another object after each change; undefined until the topic has been read once. */
  state(): ControlState | undefined
  /** Why changes are not followed now; undefined when they are. */
  trouble(): string | undefined
  readonly feed: ControlFeed
}

/** What the reader of the topic tells. */
export type ControlFeed = {
  /** A reading begins at the first record. */
  begun(): void
  records(records: readonly ControlRecord[]): void
  /** Everything that the topic holds has been told. */
  caughtUp(): void
  /** Why nothing can be read until the next reading has caught up. */
  troubled(reason: string): void
}

export function makeControl(log: Log): Control {
  let inForce: ControlState | undefined
  let reading: ControlState | undefined
  let trouble: string | undefined = notReadYet

  const fold = (state: ControlState, records: readonly ControlRecord[]): ControlState => {
    const folded = foldControl(state, records)
    for (const skipped of folded.skipped) log.warn(skipped, 'control record skipped')
    return folded.state
  }

  return {
    state: () => inForce,
    trouble: () => trouble,
    feed: {
      begun() {
        reading = emptyControl
      },
      records(records) {
        if (records.length === 0) return
        if (reading !== undefined) reading = fold(reading, records)
        else inForce = fold(inForce ?? emptyControl, records)
      },
      caughtUp() {
        if (reading === undefined) return
        inForce = reading
        reading = undefined
        trouble = undefined
        log.info({ entities: inForce.size }, 'control loaded')
      },
      troubled(reason) {
        if (trouble === undefined || trouble === notReadYet)
          log.warn({ reason }, 'control cannot be read: trying again')
        trouble = reason
      },
    },
  }
}

const notReadYet = 'not read yet'
