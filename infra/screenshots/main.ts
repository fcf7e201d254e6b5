/**
 * `bun run screenshots`: a Pulse of its own in a throw-away directory (or the stores of PULSE_TEST_*), first empty, then
 * with a day behind it; every page of the console in light and dark, wide and narrow, into docs/screenshots/.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeSteps, reportFailure } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import { openBrowser, openPage } from '../harness/browser.ts'
import { startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { givenAddresses, testEnvironment } from '../test/addresses.ts'
import { openThrowAway } from '../test/throw-away.ts'
import { fillDay } from './day.ts'
import { looks, type Shot, shots } from './shots.ts'

const folder = process.argv[2] ?? join(root, 'docs', 'screenshots')
const apiKeys = 'storefront:key_a:unlimited,billing:key_b:unlimited,warehouse:key_c:60'

async function main(): Promise<number> {
  const given = givenAddresses(process.env)
  const place = given
    ? undefined
    : await openThrowAway(makeSteps(process.stdout), { browser: true })
  try {
    const at = given ?? (await place?.bringUp())
    if (at === undefined) throw new Error('no stores')
    Object.assign(process.env, testEnvironment(at))
    await takeAll()
    return 0
  } catch (error) {
    reportFailure(process.stdout, error)
    return 1
  } finally {
    await place?.remove({ keepLogs: false })
  }
}

async function takeAll(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const pulse = await startPulse({ admin: true, apiKeys })
  const browser = await openBrowser()
  const baseURL = pulse.admin?.url ?? ''
  const take = async (state: 'empty' | 'full', shot: Shot, look: (typeof looks)[number]) => {
    const { page, problems } = await openPage(browser, { baseURL, ...look.options })
    await page.goto(await shot.path(pulse))
    await page.evaluate('document.fonts.ready')
    await page.screenshot({
      path: join(folder, `${shot.name}${state === 'empty' ? '-empty' : ''}-${look.name}.png`),
      fullPage: true,
    })
    await page.context().close()
    for (const problem of problems) process.stdout.write(`${shot.name} ${look.name}: ${problem}\n`)
  }
  try {
    for (const shot of shots.filter(({ empty }) => empty))
      for (const look of looks.filter(({ name }) => name === 'light'))
        await take('empty', shot, look)
    await fillDay(pulse)
    // Overview remembers for a while what the empty one said.
    await until('Overview tells of the day', async () => {
      const page = await (await fetch(baseURL)).text()
      return (
        !page.includes('No event has been stored since midnight') && !page.includes('>0 stored')
      )
    })
    for (const shot of shots)
      for (const look of looks.filter(({ name }) => shot.looks.includes(name)))
        await take('full', shot, look)
  } finally {
    await browser.close()
    await pulse.stop()
  }
}

process.exit(await main())
