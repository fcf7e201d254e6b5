/** Every door says the same of the same event, and the same becomes of it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testAddresses } from '../harness/addresses.ts'
import { openControl } from '../harness/control.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import type { Door, OpenDoor, Told } from './doors/door.ts'
import { doors } from './doors/doors.ts'
import { type Entry, events } from './doors/events.ts'

let pulse: Pulse
let strictKey: string
const run = crypto.randomUUID()

beforeAll(async () => {
  pulse = await startPulse()
  const control = openControl({ kafka: testAddresses().kafka, topic: pulse.topics.control })
  await control('tenant set tenant_strict --validation strict')
  strictKey = (await control('key create tenant_strict laptop')).key
  await until('the key is in force', async () => {
    const headers = { 'X-API-Key': strictKey, 'Content-Type': 'application/json' }
    const answer = await fetch(`${pulse.ingest.url}/events`, { method: 'POST', headers, body: '' })
    return answer.status === 400
  })
}, 60_000)
afterAll(() => pulse?.stop())

describe.each(doors.map((door) => [door.name, door] as const))('%s', (_, door) => {
  const entries = events.filter(({ form }) => door.forms.includes(form))
  const keyOf = (entry: Entry) => `${run}/${door.name}/${entry.name}`

  test('says of each event what the table says', async () => {
    expect(words(entries, await sendEach(door, entries, 'key_a', keyOf))).toEqual(
      entries.map(({ name, told }) => [name, told]),
    )
  })

  test('says of what it accepted, sent again, that it is a duplicate', async () => {
    const accepted = entries.filter(({ outcome }) => outcome !== 'none')
    expect(words(accepted, await sendEach(door, accepted, 'key_a', keyOf))).toEqual(
      accepted.map(({ name, told }) => [name, told.replace('accepted', 'duplicate')]),
    )
  })

  test('refuses another event under the key of one that it accepted', async () => {
    const others = entries.flatMap(({ other, ...entry }) =>
      other ? [{ ...entry, text: other }] : [],
    )
    const told = await sendEach(door, others, 'key_a', keyOf)
    expect(words(others, told)).toEqual(others.map(({ name }) => [name, 'IDEMPOTENCY_KEY_REUSED']))
    expect(others.length).toBeGreaterThan(0)
  })

  test('tells a strict tenant as a refusal what it tells others as a warning', async () => {
    expect(words(entries, await sendEach(door, entries, strictKey, keyOf))).toEqual(
      entries.map(({ name, told, toldStrictly }) => [name, toldStrictly ?? told]),
    )
  })

  test.each(entries.map((entry) => [entry.name, entry.outcome, entry] as const))(
    'and of %s becomes: %s',
    async (_, outcome, entry) => {
      const key = entry.keyedBy?.(keyOf(entry)) ?? keyOf(entry)
      if (outcome !== 'none')
        await until('it has an outcome', async () => {
          const rows = await pulse.sql`
            select from event_keys where tenant_id = 'tenant_a' and idempotency_key = ${key}`
          return rows.length === 1
        })
      const rows = await pulse.sql<{ row: object }[]>`
        select to_jsonb(events) as row from events
         where tenant_id = 'tenant_a' and idempotency_key = ${key}`
      const letters = await pulse.sql`
        select from dead_letters where tenant_id = 'tenant_a' and idempotency_key = ${key}`
      const expected = { stored: [1, 0], dead: [0, 1], none: [0, 0] }[outcome]
      expect([rows.length, letters.length]).toEqual(expected)
      if (entry.row) expect(rows[0]?.row).toMatchObject(entry.row)
    },
  )
})

/** Those of one form go together, where the door can; what is in flight elsewhere is sent again, as a producer does. */
async function sendEach(
  door: Door,
  entries: readonly Entry[],
  apiKey: string,
  keyOf: (entry: Entry) => string,
): Promise<Map<Entry, Told>> {
  const open: OpenDoor = await door.open(pulse, apiKey)
  const told = new Map<Entry, Told>()
  const send = async (some: readonly Entry[]) => {
    for (const form of door.forms) {
      const ofForm = some.filter((entry) => entry.form === form)
      const sent = ofForm.map((entry) => ({ form, text: entry.text(keyOf(entry)) }))
      const answers = sent.length === 0 ? [] : await open.send(sent)
      expect(answers).toHaveLength(sent.length)
      for (const [i, entry] of ofForm.entries()) told.set(entry, answers[i] as Told)
    }
  }
  await send(entries)
  await until('none is in flight', async () => {
    const inFlight = entries.filter((entry) => told.get(entry)?.words === 'IN_FLIGHT')
    if (inFlight.length > 0) await send(inFlight)
    return inFlight.length === 0
  })
  await open.close()
  return told
}

const words = (entries: readonly Entry[], told: ReadonlyMap<Entry, Told>) =>
  entries.map((entry) => [entry.name, told.get(entry)?.words])
