/** How facts are written in the admin API: seed 000's dead-letter shape, camelCase, JSON columns as they are. Pure. */

import { type Original, readOriginal } from '../contracts/original.ts'
import type {
  DeadLetter,
  DeadLetters,
  Fate,
  Lag,
  Matches,
  Pipeline,
  StoredEvent,
} from '../views/facts.ts'
import { RawJson } from './json.ts'

export const deadLettersAnswer = ({ deadLetters, leftOut }: DeadLetters) => ({
  deadLetters: deadLetters.map(deadLetterAnswer),
  leftOut,
})

export const matchesAnswer = ({ events, deadLetters, more }: Matches) => ({
  events: events.map(eventAnswer),
  deadLetters: deadLetters.map(deadLetterAnswer),
  more,
})

export const fateAnswer = (fate: Fate) => ({
  ...fate,
  event: fate.event && eventAnswer(fate.event),
  deadLetter: fate.deadLetter && deadLetterAnswer(fate.deadLetter),
  conflicts: fate.conflicts.map(deadLetterAnswer),
})

export const pipelineAnswer = (pipeline: Pipeline) => ({
  ...pipeline,
  lag: lagAnswer(pipeline.lag),
})

/** What was never committed is null. */
export const lagAnswer = (lag: Lag) => ({
  ...lag,
  partitions:
    lag.partitions?.map(({ committed, ...partition }) => ({
      ...partition,
      committed: committed === 'never' ? null : committed,
    })) ?? null,
})

const eventAnswer = (event: StoredEvent) => ({
  ...event,
  payload: new RawJson(event.payload),
  extra: event.extra === null ? null : new RawJson(event.extra),
})

const deadLetterAnswer = ({ original, ...letter }: DeadLetter) => ({
  ...letter,
  reason: `${letter.code}: ${letter.sentence}`,
  original: originalAnswer(readOriginal(original)),
})

function originalAnswer(original: Original): unknown {
  if (original.kind === 'json') return new RawJson(original.text)
  return original.kind === 'text' ? original.text : { base64: original.base64 }
}
