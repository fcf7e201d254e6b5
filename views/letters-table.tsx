/** Dead letters in a list: a line each, and what can be unfolded below it. */
import { Ago, Badge, Foreign, KeyLink, None } from './facts-shown.tsx'
import { OriginalRecord } from './payload.tsx'
import type { DeadLetter } from './record-facts.ts'

export function LettersTable({ letters, now }: { letters: readonly DeadLetter[]; now: Date }) {
  return (
    <section class="scroll" id="letters-table" aria-label="Dead letters" tabindex={0}>
      <table class="list letters">
        <thead>
          <tr>
            <th scope="col" class="short">
              Failed
            </th>
            <th scope="col" class="short">
              Tenant
            </th>
            <th scope="col" class="middle">
              Type
            </th>
            <th scope="col">Reason</th>
            <th scope="col" class="middle">
              Idempotency key
            </th>
            <th scope="col" class="short">
              State
            </th>
          </tr>
        </thead>
        <tbody id="rows">
          {letters.map((letter) => (
            <Letter letter={letter} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Two rows: the letter in a line, and below it what can be unfolded. */
function Letter({ letter, now }: { letter: DeadLetter; now: Date }) {
  const { id, failedAt, tenantId, eventType, code, sentence, originalBytes } = letter
  return (
    <>
      <tr data-row id={`letter-${id}`}>
        <td class="when inline">
          <Ago at={failedAt} now={now} />
        </td>
        <td class="inline">
          {tenantId === '' ? <None>no tenant</None> : <Foreign text={tenantId} />}
        </td>
        <td class="inline">
          {eventType ? <Foreign text={eventType} most={60} /> : <None>no type</None>}
        </td>
        <td>
          <a data-open href={`/dlq/${id}`}>
            <code>
              <Foreign text={code} most={64} />
            </code>
          </a>{' '}
          <Foreign text={sentence} most={200} />
        </td>
        <td>
          <KeyLink {...letter} />
        </td>
        <td class="tight inline">
          <LetterState letter={letter} />
        </td>
      </tr>
      <tr class="more">
        <td colspan={6}>
          <details>
            <summary>Record, {originalBytes.toLocaleString('en')} bytes</summary>
            <OriginalRecord letter={letter} wholeUrl={`/dlq/${id}`} />
          </details>
        </td>
      </tr>
    </>
  )
}

export function LetterState({ letter: { state, publishedAt, attempts } }: { letter: DeadLetter }) {
  return (
    <>
      <Badge tone={state === 'stored' ? 'good' : state === 'open' ? 'plain' : 'warn'}>
        {state === 'stored' ? 'stored since' : state}
      </Badge>{' '}
      {state === 'open' && publishedAt === null && <Badge tone="warn">unpublished</Badge>}
      {attempts > 1 && <span class="quiet"> {attempts} attempts</span>}
    </>
  )
}
