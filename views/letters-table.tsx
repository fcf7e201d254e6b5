/** Dead letters in a list: a line each, and what can be unfolded below it. */
import { Badge, Foreign, KeyLink, None } from './facts-shown.tsx'
import { type Column, ListTable } from './list-table.tsx'
import { OriginalRecord } from './payload.tsx'
import type { DeadLetter } from './record-facts.ts'
import { Ago } from './time-shown.tsx'

const columns: readonly Column[] = [
  ['Failed', 'short'],
  ['Tenant', 'short'],
  ['Type', 'middle'],
  'Reason',
  ['Idempotency key', 'middle'],
  ['State', 'short'],
]

export function LettersTable({ letters, now }: { letters: readonly DeadLetter[]; now: Date }) {
  return (
    <ListTable
      id="letters-table"
      called={{ label: 'Dead letters' }}
      look="list letters"
      columns={columns}
      rowsId="rows"
    >
      {letters.map((letter) => (
        <Letter letter={letter} now={now} />
      ))}
    </ListTable>
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
        <td colspan={columns.length}>
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
