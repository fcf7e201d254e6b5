/**
 * All dead letters that fit, newest first, one JSON object a line with its whole original. Read as fast as the reader
 * takes it, a page at a time, so that memory holds one page. A store that goes away breaks the download off: an export
 * that ends well is whole.
 */
import { deadLetterAnswer } from './answers.ts'
import { writeJson } from './json.ts'
import type { LetterFilter } from './letter-query.ts'
import { listLetters } from './list-events.ts'
import type { Range } from './list-parameters.ts'
import { type Store, WHOLE } from './store.ts'

const lettersAtOnce = 20

export function exportLetters(
  store: Pick<Store, 'lettersBetween' | 'lettersBack'>,
  filter: LetterFilter,
  range: Range,
  now: Date,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const page = { range, limit: lettersAtOnce, now, mostBytes: WHOLE }
  let before = filter.before
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { rows, next } = await listLetters(store, { ...filter, before }, page)
      const lines = rows.map((letter) => `${writeJson(deadLetterAnswer(letter))}\n`)
      if (next === null) {
        if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
        controller.close()
        return
      }
      const [at = '', id = ''] = next.split('_')
      before = { at, id }
      // An empty page still has to be pulled from: nothing enqueued means that nobody asks again.
      controller.enqueue(encoder.encode(lines.join('')))
    },
  })
}
