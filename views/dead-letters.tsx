/** Dead letters: what could not be stored, by what is wrong, and one by one. */
import { Bar } from './charts/bar.tsx'
import { SparkBars } from './charts/spark.tsx'
import type { DeadLetter, LetterCluster, LetterClusters, Listed } from './facts.ts'
import { Ago, Badge, Foreign, KeyLink, None, Num } from './facts-shown.tsx'
import { type Choice, Filters, Input, Select } from './form.tsx'
import { type Frame, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'
import { addressOf, Pager } from './pager.tsx'
import { OriginalRecord } from './payload.tsx'

export type LettersFound =
  | {
      readonly list: Listed<DeadLetter>
      /** Null when they could not be counted. */
      readonly clusters: LetterClusters | null
      readonly span: string
    }
  | { readonly unknown: string }
  | { readonly invalid: string }

type Given = Readonly<Record<string, string | undefined>>
type Props = { readonly given: Given; readonly found: LettersFound; readonly now: Date }

export function DeadLettersPage(props: Props & { frame: Frame }) {
  return (
    <Layout title="Dead letters" current="dlq" frame={props.frame}>
      <main id="main">
        <div class="heading">
          <h1>Dead letters</h1>
          <span class="quiet">records that could not be stored</span>
        </div>
        <Found {...props} />
      </main>
    </Layout>
  )
}

function Found({ given, found, now }: Props) {
  if ('unknown' in found) return <UnknownNotice what="Dead letters" why={found.unknown} />
  if ('invalid' in found)
    return (
      <Notice tone="bad" title={found.invalid}>
        <p>
          <a href="/dlq">Show the newest</a>
        </p>
      </Notice>
    )
  const { list, clusters, span } = found
  const isNarrow = names.some((name) => given[name])
  if (list.rows.length === 0 && list.next === null && !isNarrow) return <NoLetters />
  return (
    <>
      <ClustersPanel clusters={clusters} span={span} given={given} now={now} />
      <LetterFilters given={given} />
      <div class="heading">
        <h2>{isNarrow ? 'Those that fit' : 'All of them'}, newest first</h2>
        <a
          class="end"
          href={addressOf('/dlq.ndjson', { ...given, before: undefined, limit: undefined })}
        >
          Export as NDJSON
        </a>
      </div>
      {list.rows.length === 0 && list.next === null ? (
        <Notice tone="plain" title="No dead letter fits">
          <p>
            Leave something out, or <a href="/dlq">show all of them</a>.
          </p>
        </Notice>
      ) : (
        <LettersTable letters={list.rows} now={now} />
      )}
      <Pager path="/dlq" given={given} list={list} />
    </>
  )
}

const names = [
  'tenant',
  'code',
  'path',
  'type',
  'without',
  'state',
  'from',
  'to',
  'before',
] as const

const NoLetters = () => (
  <Notice tone="plain" title="There are no dead letters">
    <p>
      Every record that was read could be stored. To see one arrive, post an event without an{' '}
      <code>event_type</code>.
    </p>
  </Notice>
)

const spans: readonly Choice[] = [
  ['1h', 'the last hour'],
  ['24h', 'the last 24 hours'],
  ['7d', 'the last 7 days'],
  ['30d', 'the last 30 days'],
]

function ClustersPanel(props: {
  clusters: LetterClusters | null
  span: string
  given: Given
  now: Date
}) {
  const { clusters, span, given, now } = props
  return (
    <section class="panel" aria-labelledby="clusters">
      <div class="heading">
        <h2 id="clusters">By what is wrong</h2>
        <span class="quiet">
          {spans.map(([value, text], i) => (
            <>
              {i > 0 && ' · '}
              {value === span ? (
                <strong>{text}</strong>
              ) : (
                <a href={addressOf('/dlq', { ...given, span: value })}>{text}</a>
              )}
            </>
          ))}
        </span>
      </div>
      {clusters === null ? (
        <p class="quiet">They could not be counted now. The list below is as it is.</p>
      ) : (
        <Clusters of={clusters} now={now} />
      )}
    </section>
  )
}

function Clusters({ of: { clusters, letters, most }, now }: { of: LetterClusters; now: Date }) {
  if (clusters.length === 0) return <p class="quiet">None in this time.</p>
  const largest = Math.max(...clusters.map(({ count }) => count))
  return (
    <>
      <section class="scroll" id="clusters-table" aria-labelledby="clusters" tabindex={0}>
        <table class="clusters">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">Where</th>
              <th scope="col">Event type</th>
              <th scope="col" class="right">
                Letters
              </th>
              <td class="bars" />
              <th scope="col" class="right">
                Open
              </th>
              <th scope="col">Trend</th>
              <th scope="col">Last</th>
              <th scope="col">Newest</th>
            </tr>
          </thead>
          <tbody>
            {clusters.map((cluster) => (
              <ClusterRow cluster={cluster} largest={largest} now={now} />
            ))}
          </tbody>
        </table>
      </section>
      {letters >= most && (
        <p class="quiet">
          Of the newest <Num value={most} /> letters; there are more in this time.
        </p>
      )}
    </>
  )
}

function ClusterRow(props: { cluster: LetterCluster; largest: number; now: Date }) {
  const { cluster, largest, now } = props
  const { code, path, eventType, count, open, last, example, trend } = cluster
  const without = [...(path === null ? ['path'] : []), ...(eventType === null ? ['type'] : [])]
  const href = addressOf('/dlq', {
    code,
    path: path ?? undefined,
    type: eventType ?? undefined,
    without: without.join(',') || undefined,
  })
  return (
    <tr>
      <th scope="row">
        <a href={href}>
          <code>
            <Foreign text={code} most={64} />
          </code>
        </a>
      </th>
      <td>{path === null ? <None>nowhere</None> : <Foreign text={path} most={60} />}</td>
      <td>{eventType === null ? <None>no type</None> : <Foreign text={eventType} most={60} />}</td>
      <td class="right">
        <Num value={count} />
      </td>
      <td class="bars">
        <Bar parts={[{ value: count, tone: 'dead' }]} most={largest} />
      </td>
      <td class="right">
        <Num value={open} />
      </td>
      <td>
        <SparkBars
          values={trend}
          title={`${count} over the time, oldest first: ${trend.join(' ')}`}
        />
      </td>
      <td class="tight">
        <Ago at={last} now={now} />
      </td>
      <td>
        <a href={`/dlq/${example}`}>{example}</a>
      </td>
    </tr>
  )
}

const states: readonly Choice[] = [
  ['', 'any'],
  ['open', 'open'],
  ['stored', 'stored since'],
]

const LetterFilters = ({ given }: { given: Given }) => (
  <Filters action="/dlq">
    <Input name="tenant" label="Tenant" value={given.tenant} most={64} />
    <Input name="code" label="Code" value={given.code} most={64} />
    <Input name="path" label="Where in the event" value={given.path} most={2000} />
    <Input name="type" label="Event type" value={given.type} most={255} />
    <Select name="state" label="State" value={given.state} choices={states} />
    <Input
      name="from"
      label="Failed from, UTC"
      value={given.from}
      most={40}
      hint="15m, 7d or a date"
    />
    <Input name="to" label="to" value={given.to} most={40} hint="now" />
    <div class="actions">
      <button class="main" type="submit">
        Filter
      </button>
      <a href="/dlq">Clear</a>
    </div>
  </Filters>
)

function LettersTable({ letters, now }: { letters: readonly DeadLetter[]; now: Date }) {
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
