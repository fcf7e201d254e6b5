/** The console as a person uses it: a real Chromium, every page, by mouse, keyboard and address. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page, Request, Route } from 'playwright-core'
import { testAddresses } from '../harness/addresses.ts'
import { seriousFindings } from '../harness/axe.ts'
import { openBrowser, openPage, type WatchedPage } from '../harness/browser.ts'
import { anEvent, without } from '../harness/builders.ts'
import { openProxy } from '../harness/proxy.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'
import { hostile, type Sent, sendAndSettle } from './sent-events.ts'

let browser: Browser
let pulse: Pulse
let sent: Sent
let requestId: string
let tab: WatchedPage

beforeAll(async () => {
  browser = await openBrowser()
  pulse = await startPulse({ admin: true })
  sent = await sendAndSettle(pulse)
  const answer = await pulse.post(anEvent({ event_id: 'evt_way' }))
  requestId = answer.body.request_id
  for (let n = 0; n < 60; n++)
    await pulse.post(anEvent({ event_id: `evt_b_${n}`, event_type: 'many' }), as('key_b'))
  await until('all is stored', async () => {
    const [row] = await pulse.sql<{ n: number }[]>`select count(*)::int as n from events`
    return row?.n === 67
  })
  tab = await openPage(browser, { baseURL: admin() })
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await pulse?.stop()
})

const admin = () => pulse.admin?.url ?? ''
const as = (key: string) => ({ 'X-API-Key': key })
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${admin()}${path}`, { headers })
const textOf = async (page: Page, selector: string): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is shown is what these tests are about
  (await page.locator(selector).first().innerText()).replace(/\s+/g, ' ').trim()
const hrefOfLetter = async () => {
  const [row] = await pulse.sql<{ id: string }[]>`
    select id from dead_letters where idempotency_key = ${sent.hostileInvalid.key}`
  return `/dlq/${row?.id}`
}
/** Of all tenants, when nothing is on its way any more. */
const everythingStored = async () => {
  await until('nothing is on its way', async () => {
    const lag = (await (await get('/admin/kafka/lag')).json()) as { totalLag: number | null }
    return lag.totalLag === 0
  })
  const [row] = await pulse.sql<{ n: number }[]>`
    select sum(stored)::int as n from pipeline_offsets`
  return row?.n ?? 0
}

const looks = [
  ['wide and light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
] as const

test.each(looks)(
  'every page is accessible and fits, %s',
  async (_, look) => {
    const { page, problems } = await openPage(browser, { baseURL: admin(), ...look })
    const hostileSearch = `/search?${new URLSearchParams({ tenant: 'tenant_a', eventId: hostile.id })}`
    const pages = ['/', '/pipeline', '/search', '/tail', '/dlq', `/events/${requestId}`]
    for (const path of [
      ...pages,
      await hrefOfLetter(),
      hostileSearch,
      '/nothing',
      '/dlq?limit=0',
    ]) {
      await page.goto(path)
      expect([path, await seriousFindings(page)]).toEqual([path, []])
      const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      expect([path, await page.evaluate(tooWide)]).toEqual([path, false])
    }
    // Those of the two pages that are not there.
    const expected = /status of 40[04]/
    expect(problems.filter((problem) => !expected.test(problem))).toEqual([])
  },
  60_000,
)

test('the first page with everything it needs is less than 100 KB', async () => {
  const { page } = await openPage(browser, { baseURL: admin() })
  const finished: Request[] = []
  page.on('requestfinished', (request) => void finished.push(request))
  await page.goto('/')
  await page.evaluate('document.fonts.ready')
  await until('the font is there', () => finished.length >= 6)
  // Asked here and not as they end: what ends while the page is closed cannot tell any more.
  const sizes = await Promise.all(finished.map((request) => request.sizes()))
  const bytesOf = ({ responseBodySize, responseHeadersSize }: (typeof sizes)[number]) =>
    responseBodySize + responseHeadersSize
  expect(sizes.reduce((sum, size) => sum + bytesOf(size), 0)).toBeLessThan(100_000)
  await page.context().close()
})

test('the keys of the keyboard find, go, list and walk, and can be turned off', async () => {
  const { page, problems } = tab
  await page.goto('/')
  await page.keyboard.press('/')
  await page.keyboard.type('g')
  expect(await page.inputValue('#find')).toBe('g')
  await page.locator('h1').click()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.waitForURL('**/dlq')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/dlq\/\d+$/)
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByRole('checkbox').uncheck()
  await page.keyboard.press('Escape')
  await page.reload()
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog').isVisible()).toBe(false)
  await page.evaluate('localStorage.clear()')
  expect(problems).toEqual([])
})

