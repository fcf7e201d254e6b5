/**
 * librdkafka alone: produces the records of valid events as fast as the broker acknowledges them, without HTTP, and
 * prints what came of it as JSON. Run by Node.
 *
 *   node alone.js '{"kafka":"HOST:PORT","topic":"TOPIC","seconds":SECONDS}'
 */
import { makeRequestId, recordOf } from './event.ts'
import { type BareRecord, openProducer, type ProducerOptions } from './producer.ts'
import { eventText } from './sample.ts'

export type Alone = { readonly acked: number; readonly failed: number; readonly perSecond: number }

type Options = ProducerOptions & { readonly seconds: number }

/** Made before the clock starts, and produced again and again: making them is not what is measured. */
const differentRecords = 10_000
/** Records under way at once: enough for full batches on each partition, and few enough for a short way to the end. */
const mostUnderWay = 20_000
/** Handed over between two looks at what came back. */
const handedAtOnce = 500

const options = JSON.parse(process.argv[2] ?? '') as Options
const producer = await openProducer(options)
let acked = 0
let failed = 0
let underWay = 0
let handed = 0
const records = Array.from({ length: differentRecords }, (_, at) => recordNumbered(at))
const started = performance.now()
const until = started + options.seconds * 1000

function recordNumbered(at: number): BareRecord {
  const key = `run-${process.pid}-${100_000_000 + at}`
  return recordOf(makeRequestId(), key, Buffer.from(eventText(key)))
}

function reported(ok: boolean): void {
  underWay--
  if (ok) acked++
  else failed++
  if (underWay === 0 && performance.now() >= until) end()
}

function produceSome(): void {
  for (let some = 0; some < handedAtOnce && underWay < mostUnderWay; some++) {
    underWay++
    producer.produce(records[handed++ % differentRecords] as BareRecord, reported)
  }
  if (performance.now() < until) setImmediate(produceSome)
}

function end(): void {
  const perSecond = (1000 * acked) / (performance.now() - started)
  process.stdout.write(JSON.stringify({ acked, failed, perSecond } satisfies Alone), () =>
    process.exit(0),
  )
}

produceSome()
