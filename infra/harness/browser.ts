/**
 * Debian's Chromium, headless and real, for tests of pages. It fails with the command to run where there is none.
 * Each page of it keeps what must not happen on any page: console errors (violations of the content policy are such),
 * errors of scripts, dialogs, requests that fail or leave the origin.
 */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Without these Chromium calls home, which a closed network answers with a flood of refusals. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function openBrowser(): Promise<Browser> {
  const executablePath = Bun.which('chromium')
  if (executablePath === null)
    throw new Error(
      'No chromium on the PATH. Run: sudo apt-get install -y --no-install-recommends chromium',
    )
  // Its sandbox does not start as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ executablePath, args: [...quiet, ...asRoot] })
}

export type WatchedPage = {
  readonly page: Page
  /** What went wrong on it so far, as sentences. */
  readonly problems: readonly string[]
}

/** A new page, in a context of its own. Paths that it goes to are below `baseURL`. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions & { baseURL: string },
): Promise<WatchedPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`))
  page.on('dialog', async (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== 'data:' && origin !== new URL(options.baseURL).origin)
      problems.push(`left the origin: ${request.url()}`)
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText
    // A refresh that is under way ends with its page.
    if (why !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()} ${why}`)
  })
  return { page, problems }
}
