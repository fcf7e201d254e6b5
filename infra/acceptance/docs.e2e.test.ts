/** The page of ingest's API, in a real browser: it shows what the document says, and tries it out. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { testAddresses } from '../harness/addresses.ts'
import { openBrowser, openPage } from '../harness/browser.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'

const at = testAddresses()
let topics: Awaited<ReturnType<typeof freshTopics>>
let ingest: Service
let browser: Browser

beforeAll(async () => {
  ;[browser, topics] = await Promise.all([openBrowser(), freshTopics(at.kafka)])
  ingest = await spawnService('ingest', {
    KAFKA_BROKERS: at.kafka,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: at.redis,
    API_KEYS: 'tenant_a:key_a:unlimited',
  })
  await until('ingest is ready', async () => (await fetch(`${ingest.url}/ready`)).ok, 30_000)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await ingest?.stop()
  await topics?.remove()
})

const modes = [
  ['wide and light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
] as const

describe.each(modes)('%s', (_, mode) => {
  /** Opens a page, does what is given, and finds that nothing went wrong on it, nor left this server. */
  const on = async (path: string, look: (page: Page) => Promise<void>) => {
    const { page, problems } = await openPage(browser, { baseURL: ingest.url, ...mode })
    try {
      expect((await page.goto(path))?.status()).toBe(200)
      await look(page)
      expect(problems).toEqual([])
      const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      expect(await page.evaluate(tooWide)).toBe(false)
      expect((await luminance(page)) < 128).toBe(mode.colorScheme === 'dark')
    } finally {
      await page.context().close()
    }
  }

  test('the page shows every operation', () =>
    on('/docs', async (page) => {
      await page.locator('.opblock').first().waitFor()
      const answer = await fetch(`${ingest.url}/openapi.json`)
      const { paths } = (await answer.json()) as { paths: object }
      expect(await page.locator('.opblock').count()).toBe(Object.keys(paths).length)
    }))

  test('“Execute” sends an event with the key that was given, and shows the answer', () =>
    on('/docs', async (page) => {
      await page.locator('.auth-wrapper .authorize').click()
      await page.locator('.auth-container input').first().fill('key_a')
      await page.locator('.auth-container .authorize').first().click()
      await page.locator('.btn-done').first().click()
      await page.locator('#operations-Events-postEvent .opblock-summary-control').click()
      await page.locator('[data-param-name="Idempotency-Key"] input').fill(crypto.randomUUID())
      await page.locator('.execute').click()
      const answer = page.locator('.live-responses-table')
      await answer.waitFor()
      expect(await shown(answer.locator('.response-col_status').nth(1))).toStartWith('202')
      expect(
        JSON.parse(await shown(answer.locator('.response-col_description pre').first())),
      ).toEqual({
        status: 'accepted',
        request_id: expect.stringMatching(/^req_/),
        duplicate: false,
      })
    }))

  test('each refusal has a page, and they are all on one', () =>
    on('/problems', async (page) => {
      await page.click('text=RATE_LIMITED')
      await page.waitForURL('**/problems/rate-limited')
      expect(await shown(page.locator('h1'))).toBe('Too many requests')
    }))
})

test('what the page needs is compressed, and kept for ever or asked for again', async () => {
  const html = await (await fetch(`${ingest.url}/docs`)).text()
  const assets = [...html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, path]) => path)
  expect(assets).toHaveLength(4)
  for (const path of [...assets, '/docs', '/openapi.json']) {
    const url = `${ingest.url}${path}`
    const answer = await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } })
    expect(answer.headers.get('Content-Encoding')).toBe('gzip')
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const kept = path?.startsWith('/docs/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    expect(answer.headers.get('Cache-Control')).toBe(kept)
    const plain = await fetch(url, { headers: { 'Accept-Encoding': 'identity, gzip;q=0' } })
    expect(plain.headers.get('Content-Encoding')).toBeNull()
    expect(await plain.text()).toBe(await answer.text())
    const etag = answer.headers.get('ETag') ?? ''
    const again = await fetch(url, { headers: { 'If-None-Match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  }
})

const shown = async (of: ReturnType<Page['locator']>): Promise<string> => {
  // biome-ignore lint/performance/useDomNodeTextContent: what is shown is what these tests are about
  const text = await of.innerText()
  return text.trim()
}

/** Of the page's ground: 0 is black, 255 white. */
async function luminance(page: Page): Promise<number> {
  const colour = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  const [red = 0, green = 0, blue = 0] = String(colour).match(/\d+/g)?.map(Number) ?? []
  return (red + green + blue) / 3
}
