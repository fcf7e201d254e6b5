/** The frame of every page: head, navigation, main, foot. No inline script or style: the content policy forbids both. */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { KeysDialog } from './keys.tsx'

export type AssetUrls = Readonly<Record<'style' | 'icon' | 'htmx' | 'morph' | 'page', string>>
export type PageName = 'overview' | 'pipeline' | 'search' | 'tail' | 'dlq'
/** `auto` is what the viewer's system prefers. */
export type Theme = 'auto' | 'light' | 'dark'

/** What the frame of a page needs to know of who asks. */
export type Frame = {
  readonly assets: AssetUrls
  readonly theme: Theme
  /** Path and query of the page, to come back to. */
  readonly address: string
}

const pages: readonly { name: PageName; href: string; label: string }[] = [
  { name: 'overview', href: '/', label: 'Overview' },
  { name: 'pipeline', href: '/pipeline', label: 'Pipeline' },
  { name: 'search', href: '/search', label: 'Search' },
  { name: 'tail', href: '/tail', label: 'Live tail' },
  { name: 'dlq', href: '/dlq', label: 'Dead letters' },
]

const htmxConfig = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  timeout: 10_000,
})

export function Layout(props: {
  title: string
  current?: PageName
  frame: Frame
  children: Child
}) {
  const { title, current, frame, children } = props
  const { assets, theme } = frame
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en" data-theme={theme === 'auto' ? undefined : theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
          <title>{`${title} · Pulse`}</title>
          <link rel="icon" href={assets.icon} type="image/svg+xml" />
          <link rel="stylesheet" href={assets.style} />
          <meta name="htmx-config" content={htmxConfig} />
          <script src={assets.htmx} defer />
          <script src={assets.morph} defer />
          <script src={assets.page} defer />
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to the content
          </a>
          <p class="banner">Development: there is no sign-in, and only this machine can look</p>
          <header class="bar">
            <a class="brand" href="/">
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M2 12h5l3-8 4 16 3-8h5" />
              </svg>
              Pulse
            </a>
            <nav aria-label="Pages">
              {pages.map(({ name, href, label }) => (
                <a href={href} aria-current={name === current ? 'page' : undefined}>
                  {label}
                </a>
              ))}
            </nav>
            <FindForm />
          </header>
          {children}
          <Foot frame={frame} />
          <KeysDialog />
        </body>
      </html>
    </>
  )
}

const FindForm = () => (
  <search class="find">
    <form method="get" action="/search">
      <input
        id="find"
        name="q"
        aria-label="Find an event by its id, key or request id"
        placeholder="Event id, key or request id"
        maxlength={300}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      <kbd>/</kbd>
    </form>
  </search>
)

const themes: readonly Theme[] = ['auto', 'light', 'dark']
const themeLabels = { auto: 'Auto', light: 'Light', dark: 'Dark' } as const

function Foot({ frame }: { frame: Frame }) {
  return (
    <footer class="foot">
      <button type="button" data-keys hidden>
        Keys <kbd>?</kbd>
      </button>
      <form class="theme" method="post" action="/theme">
        <input type="hidden" name="back" value={frame.address} />
        <fieldset>
          <legend>Colours</legend>
          {themes.map((theme) => (
            <button
              type="submit"
              name="theme"
              value={theme}
              aria-pressed={theme === frame.theme ? 'true' : 'false'}
            >
              {themeLabels[theme]}
            </button>
          ))}
        </fieldset>
      </form>
    </footer>
  )
}
