import { describe, expect, test } from 'bun:test'
import { aDeadLetter, aLedgerEntry, anEvent, NOW, someRecords } from './builders.ts'
import { fateOf } from './fate.ts'
import type { KeyRecords } from './store.ts'

const fate = (given: Partial<KeyRecords>) => fateOf('tenant_a', 'key_1', someRecords(given))
const old = new Date(NOW.getTime() - 91 * 86_400_000)

describe('a promise is broken', () => {
  test.each<[string, Partial<KeyRecords>]>([
    ['The ledger does not know this key', { deadLetters: [aDeadLetter()] }],
    ['The ledger does not know this key', { events: [anEvent()] }],
    ['2 events are stored', { ledger: aLedgerEntry(), events: [anEvent(), anEvent()] }],
    [
      'it has an open dead letter',
      { ledger: aLedgerEntry(), events: [anEvent()], deadLetters: [aDeadLetter()] },
    ],
  ])('%s', (said, given) => {
    expect(fate(given).contradictions.join()).toInclude(said)
  })
})

describe('what is older than the ledger breaks no promise', () => {
  test('without its row of the ledger', () => {
    expect(fate({ deadLetters: [aDeadLetter({ receivedAt: old })] }).contradictions).toEqual([])
    expect(fate({ events: [anEvent({ receivedAt: old })] }).contradictions).toEqual([])
    expect(fate({ events: [anEvent()], ledgerStart: null }).contradictions).toEqual([])
  })

  test('under a key that was used anew, whose event is the one that the ledger knows', () => {
    const again = anEvent({ eventId: 'evt_again', offset: 99 })
    const { contradictions, event, deadLetter } = fate({
      ledger: aLedgerEntry({ offset: 99, fingerprint: 'f2' }),
      events: [anEvent({ receivedAt: old }), again],
      deadLetters: [aDeadLetter({ receivedAt: old })],
    })
    expect(contradictions).toEqual([])
    expect(event).toBe(again)
    expect(deadLetter?.fingerprint).toBe('f1')
  })
})
