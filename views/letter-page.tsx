/** One dead letter by its id, with the whole record. */
import { fieldsOf } from './dead-letter.tsx'
import type { Outage } from './facts.ts'
import { Foreign } from './facts-shown.tsx'
import { Fields } from './fields.tsx'
import { type Frame, Layout } from './layout.tsx'
import { LetterState } from './letters-table.tsx'
import { UnknownNotice } from './notice.tsx'
import { OriginalRecord } from './payload.tsx'
import type { DeadLetter } from './record-facts.ts'
import { type FoundInKafka, RecordInKafkaPanel } from './record-in-kafka.tsx'

export function LetterPage(props: {
  id: string
  found: DeadLetter | { readonly outage: Outage }
  inKafka: FoundInKafka | undefined
  frame: Frame
}) {
  const { id, found, inKafka, frame } = props
  return (
    <Layout title={`Dead letter ${id}`} current="dlq" frame={frame}>
      <main id="main">
        <div class="heading">
          <h1>Dead letter {id}</h1>
          {!('outage' in found) && <LetterState letter={found} />}
        </div>
        {'outage' in found ? (
          <UnknownNotice what="This dead letter" why={found.outage.why} />
        ) : (
          <Letter letter={found} />
        )}
        {inKafka && <RecordInKafkaPanel found={inKafka} />}
      </main>
    </Layout>
  )
}

const Letter = ({ letter }: { letter: DeadLetter }) => (
  <>
    <section class="panel" aria-label="Facts">
      <p class="heading">
        <strong>
          <Foreign text={letter.code} />
        </strong>
        <Foreign text={letter.sentence} most={2000} />
      </p>
      <Fields fields={fieldsOf(letter).slice(1)} />
    </section>
    <section class="panel" aria-labelledby="record">
      <div class="heading">
        <h2 id="record">The record</h2>
        <span class="quiet">
          {letter.originalBytes.toLocaleString('en')} bytes, as it lies in Kafka; what is wrong is
          marked
        </span>
        <a class="end" href={`/dlq/${letter.id}/record`}>
          As it is, to keep
        </a>
      </div>
      <OriginalRecord letter={letter} wholeUrl={`/dlq/${letter.id}/record`} />
    </section>
  </>
)
