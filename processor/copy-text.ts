/**
 * Rows in the text format of COPY (PostgreSQL documentation, "COPY", File Formats): fields between tabs, rows between
 * newlines, `\N` for null, backslash escapes for backslash, tab, newline and carriage return.
 */
import type { Judged } from './decode.ts'

/** Columns of the staging table, in the order in which `stagedRow` writes them. */
export const stagedColumns = [
  'offset',
  'tenant_id',
  'idempotency_key',
  'fingerprint',
  'request_id',
  'received_at',
  'event_id',
  'event_type',
  'redrive_letter',
  'redrive_attempt',
  'redrive_fingerprint',
  'ordering_key',
  'schema_version',
  'occurred_at',
  'head',
  'payload',
  'tail',
  'extra',
  'code',
  'class',
  'stage',
  'path',
  'sentence',
  'original',
] as const

const nulls = (count: number): string => new Array(count).fill('\\N').join('\t')
const noRedrive = nulls(3)
const noEvent = nulls(7)
const noReason = nulls(6)

/** Characters of a chunk, at which the next one begins. */
const chunkLength = 64 * 1024

/** Lines for COPY, as bytes in the pieces in which they are to be sent: a batch is never held as one text. */
export function* copyChunks(records: readonly Judged[]): Generator<Buffer> {
  let text = ''
  for (const record of records) {
    text += stagedRow(record)
    if (text.length < chunkLength) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}

/** One record as a line of COPY text, newline included. Written out: this is done for every event. */
export const stagedRow = (judged: Judged): string =>
  `${identityFields(judged)}\t${judged.kind === 'event' ? eventFields(judged) : deadFields(judged)}\n`

const identityFields = (judged: Judged): string =>
  `${judged.offset}\t${judged.tenantId}\t${copyField(judged.idempotencyKey)}\t${judged.fingerprint}\t` +
  `${copyField(judged.requestId)}\t${judged.receivedAt}\t${copyField(judged.eventId)}\t` +
  `${copyField(judged.eventType)}\t${redriveFields(judged)}`

const redriveFields = ({ redrive }: Judged): string =>
  redrive === undefined
    ? noRedrive
    : `${redrive.letter}\t${redrive.attempt}\t${redrive.fingerprint}`

const eventFields = (judged: Judged & { kind: 'event' }): string =>
  `${copyField(judged.orderingKey)}\t${judged.schemaVersion}\t${judged.occurredAt}\t` +
  `${copyField(judged.head)}\t${copyField(judged.payload)}\t${copyField(judged.tail)}\t${copyField(judged.extra)}\t` +
  noReason

const deadFields = ({ reason, value }: Judged & { kind: 'dead' }): string =>
  `${noEvent}\t${reason.code}\t${reason.class}\t${reason.stage}\t${copyField(reason.path)}\t` +
  `${copyField(reason.sentence)}\t\\\\x${value.toString('hex')}`

const special = /[\\\t\n\r]/
const everySpecial = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** Asked first whether there is anything to escape: mostly there is not. */
export function copyField(text: string | undefined): string {
  if (text === undefined) return '\\N'
  return special.test(text)
    ? text.replace(everySpecial, (character) => escapes[character] ?? character)
    : text
}
