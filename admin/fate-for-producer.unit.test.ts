import { describe, expect, test } from 'bun:test'
import { aDeadLetter, aLedgerEntry, anEvent, NOW, someRecords } from './builders.ts'
import { fateOf } from './fate.ts'
import { fateForProducer } from './fate-for-producer.ts'
import type { KeyRecords } from './store.ts'

const told = (
  key: { role: 'decided' | 'repeated' | 'conflict'; fingerprint: string | null },
  given: Partial<KeyRecords>,
) => {
  const records = someRecords(given)
  const fate = fateOf('tenant_a', 'key_1', records)
  return fateForProducer('req_3', key, fate, records.deadLetters)
}
const stored = { ledger: aLedgerEntry(), events: [anEvent()] }
const conflict = (fingerprint: string, given: Parameters<typeof aDeadLetter>[0] = {}) =>
  aDeadLetter({
    ...{ class: 'conflict', code: 'KEY_REUSED', sentence: 'the key is taken', path: null },
    ...{ fingerprint, eventId: `evt_${fingerprint}`, requestId: `req_${fingerprint}` },
    ...given,
  })

describe('a request that repeated', () => {
  const repeated = (fingerprint: string | null) => ({ role: 'repeated', fingerprint }) as const

  test('a stored event is told that it is stored', () => {
    expect(told(repeated('f1'), stored)).toMatchObject({
      ...{ status: 'stored', repeated: true, event_id: 'evt_1' },
      ...{ stored_at: NOW, reason: null },
    })
  })

  test('an event whose key is another one’s is told of its own dead letter', () => {
    expect(
      told(repeated('f2'), { ...stored, deadLetters: [conflict('f9'), conflict('f2')] }),
    ).toMatchObject({
      ...{ status: 'dead_letter', repeated: true, event_id: 'evt_f2', stored_at: null },
      ...{ reason: 'KEY_REUSED: the key is taken' },
    })
  })

  test('one of several, of which nobody kept which, is not told anything else', () => {
    expect(told(repeated(null), { ...stored, deadLetters: [conflict('f2')] })).toMatchObject({
      ...{ status: 'unknown', event_id: null, stored_at: null },
    })
    expect(told(repeated(null), stored)).toMatchObject({ status: 'stored', event_id: 'evt_1' })
  })

  test('what the ledger has forgotten since, and the key went to another event', () => {
    const ledger = aLedgerEntry({ fingerprint: 'f2' })
    expect(told(repeated('f1'), { ...stored, ledger })).toMatchObject({
      ...{ status: 'stored', event_id: null, received_at: null },
    })
    expect(told(repeated('f1'), { events: [anEvent()] })).toMatchObject({
      ...{ status: 'stored', event_id: 'evt_1' },
    })
  })
})

describe('a request that came with another event’s key', () => {
  const itself = { role: 'conflict', fingerprint: 'f2' } as const

  test('is told of its own letter, and never of another event', () => {
    expect(told(itself, { ...stored, deadLetters: [conflict('f2')] })).toMatchObject({
      ...{ status: 'dead_letter', event_id: 'evt_f2', failed_at: NOW },
    })
  })

  test('and was redriven since is stored', () => {
    expect(
      told(itself, { ...stored, deadLetters: [conflict('f2', { state: 'stored' })] }),
    ).toMatchObject({
      ...{ status: 'stored', event_id: 'evt_f2', failed_at: null, reason: null },
    })
  })
})

describe('a request that became a dead letter', () => {
  const decided = { role: 'decided', fingerprint: 'f1' } as const
  const ledger = aLedgerEntry({ outcome: 'dead' })

  test('is told why', () => {
    expect(told(decided, { ledger, deadLetters: [aDeadLetter()] })).toMatchObject({
      ...{ status: 'dead_letter', event_id: 'evt_1', failed_at: NOW },
      ...{ reason: 'MISSING_FIELD: event_type is required' },
    })
  })

  test('and was mended and redriven since is stored', () => {
    const mended = aLedgerEntry({ fingerprint: 'mended', offset: 7 })
    const deadLetters = [aDeadLetter({ state: 'stored', attempts: 2 })]
    expect(told(decided, { ...stored, ledger: mended, deadLetters })).toMatchObject({
      ...{ status: 'stored', event_id: 'evt_1', stored_at: NOW, failed_at: null },
    })
  })
})
