/** One dead letter in full: why, where it lies in Kafka, and the record itself. */

import { Foreign, KeyLink, None } from './facts-shown.tsx'
import { type Field, Fields } from './fields.tsx'
import { OriginalRecord } from './payload.tsx'
import type { DeadLetter } from './record-facts.ts'
import { Exact } from './time-shown.tsx'

export function DeadLetterDetails({ letter }: { letter: DeadLetter }) {
  return (
    <div class="details">
      <Fields fields={fieldsOf(letter)} />
      <OriginalRecord letter={letter} wholeUrl={`/dlq/${letter.id}`} />
    </div>
  )
}

export function fieldsOf(letter: DeadLetter): readonly Field[] {
  return [
    ['Reason', <Foreign text={`${letter.code}: ${letter.sentence}`} most={2000} />],
    ['Where in the event', letter.path === null ? null : <Foreign text={letter.path} />],
    ['Class, stage', `${letter.class}, found at ${letter.stage}`],
    ['Tenant', letter.tenantId === '' ? null : <Foreign text={letter.tenantId} />],
    ['Event type', letter.eventType === null ? null : <Foreign text={letter.eventType} />],
    ['Event id', letter.eventId === null ? null : <Foreign text={letter.eventId} />],
    ['Idempotency key', <KeyLink {...letter} />],
    ['Request id', letter.requestId === null ? null : <Foreign text={letter.requestId} />],
    ['Received', <Exact at={letter.receivedAt} />],
    ['Failed', <Exact at={letter.failedAt} />],
    [
      'Published to the topic',
      letter.publishedAt ? <Exact at={letter.publishedAt} /> : <None>not yet</None>,
    ],
    ['Attempts', String(letter.attempts)],
    ['Partition, offset', `${letter.partition}, ${letter.offset}`],
    ['Topic id', letter.topicId],
    ['Fingerprint', letter.fingerprint],
    ['Dead letter id', String(letter.id)],
  ]
}
