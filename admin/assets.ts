/**
 * The files a page needs, read once at start and served from memory. Addresses carry a hash of the content, so that
 * a browser may keep them for ever.
 */
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import type { AssetUrls } from '../views/layout.tsx'

export type Asset = { readonly url: string; readonly type: string; readonly bytes: ArrayBuffer }
export type Assets = { readonly [K in keyof AssetUrls]: Asset }

const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

export async function openAssets(): Promise<Assets> {
  const [styles, htmx, live] = await Promise.all([
    readAsset(['frame.css', 'parts.css', 'tables.css'].map(ours), 'pulse.css', style),
    readAsset([new URL(import.meta.resolve('htmx.org/dist/htmx.min.js'))], 'htmx.js', script),
    readAsset([ours('live.js')], 'live.js', script),
  ])
  return { style: styles, htmx, live }
}

const ours = (name: string): URL => new URL(`../views/assets/${name}`, import.meta.url)

/** Several files are served as one, in their order. */
async function readAsset(files: readonly URL[], name: string, type: string): Promise<Asset> {
  const parts = await Promise.all(files.map((file) => Bun.file(fileURLToPath(file)).bytes()))
  const bytes = Bun.concatArrayBuffers(parts)
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 12)
  return { url: `/assets/${hash}/${name}`, type, bytes }
}

export const assetUrls = (assets: Assets): AssetUrls => ({
  style: assets.style.url,
  htmx: assets.htmx.url,
  live: assets.live.url,
})

export function serveAssets(assets: Assets) {
  const app = new Hono()
  for (const { url, type, bytes } of Object.values(assets))
    app.get(url, (c) =>
      c.body(bytes, 200, {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=31536000, immutable',
      }),
    )
  return app
}
