/** Dead letters: what could not be stored, by what is wrong, and one by one. */
import { type Choice, Filters, Input, Select } from './form.tsx'
import { type Frame, Layout } from './layout.tsx'
import { ClustersPanel } from './letter-clusters.tsx'
import { LettersTable } from './letters-table.tsx'
import { Notice, UnknownNotice } from './notice.tsx'
import { addressOf, Pager } from './pager.tsx'
import type { DeadLetter, LetterClusters, Listed } from './record-facts.ts'

export type LettersFound =
  | {
      readonly list: Listed<DeadLetter>
      /** Null when they could not be counted, undefined on pages behind the first. */
      readonly clusters: LetterClusters | null | undefined
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
      {clusters !== undefined && (
        <ClustersPanel clusters={clusters} span={span} given={given} now={now} />
      )}
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
      {list.rows.length === 0 && list.next === null && !given.before ? (
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

const states: readonly Choice[] = [
  ['', 'any'],
  ['open', 'open'],
  ['stored', 'stored since'],
]

const LetterFilters = ({ given }: { given: Given }) => (
  <Filters action="/dlq" submit="Filter">
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
  </Filters>
)
