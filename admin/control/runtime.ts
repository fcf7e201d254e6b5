/** Where the Pulse that `npm start` runs has its Kafka, as `.pulse/runtime.json` says. */
import { readFileSync } from 'node:fs'
import { type } from 'arktype'

const runtime = type({ kafka: 'string > 0' })

/** `host:port`; undefined when there is no such file. Throws when it is something else. */
export function kafkaOfRuntime(file: string): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  return runtime.assert(JSON.parse(text)).kafka
}
