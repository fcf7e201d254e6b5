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
  'ordering_key',
  'event_id',
  'event_type',
  'schema_version',
  'occurred_at',
  'record',
  'code',
  'class',
  'stage',
  'path',
  'sentence',
  'original',
  'redrive_letter',
  'redrive_attempt',
  'redrive_fingerprint',
] as const

type Staged = Record<(typeof stagedColumns)[number], string | undefined>

export const copyText = (records: readonly Judged[]): string => records.map(stagedRow).join('')

/** One record as a line of COPY text, newline included. */
export function stagedRow(judged: Judged): string {
  const fields: Staged = {
    offset: String(judged.offset),
    tenant_id: judged.tenantId,
    idempotency_key: judged.idempotencyKey,
    fingerprint: judged.fingerprint,
    request_id: judged.requestId,
    received_at: judged.receivedAt,
    event_id: judged.eventId,
    event_type: judged.eventType,
    redrive_letter: judged.redrive?.letter,
    redrive_attempt: judged.redrive && String(judged.redrive.attempt),
    redrive_fingerprint: judged.redrive?.fingerprint,
    ...(judged.kind === 'event' ? eventFields(judged) : deadFields(judged)),
  }
  return `${stagedColumns.map((column) => copyField(fields[column])).join('\t')}\n`
}

const eventFields = (judged: Judged & { kind: 'event' }) => ({
  ordering_key: judged.orderingKey,
  schema_version: String(judged.event.schema_version),
  occurred_at: judged.event.occurred_at,
  record: judged.value.toString('utf8'),
  code: undefined,
  class: undefined,
  stage: undefined,
  path: undefined,
  sentence: undefined,
  original: undefined,
})

const deadFields = (judged: Judged & { kind: 'dead' }) => ({
  ordering_key: undefined,
  schema_version: undefined,
  occurred_at: undefined,
  record: undefined,
  code: judged.reason.code,
  class: judged.reason.class,
  stage: judged.reason.stage,
  path: judged.reason.path,
  sentence: judged.reason.sentence,
  original: `\\x${judged.value.toString('hex')}`,
})

const special = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

export const copyField = (text: string | undefined): string =>
  text === undefined ? '\\N' : text.replace(special, (character) => escapes[character] ?? character)
