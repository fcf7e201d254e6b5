/** What is wrong with a dead letter, at the places of its record: all that validation finds, not only the first. Pure. */
import { findingsIn } from '../contracts/envelope.ts'
import type { Marked } from './json-lines.ts'
import type { DeadLetter } from './record-facts.ts'

/** `json` is the record's text, which is JSON. */
export function letterFindings(
  { stage, path, sentence }: Pick<DeadLetter, 'stage' | 'path' | 'sentence'>,
  json: string,
): readonly Marked[] {
  const record: unknown = JSON.parse(json)
  const event = isObject(record) ? record.event : undefined
  if (stage === 'validate' && isObject(event))
    return findingsIn(event, json).map(({ path, message }) => ({
      pointer: `/event${path}`,
      message,
    }))
  return [{ pointer: path ?? '', message: sentence }]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
