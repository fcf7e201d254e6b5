/** Dead letters on their way to their topic, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client'

export type DeadLetterMetrics = {
  published(letters: number): void
  /** How many are not published; undefined when it could not be measured. */
  unpublished(letters: number | undefined): void
}

export function deadLetterMetrics(registry: Registry): DeadLetterMetrics {
  const registers = [registry]
  const published = new Counter({
    name: 'pulse_processor_dead_letters_published_total',
    help: 'Dead letters sent to their topic',
    registers,
  })
  const unpublished = new Gauge({
    name: 'pulse_processor_dead_letters_unpublished',
    help: 'Dead letters in the database that are not on their topic yet, counted up to 10000; no value: not known',
    registers,
  })
  unpublished.remove()
  return {
    published: (letters) => published.inc(letters),
    unpublished(letters) {
      if (letters === undefined) unpublished.remove()
      else unpublished.set(letters)
    },
  }
}