test.each([true, false])(
  'the colours are chosen, and stay (JavaScript: %p)',
  async (javaScriptEnabled) => {
    const options = { baseURL: admin(), javaScriptEnabled, colorScheme: 'light' } as const
    const { page, problems } = await openPage(browser, options)
    const theme = () => page.locator('html').getAttribute('data-theme')
    await page.goto('/dlq?code=VALIDATION_FAILED')
    await page.getByRole('button', { name: 'Dark' }).click()
    // The page that it comes back to has the address of the one before.
    await until('it is dark', async () => (await theme()) === 'dark')
    await page.waitForURL('**/dlq?code=VALIDATION_FAILED')
    await page.goto('/')
    expect(await theme()).toBe('dark')
    await page.getByRole('button', { name: 'Auto' }).click()
    await until('it is as the system has it', async () => (await theme()) !== 'dark')
    expect(await theme()).toBeNull()
    expect(problems).toEqual([])
    await page.context().close()
  },
)

test('an event is found by its id, its key and its request, and shows its way', async () => {
  const { page, problems } = tab
  for (const find of [requestId, 'evt_way']) {
    await page.goto('/')
    await page.fill('#find', find)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/(events|search)/)
    expect(await textOf(page, '#main')).toContain('evt_way')
  }
  await page.goto(`/search?q=${encodeURIComponent(sent.invalid.key)}`)
  expect(await textOf(page, '#main')).toContain('Outcome dead')
  await page.goto(`/events/${requestId}`)
  const way = await page.locator('.journey .what').allInnerTexts()
  expect(way).toEqual(['Occurred', 'Accepted', 'In Kafka', 'Validated', 'Stored'])
  expect(await textOf(page, '#curl')).toContain(`/events/${requestId}'`)
  expect(problems).toEqual([])
})

test('a list goes on where it ended, with JavaScript below and without by its address', async () => {
  const { page, problems } = tab
  await page.goto('/search?tenant=tenant_b')
  expect(await page.locator('#rows [data-row]').count()).toBe(50)
  await page.getByRole('link', { name: /Older|Look further back/ }).click()
  await until(
    'the rest is there',
    async () => (await page.locator('#rows [data-row]').count()) === 60,
  )
  const plain = await openPage(browser, { baseURL: admin(), javaScriptEnabled: false })
  await plain.page.goto('/search?tenant=tenant_b')
  await plain.page.getByRole('link', { name: /Older|Look further back/ }).click()
  await plain.page.waitForURL('**before=**')
  expect(await plain.page.locator('#rows [data-row]').count()).toBe(10)
  expect([...problems, ...plain.problems]).toEqual([])
  await plain.page.context().close()
})

test('a list that cannot go on goes to the page that says why', async () => {
  const { page } = await openPage(browser, { baseURL: admin() })
  const answers: [(route: Route) => Promise<void>, string][] = [
    [(route) => route.fulfill({ body: '<main>Result: unknown</main>' }), 'an outage'],
    [(route) => route.fulfill({ status: 500, body: 'failed' }), 'a failure'],
    [(route) => route.abort(), 'nothing'],
  ]
  for (const [answer, what] of answers) {
    const isOfScript = (route: Route) => route.request().resourceType() === 'xhr'
    await page.route('**/search?*before=*', (route) =>
      isOfScript(route) ? answer(route) : route.continue(),
    )
    await page.goto('/search?tenant=tenant_b')
    await page.getByRole('link', { name: /Older|Look further back/ }).click()
    await page.waitForURL('**before=**')
    expect([what, await page.locator('#rows [data-row]').count()]).toEqual([what, 10])
    await page.unrouteAll()
  }
  await page.context().close()
})

