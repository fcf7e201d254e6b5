/** The pages of ingest: its API for people, and what each refusal means. */
import { html } from 'hono/html'
import { type RejectionCode, rejectionCodes } from '../../contracts/rejections.ts'
import { problemTypeAnswer } from '../refusal.ts'
import { assets } from './files.ts'

export const docsPage = (): string =>
  page(
    'Pulse ingest: API',
    html`<link rel="stylesheet" href="${assets.swaggerStyle.path}">
<script src="${assets.swaggerScript.path}" defer></script>
<script src="${assets.script.path}" defer></script>`,
    html`<main id="docs"></main>
<noscript><p class="problem">This page needs JavaScript; <a href="/openapi.json">/openapi.json</a> does not.</p></noscript>`,
  )

export function problemPage(code: RejectionCode): string {
  const { status, title, next, retryable } = problemTypeAnswer(code)
  const body = html`<main class="problem">
<h1>${title}</h1>
<dl>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>Status</dt><dd>${status}</dd>
<dt>What to do</dt><dd>${next}.</dd>
<dt>The same call again</dt><dd>${retryable ? 'may succeed later.' : 'is refused again.'}</dd>
</dl>
<p><a href="/problems">All problems</a> · <a href="/docs">The API</a></p>
</main>`
  return page(`${code} · Pulse ingest`, '', body)
}

export function problemsPage(): string {
  const items = rejectionCodes.map((code) => {
    const { type, status, title } = problemTypeAnswer(code)
    return html`<li><a href="${type}"><code>${code}</code></a> ${status}<br>${title}</li>\n`
  })
  const body = html`<main class="problem">
<h1>Why a call is refused</h1>
<ul>
${items}</ul>
<p><a href="/docs">The API</a></p>
</main>`
  return page('Problems · Pulse ingest', '', body)
}

type Markup = ReturnType<typeof html> | ''

const page = (title: string, head: Markup, body: Markup): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${head}
<link rel="stylesheet" href="${assets.style.path}">
</head>
<body>
${body}
</body>
</html>
`)
