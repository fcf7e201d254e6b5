import { describe, expect, test } from 'bun:test'
import type { StoredEvent } from '../views/record-facts.ts'
import { anAdmin, anEvent, aSleep, NOW, refused } from './builders.ts'
import { makeAskStore } from './outage.ts'
import type { EventFilter } from './search-query.ts'
import { makeTail, type TailDeps } from './tail.ts'

/** Events of which only the newest second is read before Postgres cuts off. */
function cutOffBehind(newest: () => readonly StoredEvent[]): TailDeps['store'] {
  let isCutOff = false
  return {
    async eventsBack(_, to) {
      isCutOff = !isCutOff
      if (!isCutOff) throw Object.assign(new Error('canceling statement'), { code: '57014' })
      return new Date(to.getTime() - 1000)
    },
    eventsBetween: async () => newest(),
  }
}

/** A tail over events that a test stores, a second at a time. */
function aTail(given: Partial<TailDeps['store']> = {}) {
  const { sleep, pass, asleep } = aSleep()
  const stored: StoredEvent[] = []
  let seconds = 0
  let questions = 0
  let written = 0
  const now = () => new Date(NOW.getTime() + seconds * 1000)
  const tail = makeTail({
    store: {
      eventsBack: async () => null,
      async eventsBetween(_, { from, to, limit }) {
        questions++
        return stored
          .filter(({ receivedAt }) => receivedAt >= from && receivedAt <= to)
          .toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
          .slice(0, limit)
      },
      ...given,
    },
    write: (events) => {
      written++
      return events.map(({ id }) => id).join()
    },
    askStore: makeAskStore(100),
    now,
    sleep,
  })
  return {
    tail,
    asleep,
    questions: () => questions,
    written: () => written,
    store: (id: string, receivedSecondsAgo = 0) =>
      stored.push(
        anEvent({
          id,
          receivedAt: new Date(now().getTime() - receivedSecondsAgo * 1000),
          processedAt: now(),
        }),
      ),
    async second() {
      seconds++
      await pass()
    },
    follow(filter: EventFilter = {}) {
      const heard: [string, string][] = []
      return { heard, stop: tail.follow(filter, (name, data) => heard.push([name, data])) }
    },
  }
}

describe('who follows', () => {
  test('is told each event once, newest first, and is given a sign of life in between', async () => {
    const { follow, store, second } = aTail()
    const { heard } = follow()
    store('a')
    await second()
    await second()
    store('b', 1)
    store('c')
    await second()
    expect(heard).toEqual([
      ['row', 'a'],
      ['alive', ''],
      ['row', 'c,b'],
    ])
  })

  test('is not told again what one question missed', async () => {
    let brings: StoredEvent[] = []
    const eventsBetween = async () => brings
    const { follow, second } = aTail({ eventsBetween })
    const { heard } = follow()
    const [a, b] = ['a', 'b'].map((id) => anEvent({ id })) as [StoredEvent, StoredEvent]
    for (const found of [[a], [b], [b, a], []]) {
      brings = found
      await second()
    }
    expect(heard).toEqual([
      ['row', 'a'],
      ['row', 'b'],
      ['alive', ''],
      ['alive', ''],
    ])
  })

  test('is told why nothing is known, and goes on afterwards', async () => {
    let away = true
    const eventsBetween = async () => (away ? await refused() : [anEvent()])
    const { follow, second } = aTail({ eventsBetween })
    const { heard } = follow()
    await second()
    away = false
    await second()
    expect(heard).toEqual([
      ['unknown', 'PostgreSQL cannot be reached (ECONNREFUSED)'],
      ['row', anEvent().id],
    ])
  })

  test('is told when time was up before all was looked through, whatever was found', async () => {
    const found = [[anEvent({ id: 'a' })], []]
    const { follow, second } = aTail(cutOffBehind(() => found.shift() ?? []))
    const { heard } = follow({ eventType: 'rare' })
    await second()
    await second()
    expect(heard).toEqual([
      ['partly', 'a'],
      ['partly', ''],
    ])
  })

  test('is told at most fifty a second', async () => {
    const { follow, store, second } = aTail()
    const { heard } = follow()
    for (let n = 0; n < 60; n++) store(`e${n}`)
    await second()
    expect(heard[0]?.[1].split(',')).toHaveLength(50)
  })
})

test('a page that could not look through all of it says how far it did, not that nothing was stored', async () => {
  const html = async (store: Partial<TailDeps['store']> = {}) =>
    await (await anAdmin({ store }).request('/tail?type=rare')).text()
  expect(await html()).toContain('Nothing was stored lately')
  const page = await html(cutOffBehind(() => []))
  expect(page).not.toContain('Nothing was stored')
  expect(page).toContain('Looked back to')
  expect(page).toContain('and time was up')
})

describe('those who watch the same', () => {
  test('share a question and what is written, until the last has gone', async () => {
    const { follow, store, second, questions, written, asleep } = aTail()
    const viewers = Array.from({ length: 100 }, () => follow())
    store('a')
    await second()
    expect([questions(), written()]).toEqual([1, 1])
    expect(viewers.every(({ heard }) => heard.length === 1)).toBe(true)
    for (const { stop } of viewers) stop?.()
    await second()
    expect([questions(), asleep()]).toEqual([1, 0])
    const { heard } = follow()
    store('b')
    await second()
    expect(heard).toEqual([['row', 'b,a']])
  })

  test('have each been told the last seconds, whoever was told them before', async () => {
    const { follow, store, second } = aTail()
    const { heard: ofFirst } = follow()
    store('long ago')
    for (let n = 0; n < 6; n++) await second()
    store('a')
    await second()
    const { heard } = follow()
    store('b')
    await second()
    store('c')
    await second()
    expect(ofFirst.slice(-3).map(([, ids]) => ids)).toEqual(['a', 'b', 'c'])
    expect(heard.map(([, ids]) => ids)).toEqual(['b,a', 'c'])
  })

  test('are not disturbed by one that fails', async () => {
    const { tail, follow, second } = aTail()
    tail.follow({}, () => {
      throw new Error('gone')
    })
    const { heard } = follow()
    await second()
    await second()
    expect(heard).toHaveLength(2)
  })
})

test('of different watches there are twenty at most, and of those who watch a thousand', () => {
  const { follow } = aTail()
  const watches = Array.from({ length: 21 }, (_, n) => follow({ tenantId: `t${n}` }).stop)
  expect(watches.map((stop) => stop !== undefined)).toEqual([
    ...Array.from({ length: 20 }, () => true),
    false,
  ])
  const viewers = Array.from({ length: 981 }, () => follow({ tenantId: 't0' }).stop)
  expect(viewers.filter((stop) => stop === undefined)).toHaveLength(1)
})