test('the live tail shows what is stored, on top, of whom is watched, and pauses', async () => {
  const { page, problems } = tab
  // Who comes to a stream is told of the last seconds only.
  const followed = (go: () => Promise<unknown>) =>
    Promise.all([page.waitForResponse(/\/live\/tail/), go()])
  await followed(() => page.goto('/tail?tenant=tenant_b'))
  await page.waitForFunction('document.querySelector("[data-pause]")?.hidden === false')
  await pulse.post(anEvent({ event_id: 'evt_of_a' }))
  await pulse.post(anEvent({ event_id: 'evt_tail_1' }), as('key_b'))
  const top = () => textOf(page, '#rows [data-row]')
  await until('it is on top', async () => (await top()).includes('evt_tail_1'), 20_000)
  // What the page came with is sent to it again.
  await followed(() => page.reload())
  await pulse.post(anEvent({ event_id: 'evt_tail_1b' }), as('key_b'))
  await until('the next is on top', async () => (await top()).includes('evt_tail_1b'), 20_000)
  expect(await page.locator('#rows [data-row]', { hasText: /evt_tail_1(?!b)/ }).count()).toBe(1)
  expect(await page.locator('#rows', { hasText: 'evt_of_a' }).count()).toBe(0)
  await page.locator('h1').click()
  await page.keyboard.press('p')
  expect(await textOf(page, '#stale')).toBe('Paused')
  await pulse.post(anEvent({ event_id: 'evt_tail_2' }), as('key_b'))
  await until('it is stored', async () => {
    const rows = await pulse.sql`select from events where event_id = 'evt_tail_2'`
    return rows.length === 1
  })
  expect(await top()).toContain('evt_tail_1b')
  expect(problems).toEqual([])
}, 60_000)

test('Overview goes on by itself, and leaves open what was opened', async () => {
  const { page, problems } = tab
  // What earlier tests sent and did not wait for would be counted too.
  const stored = await everythingStored()
  await page.goto('/')
  const total = async () => Number(await textOf(page, '.cell:has-text("Stored, in total") .figure'))
  await until('all of it is counted', async () => (await total()) === stored, 20_000)
  await page.locator('#hour-table summary').click()
  await pulse.post(anEvent())
  await until('it is counted', async () => (await total()) === stored + 1, 20_000)
  expect(await page.locator('#hour-table').getAttribute('open')).not.toBeNull()
  expect(await textOf(page, '#stale')).toBe('')
  expect(problems).toEqual([])
}, 60_000)

test('a page whose stream is refused says after ten seconds that it is old, until it hears something', async () => {
  const { page } = await openPage(browser, { baseURL: admin() })
  await page.clock.install()
  let refusals = 0
  const refuse = (route: Route) => {
    refusals++
    return route.fulfill({ status: 503 })
  }
  await page.route('**/live/**', refuse)
  await page.goto('/tail')
  const says = () => textOf(page, '#stale')
  for (let tries = 1; tries <= 8; tries++) {
    await until('it asked again', () => refusals >= tries)
    await page.clock.runFor(2000)
  }
  expect(await says()).toContain('These are old figures')
  await page.unroute('**/live/**', refuse)
  await until('it is new again', async () => (await says()) === '', 20_000)
  await page.context().close()
}, 60_000)

test('a dead letter has an address, its record marked where it is wrong, and a file of its bytes', async () => {
  const { page, problems } = tab
  const href = await hrefOfLetter()
  await page.goto(href)
  expect(await textOf(page, 'mark .finding')).toBe('▲ missing event_type')
  expect(await textOf(page, '[aria-labelledby=in-kafka]')).toMatch(
    /Key tenant_a:.* pulse-fingerprint [0-9a-f]{32}/,
  )
  const record = await get(`${href}/record`)
  expect(record.headers.get('content-type')).toBe('application/octet-stream')
  expect(((await record.json()) as { event: unknown }).event).toEqual(sent.hostileInvalid.event)
  expect(await (await get(href, { Accept: 'application/json' })).json()).toMatchObject({
    original: { event: sent.hostileInvalid.event },
    headers: [['pulse-fingerprint', expect.stringMatching(/^[0-9a-f]{32}$/)]],
  })
  expect((await get('/dlq/999999')).status).toBe(404)
  expect(problems).toEqual([])
})

test('dead letters are counted by what is wrong, narrowed by a click, and exported whole', async () => {
  const { page, problems } = tab
  await pulse.post(without(anEvent(), 'payload'))
  await until('it is dead', async () => {
    const rows = await pulse.sql`select from dead_letters where path = '/payload'`
    return rows.length === 1
  })
  // What was counted for an earlier visit may be shown for a while.
  await until(
    'it is counted',
    async () => {
      await page.goto('/dlq')
      return (await page.locator('#clusters-table tbody tr').count()) === 2
    },
    40_000,
  )
  await page
    .locator('#clusters-table tr', { hasText: '/payload' })
    .getByRole('link')
    .first()
    .click()
  await page.waitForURL('**path=**')
  expect(await page.locator('.letters [data-row]').count()).toBe(1)
  const lines = (await (await get('/dlq.ndjson')).text()).trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({
      code: 'VALIDATION_FAILED',
      original: { tenant_id: 'tenant_a' },
    })
  expect(problems).toEqual([])
}, 60_000)

