/** Where the Pulse that `npm start` runs has its Kafka, as `.pulse/runtime.json` says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type } from 'arktype'
import { reasonOf } from '../../contracts/reason.ts'
import { Unavailable } from '../outage.ts'

const usualFile = join(import.meta.dir, '..', '..', '.pulse', 'runtime.json')

const runtime = type('string.json.parse').to({ kafka: 'string > 0' })

/**
 * `host:port`, from the given file, else from the usual one; undefined when Pulse is not running. Throws Unavailable for
 * a file that was given and cannot be read, and for one that says something else.
 */
export function kafkaOfRuntime(given: string | undefined): string | undefined {
  const file = given ?? usualFile
  if (given === undefined && !existsSync(file)) return undefined
  const read = runtime(textOf(file))
  if (read instanceof type.errors) throw new Unavailable(`${file} does not say where Kafka is`)
  return read.kafka
}

/** Where Kafka is, for the settings to be read: what the environment says counts more. Throws as `kafkaOfRuntime`. */
export function findKafka(givenRuntime: string | undefined): void {
  const kafka = process.env.KAFKA_BROKERS?.trim() || kafkaOfRuntime(givenRuntime)
  if (kafka) process.env.KAFKA_BROKERS = kafka
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (err) {
    throw new Unavailable(`${file} cannot be read: ${reasonOf(err)}`)
  }
}
