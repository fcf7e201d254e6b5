/** `bun run projections:rebuild NAME`: command line, database, rebuild, answer. */
import { parseArgs } from 'node:util'
import { settingsOrExit } from '../../../contracts/env.ts'
import { postgresSettings } from '../../../contracts/postgres-connection.ts'
import { reasonOf } from '../../../contracts/reason.ts'
import { makeSessions } from '../../sessions.ts'
import { readDeclarations } from '../declared.ts'
import { type Rebuilt, rebuild } from './rebuild.ts'
import { databaseOfRuntime } from './runtime.ts'

const usage = `bun run projections:rebuild NAME [--json]

Fills the tables of a projection anew from all stored events, beside the ones that are read, and lets them change places.
The database is DATABASE_URL, else the one of the Pulse that runs here; the user has to own the tables.
`

async function main(args: readonly string[]): Promise<number> {
  const { projections, broken } = await readDeclarations()
  const names = projections.map(({ name }) => name)
  const given = parsed(args)
  if ('wrong' in given) return fail(`${given.wrong}\n\n${usage}`, 2)
  const { values, positionals } = given
  if (values.help) return say(`${usage}NAME: ${names.join(', ')}\n`)
  const [wanted] = positionals
  const unreadable = broken.find(({ name }) => name === wanted)
  if (unreadable) return fail(`${wanted} is not rebuilt: ${unreadable.why}.`)
  const projection = projections.find(({ name }) => name === wanted)
  if (projection === undefined || positionals.length !== 1)
    return fail(`Give the name of one projection: ${names.join(', ')}`, 2)

  const env = environment()
  if (typeof env === 'string') return fail(`${env}.`)
  const sessions = makeSessions(settingsOrExit(postgresSettings, undefined, env), 2, () => {})
  const began = performance.now()
  try {
    const done = await rebuild(projection, {
      ...{ sessions, signal: untilStopped() },
      progress: showProgress(projection.name),
    })
    const seconds = (performance.now() - began) / 1000
    if (values.json) say(`${JSON.stringify({ projection: projection.name, ...done, seconds })}\n`)
    else if (done.is === 'rebuilt') say(rebuiltText(projection.name, done, seconds))
    return done.is === 'refused' ? fail(`${projection.name} is not rebuilt: ${done.why}.`) : 0
  } catch (err) {
    return fail(`${projection.name} is not rebuilt: ${reasonOf(err)}.`)
  } finally {
    sessions.close()
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
  } catch (err) {
    return { wrong: reasonOf(err) }
  }
}

/** With the database of the Pulse that runs here, if none is given; or why that cannot be told. */
function environment(): NodeJS.ProcessEnv | string {
  const { DATABASE_URL: given, DATABASE_URL_FILE: inFile } = process.env
  if (given?.trim() || inFile?.trim()) return process.env
  try {
    return { ...process.env, DATABASE_URL: databaseOfRuntime() }
  } catch (err) {
    return reasonOf(err)
  }
}

/** Given by the first signal; a second one ends the process at once. */
function untilStopped(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(`${signal} came`)))
  return stop.signal
}

const rebuiltText = (
  name: string,
  { events, unfit, lockedMs }: Extract<Rebuilt, { is: 'rebuilt' }>,
  seconds: number,
): string => {
  const leftOut = unfit > 0 ? `, ${shown(unfit)} left out because they do not fit` : ''
  return `${name} is rebuilt from ${shown(events)} events in ${seconds.toFixed(1)} s${leftOut}; it stood still for ${Math.ceil(lockedMs)} ms.\n`
}

/** One line that changes, in a terminal only. */
function showProgress(name: string) {
  if (!process.stderr.isTTY) return () => {}
  return (applied: number, behind: number) =>
    void process.stderr.write(
      `\r\x1b[K${name}: ${shown(applied)} applied, ${shown(behind)} to go\r`,
    )
}

const shown = (count: number): string => count.toLocaleString('en')

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function fail(why: string, code = 1): number {
  process.stderr.write(`${why}\n`)
  return code
}

process.exit(await main(process.argv.slice(2)))
