/** Dead letters: what could not be stored, newest first, and why. */
import { DeadLetterDetails } from './dead-letter.tsx'
import type { DeadLetter, DeadLetters } from './facts.ts'
import { Ago, Badge, Foreign, KeyLink, None } from './facts-shown.tsx'
import { type AssetUrls, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'

export type DeadLettersFound =
  | DeadLetters
  | { readonly unknown: string }
  | { readonly invalid: string }

export function DeadLettersPage(props: { found: DeadLettersFound; assets: AssetUrls; now: Date }) {
  const { found, assets, now } = props
  return (
    <Layout title="Dead letters" current="dlq" assets={assets}>
      <main id="main">
        <div class="heading">
          <h1>Dead letters</h1>
          <span class="quiet">records that could not be stored, newest first</span>
        </div>
        <Found found={found} now={now} />
      </main>
    </Layout>
  )
}

function Found({ found, now }: { found: DeadLettersFound; now: Date }) {
  if ('unknown' in found) return <UnknownNotice what="Dead letters" why={found.unknown} />
  if ('invalid' in found)
    return (
      <Notice tone="bad" title={found.invalid}>
        <p>
          <a href="/dlq">Show the newest 20</a>
        </p>
      </Notice>
    )
  const { deadLetters, leftOut } = found
  if (deadLetters.length === 0)
    return (
      <Notice tone="plain" title="There are no dead letters">
        <p>
          Every record that was read could be stored. To see one arrive, post an event without an{' '}
          <code>event_type</code>.
        </p>
      </Notice>
    )
  return (
    <>
      <table class="letters">
        <thead>
          <tr>
            <th scope="col">Failed</th>
            <th scope="col">Tenant</th>
            <th scope="col">Type</th>
            <th scope="col">Reason</th>
            <th scope="col">Idempotency key</th>
            <th scope="col">Topic</th>
          </tr>
        </thead>
        {deadLetters.map((letter) => (
          <Letter letter={letter} now={now} />
        ))}
      </table>
      <p class="quiet">
        {deadLetters.length === 1 ? 'One dead letter' : `${deadLetters.length} dead letters`} shown
        {leftOut > 0 && `, ${leftOut} left out because their records are large`}.{' '}
        <a href="/dlq?limit=200">Show up to 200</a>
      </p>
    </>
  )
}

/** Two rows: the letter in a line, and below it what can be unfolded. */
function Letter({ letter, now }: { letter: DeadLetter; now: Date }) {
  const { failedAt, tenantId, eventType, code, sentence, publishedAt, originalBytes } = letter
  return (
    <tbody>
      <tr>
        <td class="when">
          <Ago at={failedAt} now={now} />
        </td>
        <td>{tenantId === '' ? <None>no tenant</None> : <Foreign text={tenantId} />}</td>
        <td>{eventType ? <Foreign text={eventType} most={60} /> : <None>no type</None>}</td>
        <td>
          <code>{code}</code> <Foreign text={sentence} most={200} />
        </td>
        <td>
          <KeyLink {...letter} />
        </td>
        <td>{publishedAt ? 'published' : <Badge tone="warn">unpublished</Badge>}</td>
      </tr>
      <tr class="more">
        <td colspan={6}>
          <details>
            <summary>Record, {originalBytes.toLocaleString('en')} bytes</summary>
            <DeadLetterDetails letter={letter} />
          </details>
        </td>
      </tr>
    </tbody>
  )
}