describe('a producer asks what became of its request, by its own key', () => {
  const ask = async (id: string, headers: Record<string, string>) => {
    const answer = await get(`/events/${id}`, headers)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  test('and learns of what is its own', async () => {
    expect(await ask(requestId, as('key_a'))).toMatchObject({
      status: 200,
      body: { request_id: requestId, status: 'stored', tenant_id: 'tenant_a', event_id: 'evt_way' },
    })
    expect(await ask(requestId, { Authorization: 'Bearer key_a' })).toMatchObject({ status: 200 })
    expect(await ask(requestId, as('key_b'))).toMatchObject({ status: 404 })
    expect(await ask(requestId, as('nobodys'))).toMatchObject({ status: 401 })
  })

  test('of a batch as of a single event, of a dead letter as of a stored one', async () => {
    const events = [
      anEvent({ event_id: 'in_batch' }),
      without(anEvent({ event_id: 'bad' }), 'payload'),
    ]
    const response = await fetch(`${pulse.ingest.url}/events/batch`, {
      method: 'POST',
      headers: { ...as('key_a'), 'Content-Type': 'application/json' },
      body: JSON.stringify(
        events.map((event) => ({ ...event, idempotency_key: crypto.randomUUID() })),
      ),
    })
    const { request_id } = (await response.json()) as { request_id: string }
    const decided = (n: number) =>
      until(`event ${n} is decided`, async () => {
        const { status, body } = await ask(`${request_id}.${n}`, as('key_a'))
        return status === 200 ? body : undefined
      })
    expect(await decided(0)).toMatchObject({ status: 'stored', event_id: 'in_batch' })
    expect(await decided(1)).toMatchObject({
      status: 'dead_letter',
      reason: 'VALIDATION_FAILED: missing payload',
    })
  })
})

test('while Postgres is away every page says what is unknown, and goes on when it is back', async () => {
  const database = new URL(pulse.databaseUrl)
  const proxy = await openProxy(Number(database.port))
  database.port = String(proxy.port)
  const another = await spawnService('admin', {
    KAFKA_BROKERS: testAddresses().kafka,
    KAFKA_RAW_TOPIC: pulse.topics.raw,
    KAFKA_CONTROL_TOPIC: pulse.topics.control,
    KAFKA_GROUP: pulse.topics.group,
    DATABASE_URL: String(database),
    INGEST_URL: pulse.ingest.url,
    PROCESSOR_URL: pulse.processor.url,
    ADMIN_STATEMENT_TIMEOUT_MS: '500',
  })
  const { page, problems } = await openPage(browser, { baseURL: another.url })
  const tail = await openPage(browser, { baseURL: another.url })
  const tailSays = () => textOf(tail.page, '#stale')
  const total = () => textOf(page, '.cell:has-text("Stored, in total") .figure')
  const isKnown = async () => /^\d+$/.test(await total())
  const pages = ['/', '/pipeline', '/search', '/tail', '/dlq', `/events/${requestId}`]
  try {
    await page.goto('/')
    await tail.page.goto('/tail')
    for (const is of ['cut', 'black-hole'] as const) {
      proxy.behave({ is })
      await until('the open page says so', async () => (await total()) === 'unknown', 30_000)
      expect(await textOf(page, '#main')).toContain('Some facts are unknown')
      await until('the tail says so', async () => (await tailSays()).includes('PostgreSQL'), 30_000)
      const answers = await Promise.all(pages.map((path) => fetch(`${another.url}${path}`)))
      for (const [i, answer] of answers.entries()) {
        expect([pages[i], answer.status]).toEqual([pages[i], 200])
        expect(await answer.text()).toContain('unknown')
      }
      proxy.behave({ is: 'pass' })
      await until('the open page goes on', isKnown, 30_000)
      await until('and so does the tail', async () => (await tailSays()) === '', 30_000)
    }
    // Nobody tells of a connection that the network has forgotten: it is given up. Whether the page is measured just
    // then, and says so, is chance: the tail asks over the same connections.
    const measured = () => textOf(page, '#measured')
    const givenUps = () =>
      another.lines().filter(({ msg }) => msg === 'connections to postgres given up').length
    const givenUpBefore = givenUps()
    proxy.behave({ is: 'forget' })
    await until('connections are given up', () => givenUps() > givenUpBefore, 30_000)
    const then = await measured()
    await until('the page goes on', async () => (await measured()) !== then && isKnown(), 30_000)
    await until('and so does the tail', async () => (await tailSays()) === '', 30_000)
    expect([...problems, ...tail.problems]).toEqual([])
  } finally {
    await page.context().close()
    await tail.page.context().close()
    await another.stop()
    await proxy.close()
  }
}, 120_000)
