/** `/dlq/{id}`: one dead letter. `/dlq/{id}/record`: its record, byte for byte. */
import { type Context, Hono } from 'hono'
import { LetterPage } from '../../views/letter-page.tsx'
import type { DeadLetter } from '../../views/record-facts.ts'
import { TroublePage } from '../../views/trouble.tsx'
import { deadLetterAnswer } from '../answers.ts'
import type { FrameOf } from '../frame.ts'
import { ask } from '../outage.ts'
import type { ReadRecord } from '../read-record.ts'
import { json, outage, page, problem, wantsJson } from '../represent.ts'
import { type Store, WHOLE } from '../store.ts'
import type { Lookup } from './lookup.ts'

/** Bytes of the record that its page shows. */
const SHOWN = 256 * 1024

export function deadLetterByIdRoutes(
  deps: {
    readonly store: Pick<Store, 'letter'>
    readonly readRecord: ReadRecord
    readonly frameOf: FrameOf
  },
  config: Lookup & { readonly recordDeadlineMs: number },
) {
  const look = (id: string, mostBytes: number) =>
    config.askStore(() => deps.store.letter(Number(id), mostBytes))

  /** What could not be read is said, and keeps nobody from the rest. */
  const inKafka = async (letter: DeadLetter) => {
    const answer = await ask('Kafka', config.recordDeadlineMs, () => deps.readRecord(letter))
    return answer.ok ? answer.value : { outage: answer.outage }
  }

  const missing = (c: Context) =>
    wantsJson(c)
      ? problem(c, 404, 'NOT_FOUND', 'There is no dead letter with this id')
      : page(c, <TroublePage kind="not-found" frame={deps.frameOf(c)} />, 404)

  return new Hono()
    .get('/dlq/:id{[0-9]{1,15}}', async (c) => {
      const id = c.req.param('id')
      const answer = await look(id, wantsJson(c) ? WHOLE : SHOWN)
      if (answer.ok && answer.value === null) return missing(c)
      if (wantsJson(c)) {
        if (!answer.ok) return outage(c, answer.outage)
        if (answer.value === null) return missing(c)
        const record = await inKafka(answer.value)
        const { key, headers } = 'outage' in record ? { key: null, headers: null } : record
        return json(c, { ...deadLetterAnswer(answer.value), recordKey: key, headers })
      }
      const letter = answer.ok ? answer.value : null
      const record = letter === null ? undefined : await inKafka(letter)
      const props = { id, found: letter ?? outageIn(answer), inKafka: record }
      return page(c, <LetterPage {...props} frame={deps.frameOf(c)} />)
    })
    .get('/dlq/:id{[0-9]{1,15}}/record', async (c) => {
      const id = c.req.param('id')
      const answer = await look(id, WHOLE)
      if (!answer.ok) return outage(c, answer.outage)
      if (answer.value === null) return missing(c)
      // Never as what it claims to be: a stranger wrote it.
      c.header('Content-Type', 'application/octet-stream')
      c.header('Content-Disposition', `attachment; filename="dead-letter-${id}.bin"`)
      return c.body(new Uint8Array(answer.value.original))
    })
}

const outageIn = (answer: Awaited<ReturnType<typeof ask>>) => ({
  outage: answer.ok ? { kind: 'failed' as const, why: 'PostgreSQL failed' } : answer.outage,
})
