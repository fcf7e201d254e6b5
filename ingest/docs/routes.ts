/**
 * The API of ingest, for people and programs: its OpenAPI document, a page that tries it out, and what each refusal
 * means. Nothing here needs a key, nothing is loaded from elsewhere, and no script runs but our files.
 */
import type { ProblemTypesAnswer } from '../../contracts/answers.ts'
import { rejectionCodes } from '../../contracts/rejections.ts'
import { type Answer, answerRejection } from '../answer.ts'
import type { Exchange } from '../exchange.ts'
import { later } from '../later.ts'
import { prefersPage } from '../negotiate.ts'
import { problemPath, problemTypeAnswer } from '../refusal.ts'
import type { Route } from '../server.ts'
import { assets, type PublicFile, textFile } from './files.ts'
import { docsPage, problemPage, problemsPage } from './pages.ts'

export function makeDocsRoutes(openApi: object): readonly Route[] {
  const document = textFile('/openapi.json', 'application/json', JSON.stringify(openApi))
  const page = textFile('/docs', html, docsPage())
  return [
    ...[document, page].map((file) => serve(file, 'no-cache')),
    ...Object.values(assets).map((file) => serve(file, 'public, max-age=31536000, immutable')),
    { method: 'get', path: '/problems', handle: (exchange) => exchange.answer(problems(exchange)) },
    {
      method: 'get',
      path: '/problems/:name',
      handle: (exchange) => exchange.answer(problem(exchange)),
    },
  ]
}

const html = 'text/html; charset=utf-8'

/** What a page may do: run and show our files, and call this server. */
const guarded = [
  [
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
] as const

/** Compressed where the client can read that; 304 where it has the file already. */
function serve(file: PublicFile, cacheControl: string): Route {
  const answer = async ({ request }: Exchange): Promise<Answer> => {
    const known = request.getHeader('if-none-match')
    const compressed = takesGzip(request.getHeader('accept-encoding'))
    const { plain, gzipped, etag } = await file.read()
    const headers = [
      ['Cache-Control', cacheControl],
      ['ETag', etag],
      ['Vary', 'Accept-Encoding'],
      ...guarded,
    ] as const
    const { contentType } = file
    if (known.includes(etag)) return { status: 304, headers, contentType, body: '' }
    if (!compressed) return { status: 200, headers, contentType, body: plain }
    const encoded = [...headers, ['Content-Encoding', 'gzip'] as const]
    return { status: 200, headers: encoded, contentType, body: gzipped }
  }
  return { method: 'get', path: file.path, handle: later(answer) }
}

const takesGzip = (acceptEncoding: string): boolean =>
  /(^|,)\s*gzip\s*(,|$|;\s*q=(1|0\.\d*[1-9]))/i.test(acceptEncoding)

/** Every kind of refusal: a page for browsers, JSON for everybody else. */
function problems({ request }: Exchange): Answer {
  const answer: ProblemTypesAnswer = { problems: rejectionCodes.map(problemTypeAnswer) }
  return pageOrJson(request.getHeader('accept'), problemsPage, answer)
}

function problem({ request }: Exchange): Answer {
  const path = `/problems/${request.getParameter(0)}`
  const code = rejectionCodes.find((one) => problemPath(one) === path)
  if (code === undefined) return answerRejection({ code: 'NOT_FOUND' })
  return pageOrJson(request.getHeader('accept'), () => problemPage(code), problemTypeAnswer(code))
}

function pageOrJson(accept: string, page: () => string, answer: object): Answer {
  const headers = [['Cache-Control', 'no-cache'], ['Vary', 'Accept'], ...guarded] as const
  return prefersPage(accept)
    ? { status: 200, headers, contentType: html, body: page() }
    : { status: 200, headers, body: JSON.stringify(answer) }
}
