/**
 * Writes `.env.example` from the settings tables of the processes, so that it cannot drift:
 * `bun infra/env-example.ts > .env.example`. Every line is commented out: a copy changes nothing until it is edited.
 */
import type { Setting } from '../contracts/env.ts'
import { readTables, type Table } from './settings-tables.ts'

/** One block a setting: what it is for, its unit, and the default as a comment that can be uncommented. */
export function envExample(tables: readonly Table[]): string {
  const users = new Map<string, { readonly declared: Setting<unknown>; readonly by: string[] }>()
  for (const { process, settings } of tables)
    for (const declared of Object.values(settings)) {
      const known = users.get(declared.env[0])
      if (known) known.by.push(process)
      else users.set(declared.env[0], { declared, by: [process] })
    }
  const groups = Map.groupBy(users.values(), ({ by }) => by.join(', '))
  const blocks = [...groups].map(([by, settings]) =>
    [`## ${by}`, ...settings.map(({ declared }) => block(declared))].join('\n\n'),
  )
  return `${[head, ...blocks].join('\n\n')}\n`
}

const head = `# Every setting of Pulse: what it is for, its unit, its default. Copy to .env and uncomment what you change.
# An address given here (KAFKA_BROKERS, DATABASE_URL, REDIS_URL) is used by \`npm start\` instead of starting a server.
# A secret may stand in a file instead: NAME_FILE=/path. Made by: bun infra/env-example.ts > .env.example`

function block({ env, fallback, unit, reason, secret }: Setting<unknown>): string {
  const [name, ...others] = env
  const aliases = others.length > 0 ? `, also as ${others.join(', ')}` : ''
  const value = fallback === undefined ? '' : fallback.replace(/^,$/, '')
  const need = fallback === undefined ? ' Required.' : ''
  const file = secret ? ` Secret: ${name}_FILE may name a file.` : ''
  return `# ${sentence(unit)}${aliases}.${need}${file}\n# ${sentence(reason)}.\n# ${name}=${value}`
}

const sentence = (text: string): string => text.replace(/^[a-z]+(?=[ ,])/, capitalised)

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`

if (import.meta.main) process.stdout.write(envExample(await readTables()))
