/** Scenario 2 of seed 003: what comes again, and what is read again, changes nothing. */
import { type Produced, rewind } from '../commands.ts'
import { ask, countsOf, type Json, post, type ShownPulse } from '../shown-pulse.ts'
import type { Stage } from '../stage.ts'
import { idIn, storedRow } from './happy-path.ts'

/** A log that has been there for days holds millions. */
const rereadWithinMs = 600_000

export async function idempotency(
  pulse: ShownPulse,
  stage: Stage,
  sent: readonly Produced[],
): Promise<void> {
  await stage.heading('Scenario 2: retry and idempotency')
  const before = await tablesOf(pulse, sent)
  await again(pulse, stage, sent)

  const counts = await countsOf(pulse)
  stage.say('bun run rewind --to earliest')
  const rewound = await stage.check(
    "the group's offsets are back at the beginning",
    () => rewind(pulse, '--to', 'earliest'),
    ({ partitions }) => `${partitions.length} partitions`,
  )
  const reread = sumOf(rewound?.partitions ?? [], 'again')
  await stage.check(
    `the processor has read ${reread} records again`,
    async () => {
      const { partitions } = (await ask(pulse, '/admin/kafka/lag')).body
      return reread > 0 && partitions.every(isReadToItsEnd)
    },
    () => 'committed to the end of each partition',
    rereadWithinMs,
  )
  await stage.check(
    `${reread} re-read, 0 changed`,
    async () =>
      Bun.deepEquals(await countsOf(pulse), counts) &&
      Bun.deepEquals(await tablesOf(pulse, sent), before),
    () => 'the same rows, the same counts, the same answers with the same ETags',
  )
}

/** One event a second time, byte for byte: the first answer is repeated. */
async function again(pulse: ShownPulse, stage: Stage, [first]: readonly Produced[]): Promise<void> {
  if (first === undefined) return
  stage.say(`POST /events   ${first.event.eventType} ${first.event.eventId}, a second time`)
  await stage.check(
    'it is a duplicate, and the first answer is repeated',
    async () => {
      const { body } = await post(pulse, first.event, first.event.eventId)
      return body.duplicate === true && body.request_id === first.answer.request_id && body
    },
    ({ request_id }) => request_id,
  )
}

/** What the demonstration's events have made: rows with their ids and times, and answers with their tags. */
async function tablesOf(pulse: ShownPulse, sent: readonly Produced[]): Promise<Json> {
  const rows = await Promise.all(sent.map(({ event }) => storedRow(pulse, event.eventId)))
  const paths = [`/users/${idIn(sent, 'userId')}`, `/orders/${idIn(sent, 'orderId')}`]
  const answers = await Promise.all(paths.map((path) => ask(pulse, path)))
  return {
    rows,
    answers: answers.map(({ body, headers }) => ({ body, tag: headers.get('ETag') })),
  }
}

const isReadToItsEnd = ({ logEnd, committed }: { logEnd: number; committed: number | null }) =>
  logEnd === 0 || committed === logEnd

const sumOf = (rows: readonly Json[], name: string): number =>
  rows.reduce((sum, row) => sum + row[name], 0)
