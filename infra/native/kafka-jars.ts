/** Kafka's jars, fetched by Maven by their coordinates, once for each version of `kafka.pom.xml`. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runLogged } from '../bootstrap/run.mjs'

const pom = join(import.meta.dirname, 'kafka.pom.xml')

export function kafkaJarsCached(cache: string): boolean {
  return existsSync(jarsFolder(cache))
}

/** The folder with the jars, fetched if they are not in `cache`. It appears whole or not at all. */
export async function readyKafkaJars(cache: string, log: string): Promise<string> {
  const folder = jarsFolder(cache)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(`${folder}.`)
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${draft}`]
  try {
    await runLogged('mvn', ['-q', '-B', '-f', pom, ...goal], {
      log,
      advice: 'Check that Maven reaches its repository, and may write to its own (~/.m2).',
    })
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** Named by the hash of the coordinates. */
function jarsName(coordinates: string): string {
  return `kafka-${createHash('sha256').update(coordinates).digest('hex').slice(0, 32)}`
}

const jarsFolder = (cache: string) => join(cache, jarsName(readFileSync(pom, 'utf8')))
