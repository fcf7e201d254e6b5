/**
 * Files for browsers: of a package, which the bundler lays beside the bundle, and our own, which it holds. Each is read
 * and compressed when it is first asked for, off the event loop, and then kept: no more than what is listed here.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { version } from 'swagger-ui-dist/package.json' with { type: 'json' }
import swaggerStyle from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import swaggerScript from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import style from './docs.client.css' with { type: 'text' }
import script from './docs.client.js' with { type: 'text' }

export type PublicFile = {
  readonly path: string
  readonly contentType: string
  read(): Promise<Content>
}

export type Content = {
  readonly plain: Uint8Array
  readonly gzipped: Uint8Array
  /** Names the content, whichever way it is encoded. */
  readonly etag: string
}

const javascript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

/** Their paths change with their content, so that a browser may keep them for ever. */
export const assets = {
  swaggerScript: ofPackage(swaggerScript, 'swagger-ui-bundle.js', javascript),
  swaggerStyle: ofPackage(swaggerStyle, 'swagger-ui.css', css),
  script: textFile(`/docs/${hashOf(script)}/docs.js`, javascript, script),
  style: textFile(`/docs/${hashOf(style)}/docs.css`, css, style),
} as const satisfies Record<string, PublicFile>

function ofPackage(path: string, name: string, contentType: string): PublicFile {
  const url = new URL(path, import.meta.url)
  const read = once(() => readFile(url))
  return { path: `/docs/swagger-ui-${version}/${name}`, contentType, read }
}

export function textFile(path: string, contentType: string, text: string): PublicFile {
  return { path, contentType, read: once(async () => Buffer.from(text)) }
}

/** Those who ask at once share one reading; after a failure the next one tries again. */
export function once(read: () => Promise<Uint8Array>): PublicFile['read'] {
  let content: Promise<Content> | undefined
  const begin = async (): Promise<Content> => {
    const plain = await read()
    return { plain, gzipped: await compress(plain), etag: `W/"${hashOf(plain)}"` }
  }
  return () => {
    content ??= begin().catch((err) => {
      content = undefined
      throw err
    })
    return content
  }
}

const compress = promisify(gzip)

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}
