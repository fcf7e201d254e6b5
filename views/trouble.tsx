/** The pages for "nothing here" and "the admin failed". */
import { type Frame, Layout } from './layout.tsx'
import { Notice } from './notice.tsx'

export function TroublePage({ kind, frame }: { kind: 'not-found' | 'failed'; frame: Frame }) {
  const title = kind === 'not-found' ? 'There is nothing at this address' : 'This page failed'
  return (
    <Layout title={title} frame={frame}>
      <main id="main">
        <h1>{title}</h1>
        {kind === 'not-found' ? (
          <p>
            Start from the <a href="/">Overview</a>, or <a href="/search">search</a> for an event.
          </p>
        ) : (
          <Notice tone="bad" title="The admin could not build this page">
            <p>Events are not affected. Its log says what went wrong; then reload.</p>
          </Notice>
        )}
      </main>
    </Layout>
  )
}
