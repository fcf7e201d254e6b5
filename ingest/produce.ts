/**
 * Sends records to Kafka and tells what became of each.
 * Promises: `acked` only after every in-sync replica has it; `failed` only when it is definitely not there; otherwise
 * `unknown`. Bounded by the client's queue: a full one is a failure at once, never a wait.
 * A client that ended with a fatal error is replaced by a new one, a while after it began at the earliest: what ends one
 * may end the next. Until then every record fails; what the old one had under way is still reported.
 */
import type { Log } from '../contracts/log.ts'

export type OutgoingRecord = {
  readonly key: string
  readonly value: Buffer
  /** One header an object, `{name: value}`, as librdkafka's binding takes them. */
  readonly headers: readonly Readonly<Record<string, string>>[]
}

export type Delivery =
  | { readonly kind: 'acked' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Who is told what became of a record: an object, so that no closure is made for each. */
export type DeliverySink = { reported(delivery: Delivery): void }

export type KafkaProducer = {
  /**
   * Hands the record over. The sink is told once: when the broker has reported, at the latest after Kafka's delivery
   * timeout, or before this returns when the record could not be handed over.
   */
  produce(record: OutgoingRecord, sink: DeliverySink): void
  /** Records that were handed over and whose sinks were not told. */
  readonly waiting: number
  /** Resolves when a broker answers for the topic now; rejects with the reason within a second. */
  probe(): Promise<void>
  /** Waits for what is under way, then disconnects. */
  close(): Promise<void>
}

/** `open` makes a client that calls `onFatal` once, when it has come to its end. */
export function makeProducer(
  open: (onFatal: (reason: string) => void) => KafkaProducer,
  log: Log,
  { leastLifeMs }: { leastLifeMs: number },
): KafkaProducer {
  let beganAt = 0
  let closing = false
  const begin = () => {
    beganAt = performance.now()
    return open(ended)
  }
  const ended = (reason: string) => {
    log.error({ reason }, 'kafka producer ended with a fatal error: a new one follows')
    setTimeout(replace, Math.max(0, beganAt + leastLifeMs - performance.now()))
  }
  const replace = () => {
    if (closing) return
    const old = current
    current = begin()
    old.close().catch((err) => log.warn({ err }, 'ended kafka producer not closed'))
  }
  let current = begin()
  return {
    produce: (record, sink) => current.produce(record, sink),
    get waiting() {
      return current.waiting
    },
    probe: () => current.probe(),
    close() {
      closing = true
      return current.close()
    },
  }
}
