/** The frame of every page: head, navigation, main. No inline script or style: the content policy forbids both. */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'

export type AssetUrls = { readonly style: string; readonly htmx: string; readonly live: string }
export type PageName = 'overview' | 'pipeline' | 'dlq' | 'search'

const pages: readonly { name: PageName; href: string; label: string }[] = [
  { name: 'overview', href: '/', label: 'Overview' },
  { name: 'pipeline', href: '/pipeline', label: 'Pipeline' },
  { name: 'dlq', href: '/dlq', label: 'Dead letters' },
  { name: 'search', href: '/search', label: 'Search' },
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
  assets: AssetUrls
  live?: boolean
  children: Child
}) {
  const { title, current, assets, live, children } = props
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${title} · Pulse`}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href={assets.style} />
          {live && <meta name="htmx-config" content={htmxConfig} />}
          {live && <script src={assets.htmx} defer />}
          {live && <script src={assets.live} defer />}
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to the content
          </a>
          <header class="bar">
            <span class="brand">Pulse</span>
            <nav aria-label="Pages">
              {pages.map(({ name, href, label }) => (
                <a href={href} aria-current={name === current ? 'page' : undefined}>
                  {label}
                </a>
              ))}
            </nav>
            <span class="mode">development, no sign-in</span>
          </header>
          {children}
        </body>
      </html>
    </>
  )
}
