/** The acceptance criterion 7 of the product's outline: the pages show it, in a real browser, whatever was sent. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser, openPage } from '../harness/browser.ts'
import { anEvent } from '../harness/builders.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { hostile, type Sent, sendAndSettle } from './sent-events.ts'

const dayMs = 86_400_000
/** For all tests of this file. */
const looksMs = 240_000
const msOfDayLeft = () => dayMs - (Date.now() % dayMs)

let browser: Browser
let pulse: Pulse
let sent: Sent
beforeAll(async () => {
  browser = await openBrowser()
  pulse = await startPulse({ admin: true })
  // Overview counts types since midnight UTC: what is looked at is sent on the same day.
  await until('the day does not end meanwhile', () => msOfDayLeft() > looksMs, looksMs + 10_000)
  sent = await sendAndSettle(pulse)
}, looksMs + 80_000)
afterAll(async () => {
  await browser?.close()
  await pulse?.stop()
})

const modes = [
  ['wide and light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ['without JavaScript', { javaScriptEnabled: false }],
] as const

describe.each(modes)('7. the pages, %s', (_, mode) => {
  /** Opens a page, does what is given, and finds that nothing went wrong on it. */
  const on = async (path: string, look: (page: Page) => Promise<void>) => {
    const baseURL = pulse.admin?.url ?? ''
    const { page, problems } = await openPage(browser, { baseURL, ...mode })
    try {
      expect((await page.goto(path))?.status()).toBe(200)
      await look(page)
      expect(problems).toEqual([])
      if (!('javaScriptEnabled' in mode)) await expectOurMarkup(page)
    } finally {
      await page.context().close()
    }
  }

  test('Overview shows health, events, the law and the types of today', () =>
    on('/', async (page) => {
      expect(await textOf(page, 'nav [aria-current]')).toBe('Overview')
      expect(await textOf(page, '#main')).toContain('All dependencies are up')
      expect(await figure(page, 'Stored, last minute')).toMatch(/^[0-6]$/) // a slow run takes minutes
      expect(await figure(page, 'Stored, last 5 minutes')).toBe('6')
      expect(await figure(page, 'Dead, last 5 minutes')).toBe('2')
      expect(await textOf(page, '.equation')).toBe(
        '8 in the log = 6 stored + 0 duplicate + 2 dead + 0 skipped + 0 in flight',
      )
      expect(await rowsOf(page, '#tenants-table')).toEqual(['tenant_a 6 0 2 0 0'])
      expect(await textOf(page, '#main')).toContain('8 accepted, 1 answered as repeats')
      expect(await rowsOf(page, '.types')).toEqual([
        'user_login 3',
        'order_placed 2',
        `${hostile.type} 1`,
      ])
    }))

  test('Pipeline shows lag by partition, the processor, minutes and dead letters', () =>
    on('/', async (page) => {
      await page.click('nav >> text=Pipeline')
      await page.waitForURL('**/pipeline')
      expect(await textOf(page, 'nav [aria-current]')).toBe('Pipeline')
      expect(await figure(page, 'Lag, in records')).toBe('0')
      expect(await figure(page, 'Processed, last 5 minutes')).toBe('8')
      expect(await figure(page, 'Dead letters, open')).toBe('2')
      expect(await figure(page, 'Dead letters, unpublished')).toBe('0')
      expect(await textOf(page, '#main')).toContain('holds partitions 0, 1, 2, 3, 4, 5')
      const partitions = await rowsOf(page, '#lag-table table')
      expect(partitions).toHaveLength(6)
      for (const row of partitions) expect(row).toMatch(/^\d 0 (\d) \1 (\1|never) OK 0 s$/)
      expect(await rowsOf(page, '#minutes-table table')).toHaveLength(6)
    }))

  test('Dead letters shows reasons, and unfolds records as text', () =>
    on('/', async (page) => {
      await page.click('nav >> text=Dead letters')
      await page.waitForURL('**/dlq')
      expect(await page.locator('.letters [data-row]').count()).toBe(2)
      const letter = page.locator('.letters [data-row]', { hasText: sent.hostileInvalid.key })
      expect(await shown(letter)).toContain('missing event_type')
      const more = page.locator('.letters [data-row] + .more', { hasText: sent.hostileInvalid.key })
      await more.locator('summary').click()
      expect(await shown(more.locator('mark .finding'))).toBe('▲ missing event_type')
      expect(recordIn(await more.locator('pre').textContent()).event).toEqual(
        sent.hostileInvalid.event,
      )
    }))

  test('Search finds an event by its id, hostile or not, and has an address to share', () =>
    on('/search', async (page) => {
      await page.fill('input[name=tenant]', 'tenant_a')
      await page.fill('input[name=eventId]', hostile.id)
      await page.click('main button[type=submit]')
      await page.waitForURL('**/search?*')
      const stored = page.locator('.card', { hasText: 'stored' }).first()
      expect(await shown(stored.locator('h3'))).toBe(hostile.type)
      const payload = await shown(stored.locator('pre'))
      expect(JSON.parse(payload)).toEqual(sent.hostile.event.payload)
      expect(await page.locator('.card').count()).toBe(2)
      await page.goto(page.url())
      expect(await page.locator('.card').count()).toBe(2)
      expect(await page.inputValue('input[name=eventId]')).toBe(hostile.id)
    }))

  test('Search tells the fate of a key', () =>
    on('/dlq', async (page) => {
      await page
        .locator('[data-row]', { hasText: sent.invalid.key })
        .getByRole('link', { name: sent.invalid.key, exact: true })
        .click()
      await page.waitForURL('**/events?*')
      expect(await textOf(page, 'h1')).toContain('evt_')
      await page.goto(
        `/search?${new URLSearchParams({ tenant: 'tenant_a', idempotencyKey: sent.invalid.key })}`,
      )
      expect(await textOf(page, '.card:first-of-type')).toContain('Outcome dead')
      expect(await textOf(page, '#main')).toContain('VALIDATION_FAILED: missing event_type')
      await page.fill('input[name=idempotencyKey]', sent.hostile.key)
      await page.click('main button[type=submit]')
      await page.waitForURL(
        ({ searchParams }) => searchParams.get('idempotencyKey') === sent.hostile.key,
      )
      expect(await textOf(page, '.card:first-of-type')).toContain('Outcome stored')
    }))
})

test('a refresh leaves a table focused and scrolled sideways', async () => {
  const baseURL = pulse.admin?.url ?? ''
  const viewport = { width: 390, height: 844 }
  const { page, problems } = await openPage(browser, { baseURL, viewport })
  await page.goto('/pipeline')
  const table = `document.getElementById('lag-table')`
  await page.focus('#lag-table')
  expect(await page.evaluate(`${table}.scrollTo({ left: 20 }), ${table}.scrollLeft`)).toBe(20)
  const measured = await textOf(page, '#measured')
  await until('it is measured again', async () => {
    return (await textOf(page, '#measured')) !== measured
  })
  expect(await page.evaluate(`${table}.scrollLeft`)).toBe(20)
  expect(await page.evaluate(`${table} === document.activeElement`)).toBe(true)
  expect(problems).toEqual([])
})

test('Pipeline follows by itself: the processor stops, lag grows, another one drains it', async () => {
  const baseURL = pulse.admin?.url ?? ''
  const { page, problems } = await openPage(browser, { baseURL })
  await page.goto('/pipeline')
  await pulse.processor.stop()
  for (let n = 0; n < 3; n++) await pulse.post(anEvent())
  await until('the lag is shown', async () => (await figure(page, 'Lag, in records')) === '3')
  await until('the processor is shown as down', async () =>
    (await textOf(page, '#main')).includes('Processor cannot be reached'),
  )
  await pulse.startProcessor()
  await until(
    'the lag is drained',
    async () => (await figure(page, 'Lag, in records')) === '0',
    30_000,
  )
  expect(problems).toEqual([])
}, 60_000)

/** The record that a page shows, without the lines that say what is wrong with it. */
const recordIn = (text: string | null) => JSON.parse((text ?? '').replace(/^▲ .*$/gm, ''))

const textOf = (page: Page, selector: string): Promise<string> =>
  shown(page.locator(selector).first())

const figure = (page: Page, label: string): Promise<string> =>
  shown(page.locator('.cell', { hasText: label }).locator('.figure'))

const rowsOf = async (page: Page, table: string): Promise<string[]> =>
  (await page.locator(`${table} tbody tr`).allInnerTexts()).map(spaced)

// biome-ignore lint/performance/useDomNodeTextContent: what is shown is what these tests are about
const shown = async (of: Locator): Promise<string> => spaced(await of.innerText())

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** No script but ours, no handler, no element of a stranger, and nothing wider than the window. */
async function expectOurMarkup(page: Page): Promise<void> {
  const foreign = await page.evaluate(`[
    ...document.querySelectorAll('script:not([src^="/assets/"]), img, iframe, [onload], [onerror], [style]'),
    ...document.querySelectorAll('[href^="javascript:"], [hx-get="/x"]'),
  ].map((element) => element.outerHTML)`)
  expect(foreign).toEqual([])
  const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
  expect(await page.evaluate(tooWide)).toBe(false)
}
