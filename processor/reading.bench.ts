/**
 * Reads events as the processor does, and stores nothing: for `bun run bench consuming`, with the processor's settings. A
 * line for each batch that was read and committed: its partition, the offset behind it, and how many records it had.
 */
import { settingsOrExit } from '../contracts/env.ts'
import { kafkaProblems } from '../contracts/kafka-connection.ts'
import { openLog } from '../contracts/log.ts'
import { consume } from './consume.ts'
import type { AssignedPartition } from './seat.ts'
import { settings } from './settings.ts'

const config = settingsOrExit(settings, kafkaProblems)
const most = { records: config.batchRecords, bytes: config.batchBytes }

async function work(partition: AssignedPartition): Promise<void> {
  const { start, committed } = await partition.bounds()
  partition.readFrom(committed ?? start)
  for (;;) {
    const records = await partition.read(most)
    const last = records.at(-1)
    if (last === undefined) return
    const next = last.offset + 1n
    // As in the pipeline, one that fails costs a second reading.
    await partition.commit(next).catch((err) => log.warn({ err }, 'offset not committed'))
    process.stdout.write(`${partition.id.partition} ${next} ${records.length}\n`)
  }
}

const log = openLog({ service: 'reading', level: 'error' })
const observer = { assigned() {}, fault() {}, unfetched() {}, fetched() {} }
const never = new AbortController().signal
await consume({ ...config, topic: config.rawTopic }, work, observer, log, never)
