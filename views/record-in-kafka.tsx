/** What Kafka still has of a record: its key and headers. */
import type { Outage } from './facts.ts'
import { Foreign, None, Unknown } from './facts-shown.tsx'
import { Fields } from './fields.tsx'
import type { RecordInKafka } from './record-facts.ts'

export type FoundInKafka = RecordInKafka | { readonly outage: Outage }

export function RecordInKafkaPanel({ found }: { found: FoundInKafka }) {
  return (
    <section class="panel" aria-labelledby="in-kafka">
      <div class="heading">
        <h2 id="in-kafka">Key and headers</h2>
        <span class="quiet">as Kafka still has them</span>
      </div>
      {'outage' in found ? (
        <p>
          <Unknown /> <span class="quiet">{found.outage.why}.</span>
        </p>
      ) : (
        <Fields
          fields={[
            [
              'Key',
              found.key === null ? <None>no key</None> : <Foreign text={found.key} most={600} />,
            ],
            ...found.headers.map(
              ([name, value]) =>
                [<Foreign text={name} />, <Foreign text={value} most={600} />] as const,
            ),
          ]}
        />
      )}
    </section>
  )
}
