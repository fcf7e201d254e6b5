/**
 * The files a page needs, read once at start and served from memory, compressed where the browser takes it. Addresses
 * carry a hash of the content, so that a browser may keep them for ever.
 */
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import type { AssetUrls } from '../views/layout.tsx'

export type Asset = {
  readonly url: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undefined for what is compressed already. */
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined
}
export type Assets = Readonly<Record<keyof AssetUrls | 'font', Asset>>

const script = 'text/javascript; charset=utf-8'
const styles = ['tokens', 'frame', 'parts', 'tables', 'charts'].map((name) => `${name}.css`)

export async function openAssets(): Promise<Assets> {
  const [font, icon, style, htmx, morph, page] = await Promise.all([
    read(packaged('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')),
    read(ours('icon.svg')),
    Promise.all(styles.map((name) => read(ours(name)))),
    read(packaged('htmx.org/dist/htmx.min.js')),
    read(packaged('idiomorph/dist/idiomorph-ext.min.js')),
    read(ours('page.js')),
  ])
  const inter = asset('inter.woff2', 'font/woff2', font, false)
  const css = Buffer.concat(style).toString('utf8').replace('inter.woff2', inter.url)
  return {
    font: inter,
    icon: asset('icon.svg', 'image/svg+xml', icon),
    style: asset('pulse.css', 'text/css; charset=utf-8', new TextEncoder().encode(css)),
    htmx: asset('htmx.js', script, htmx),
    morph: asset('morph.js', script, morph),
    page: asset('page.js', script, page),
  }
}

const ours = (name: string): URL => new URL(`../views/assets/${name}`, import.meta.url)
const packaged = (path: string): URL => new URL(import.meta.resolve(path))
const read = (file: URL) => Bun.file(fileURLToPath(file)).bytes()

function asset(
  name: string,
  type: string,
  bytes: Uint8Array<ArrayBuffer>,
  compressible = true,
): Asset {
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 12)
  const gzipped = compressible ? Bun.gzipSync(bytes, { level: 9 }) : undefined
  return { url: `/assets/${hash}/${name}`, type, bytes, gzipped }
}

export const assetUrls = ({ font: _, ...assets }: Assets): AssetUrls =>
  Object.fromEntries(Object.entries(assets).map(([name, { url }]) => [name, url])) as AssetUrls

export function serveAssets(assets: Assets) {
  const app = new Hono()
  for (const { url, type, bytes, gzipped } of Object.values(assets))
    app.get(url, (c) => {
      const headers = {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        Vary: 'Accept-Encoding',
      }
      if (gzipped && /\bgzip\b/.test(c.req.header('accept-encoding') ?? ''))
        return c.body(gzipped, 200, { ...headers, 'Content-Encoding': 'gzip' })
      return c.body(bytes, 200, headers)
    })
  return app
}
