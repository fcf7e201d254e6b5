/** Where the Pulse that `npm start` runs has its Kafka, as `.pulse/runtime.json` says. */
import { readRuntimeFile, usualRuntimeFile } from '../../contracts/runtime-file.ts'
import { Unavailable } from '../outage.ts'

/**
 * `host:port`, from the given file, else from the usual one; undefined when Pulse is not running. Throws Unavailable for
 * a file that was given and is not there, and for one that says something else.
 */
export function kafkaOfRuntime(given: string | undefined): string | undefined {
  const file = given ?? usualRuntimeFile
  const read = readRuntimeFile(file)
  if (read.is === 'absent') {
    if (given === undefined) return undefined
    throw new Unavailable(`${file} cannot be read: there is no such file`)
  }
  if (read.is === 'unreadable') throw new Unavailable(read.why)
  const { kafka } = read.values
  if (typeof kafka === 'string' && kafka !== '') return kafka
  throw new Unavailable(`${file} does not say where Kafka is`)
}

/** Where Kafka is, for the settings to be read: what the environment says counts more. Throws as `kafkaOfRuntime`. */
export function findKafka(givenRuntime: string | undefined): void {
  const kafka = process.env.KAFKA_BROKERS?.trim() || kafkaOfRuntime(givenRuntime)
  if (kafka) process.env.KAFKA_BROKERS = kafka
}
