/** How long the console's pages take over a month of events, and what a hundred viewers cost. */

import { services } from '../../service.ts'
import type { Sql } from '../../sql.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { fillMonth, type Known, monthDays, storeNow } from '../month.ts'
import type { Place } from '../place.ts'
import { cpuSeconds } from '../processes.ts'
import { startPulse } from '../pulse.ts'

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })
const viewers = 100
const watching = 'a hundred viewers'
const following = 'a hundred of the tail'

type PathOf = string | ((asked: number) => string)

/** By what is asked; where an answer is remembered, each time something a little different. */
const paths = (known: Known): Readonly<Record<string, PathOf>> => {
  const query = (given: Record<string, string>) => new URLSearchParams(given)
  const { tenantId: tenant, eventId, key: idempotencyKey } = known
  return {
    Overview: '/',
    Pipeline: '/pipeline',
    'event by id': `/search?${query({ tenant, eventId })}`,
    'event by id, of any tenant': `/search?${query({ q: eventId })}`,
    'event by key': `/search?${query({ tenant, idempotencyKey })}`,
    'event by request': `/events/${known.requestId}`,
    'newest events': '/search',
    'events of a small tenant': `/search?${query({ tenant: 'tenant_19' })}`,
    'events of a rare type': `/search?${query({ type: 'rare' })}`,
    'events with a payload': `/search?${query({ payload: '{"user_id":"u17"}' })}`,
    'events of ten days ago': `/search?${query({ from: '11d', to: '10d', type: 'type_0' })}`,
    'dead letters': '/dlq',
    'dead letters that fit': `/dlq?${query({ path: '/payload', tenant: 'tenant_3' })}`,
    'one dead letter': `/dlq/${known.letterId}`,
    'top types of a day': (asked) => `/admin/top-event-types?sinceMinutes=${1440 - (asked % 60)}`,
  }
}

export const bench: Bench = {
  about: `Events of ${monthDays} days in Postgres, and every page of the console asked for again and again, one question at a time
on one connection that stays open: from the request to the last byte of the page, not compressed. _A hundred viewers_ watch
Overview, and _a hundred of the tail_ 50 events that are stored each second, once each has heard something; the admin's CPU
over that time, in per cent of one core, is what it costs.`,
  metrics: [
    ...['p50', 'p95', 'max'].map((point) => lower(point, 'ms')),
    lower('size', 'KB'),
    lower('admin', '% of a core'),
  ],
  pairs: [],

  async open(place, { quick }) {
    const [events, seconds] = quick ? [300_000, 2] : [10_000_000, 3]
    const { sql, admin, versions } = await startPulse(place, services)
    const known = await place.steps.run('a month', async (note) => ({
      result: await fillMonth(sql, events, note),
      detail: `${events.toLocaleString('en')} events`,
    }))
    const pages = paths(known)
    const run = (contender: string, forSeconds: number) => {
      if (contender === watching) return watch(place, `${admin}/live/overview`, forSeconds)
      if (contender !== following)
        return askAgainAndAgain(admin, pages[contender] ?? '/', forSeconds)
      return whileStored(sql, () => watch(place, `${admin}/live/tail`, forSeconds))
    }
    return {
      contenders: [...Object.keys(pages), watching, following],
      settings: { events, days: monthDays, tenants: 20, 'seconds a run': seconds },
      versions,
      warmUp: async (contender) => void (await run(contender, 1)),
      run: (contender) => run(contender, seconds),
    }
  },
}

async function askAgainAndAgain(admin: string, path: PathOf, forSeconds: number): Promise<Sample> {
  const took: number[] = []
  let bytes = 0
  const until = performance.now() + forSeconds * 1000
  while (performance.now() < until || took.length < 10) {
    const url = `${admin}${typeof path === 'string' ? path : path(took.length)}`
    const began = performance.now()
    const answer = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } })
    bytes = (await answer.arrayBuffer()).byteLength
    took.push(performance.now() - began)
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.ceil(share * took.length) - 1] ?? 0
  return { p50: at(0.5), p95: at(0.95), max: at(1), size: bytes / 1000 }
}

/** Stores 50 events a second meanwhile. */
async function whileStored<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  let over = false
  const storing = (async () => {
    while (!over) {
      await storeNow(sql, 50)
      await Bun.sleep(1000)
    }
  })()
  try {
    return await work()
  } finally {
    over = true
    await storing
  }
}

/** Each reads its stream to the end of the time. Throws when one of them is not served. */
async function watch(place: Place, url: string, forSeconds: number): Promise<Sample> {
  const abort = new AbortController()
  const watched = Array.from({ length: viewers }, () => view(url, abort.signal))
  try {
    await Promise.all(watched.map(({ served }) => served))
    const admin = () => cpuSeconds(place.pids()).admin ?? 0
    const before = admin()
    const seconds = Math.max(forSeconds, 4)
    await Promise.race([Bun.sleep(seconds * 1000), ...watched.map(({ ended }) => ended)])
    return { admin: (100 * (admin() - before)) / seconds }
  } finally {
    abort.abort()
    await Promise.allSettled(watched.flatMap(({ served, ended }) => [served, ended]))
  }
}

/** `served` resolves with the first piece of the stream; `ended` never does but rejects when the stream is over. */
function view(url: string, signal: AbortSignal): Viewer {
  const answering = fetch(url, { signal, headers: { 'Accept-Encoding': 'identity' } })
  const reading = answering.then(({ status, body }) => {
    if (status !== 200 || body === null) throw new Error(`${url} answered ${status}`)
    return body.getReader()
  })
  const read = async () => {
    const { done } = await (await reading).read()
    if (done) throw new Error(`${url} has ended`)
  }
  const served = read()
  const ended = served.then(async (): Promise<never> => {
    for (;;) await read()
  })
  ended.catch(() => undefined) // whoever waits for it is told
  return { served, ended }
}

type Viewer = { readonly served: Promise<void>; readonly ended: Promise<never> }
