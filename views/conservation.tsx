/** The conservation law as a bar and in one line, and its terms by partition. */
import { Bar, Swatch } from './charts/bar.tsx'
import type { Conservation, PartitionLaw, Terms } from './facts.ts'
import { Badge, Num, type Tone } from './facts-shown.tsx'
import { ListTable } from './list-table.tsx'

const outcomes = [
  ['stored', 'stored', 'stored'],
  ['duplicate', 'duplicate', 'duplicate'],
  ['dead', 'dead', 'dead'],
  ['skipped', 'skipped', 'skipped'],
  ['inFlight', 'in flight', 'flight'],
] as const

export function ConservationSection({ law }: { law: Conservation }) {
  const { tone, text } = verdictOf(law)
  const inLog = difference(law.logEnd, law.firstOffset)
  return (
    <section class={tone === 'bad' ? 'panel law broken' : 'panel law'} aria-labelledby="law">
      <div class="heading">
        <h2 id="law">Conservation law</h2>
        <Badge tone={tone}>{text}</Badge>
        <span class="quiet">
          every record in the log has become exactly one thing, or is on its way
        </span>
      </div>
      {inLog !== null && law.inFlight !== null && (
        <Bar
          most={inLog}
          parts={outcomes.map(([term, , tone]) => ({ value: law[term] ?? 0, tone }))}
        />
      )}
      <p class="equation legend">
        <span>
          <Num value={inLog} /> in the log =
        </span>
        {outcomes.map(([term, words, tone], i) => (
          <span>
            {i > 0 && '+ '}
            <Swatch tone={tone} /> <Num value={law[term]} /> {words}
          </span>
        ))}
      </p>
      <Findings findings={law.findings} />
      {law.partitions.length > 0 && (
        <details id="law-partitions">
          <summary>By partition</summary>
          <PartitionTable law={law} />
        </details>
      )}
    </section>
  )
}

export function Findings({ findings }: { findings: Conservation['findings'] }) {
  if (findings.length === 0) return null
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <li>{finding}</li>
      ))}
    </ul>
  )
}

function verdictOf({ closes, findings }: Conservation): { tone: Tone; text: string } {
  if (closes === null) return { tone: 'warn', text: 'unknown' }
  if (!closes) return { tone: 'bad', text: 'does not close' }
  return findings.length > 0
    ? { tone: 'bad', text: 'closes, with skipped or expired records' }
    : { tone: 'good', text: 'closes' }
}

const difference = (end: number | null, first: number | null): number | null =>
  end === null || first === null ? null : end - first

const columns = [
  'Partition',
  'First offset',
  'Log end',
  'Stored',
  'Duplicate',
  'Dead',
  'Skipped',
  'In flight',
  'Law',
] as const

function PartitionTable({ law }: { law: Conservation }) {
  return (
    <ListTable
      id="law-table"
      called={{ label: 'Terms by partition' }}
      look="numbers"
      columns={columns}
    >
      {law.partitions.map((part) => (
        <tr>
          <th scope="row">{part.partition}</th>
          <TermCells of={part} />
          <td>{partitionVerdict(part)}</td>
        </tr>
      ))}
    </ListTable>
  )
}

function TermCells({ of }: { of: Terms }) {
  const values = [
    of.firstOffset,
    of.logEnd,
    of.stored,
    of.duplicate,
    of.dead,
    of.skipped,
    of.inFlight,
  ]
  return (
    <>
      {values.map((value) => (
        <td>
          <Num value={value} />
        </td>
      ))}
    </>
  )
}

function partitionVerdict({ closes }: PartitionLaw) {
  if (closes === null) return <Badge tone="warn">unknown</Badge>
  return closes ? 'closes' : <Badge tone="bad">does not close</Badge>
}
