/** The conservation law in one line, and its terms by partition. */
import type { Conservation, PartitionLaw, Terms } from './facts.ts'
import { Badge, Num, type Tone } from './facts-shown.tsx'

export function ConservationSection({ law }: { law: Conservation }) {
  const { tone, text } = verdictOf(law)
  return (
    <section aria-labelledby="law">
      <div class="heading">
        <h2 id="law">Conservation law</h2>
        <Badge tone={tone}>{text}</Badge>
      </div>
      <p class="law">
        <Num value={difference(law.logEnd, law.firstOffset)} /> in the log ={' '}
        <Num value={law.stored} /> stored + <Num value={law.duplicate} /> duplicate +{' '}
        <Num value={law.dead} /> dead + <Num value={law.skipped} /> skipped +{' '}
        <Num value={law.inFlight} /> in flight
      </p>
      <Findings findings={law.findings} />
      {law.partitions.length > 0 && <PartitionTable law={law} />}
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

function PartitionTable({ law }: { law: Conservation }) {
  return (
    <section class="scroll" id="law-table" aria-label="Terms by partition" tabindex={0}>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Partition</th>
            <th scope="col">First offset</th>
            <th scope="col">Log end</th>
            <th scope="col">Stored</th>
            <th scope="col">Duplicate</th>
            <th scope="col">Dead</th>
            <th scope="col">Skipped</th>
            <th scope="col">In flight</th>
            <th scope="col">Law</th>
          </tr>
        </thead>
        <tbody>
          {law.partitions.map((part) => (
            <tr>
              <th scope="row">{part.partition}</th>
              <TermCells of={part} />
              <td>{partitionVerdict(part)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
