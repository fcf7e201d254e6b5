/**
 * A Kafka of a test's own, which it may kill and freeze, and start again on its port with its data. It is in a directory of
 * the system's temporary folder, and ends with the test run at the latest.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import type { Running } from '../launch.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'

export type OwnKafka = Awaited<ReturnType<typeof ownKafka>>

/** Nothing runs before `start`. `settings` are the broker's, besides the usual ones. */
export async function ownKafka(settings: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'pulse-kafka-'))
  const log = join(dir, 'kafka.log')
  const jars = await readyKafkaJars(cacheFolder(), log)
  const port = await freePort()
  let running: Running | undefined

  return {
    /** `host:port`, the same after each start. */
    url: `127.0.0.1:${port}`,
    /** Resolves when the broker answers. */
    async start(): Promise<void> {
      running = await startKafka({ dir: join(dir, 'kafka'), port, log, jars, settings })
    },
    /** With -9; resolves when it is gone. */
    async kill(): Promise<void> {
      running?.kill('SIGKILL')
      await running?.ended
    },
    freeze: () => running?.kill('SIGSTOP'),
    /** After `freeze`. */
    goOn: () => running?.kill('SIGCONT'),
    /** Stops it, and removes what it has kept. */
    async remove(): Promise<void> {
      await running?.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
