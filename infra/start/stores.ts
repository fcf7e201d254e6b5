/** Brings up or finds Kafka, Postgres and Redis, each where `choose` says, and makes them ready for Pulse. */
import { join } from 'node:path'
import { reasonOf } from '../../contracts/reason.ts'
import { StepFailure, type Steps } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import { ensureDatabase } from '../database.ts'
import { projectOf } from '../docker/compose.ts'
import { askDocker } from '../docker/engine.ts'
import { bringUpContainers, stopLeftContainers } from '../docker/infrastructure.ts'
import { grantRoles } from '../grants.ts'
import { migrate } from '../migrate.ts'
import { bringUpParts, installMissing } from '../native/infrastructure.ts'
import type { Part } from '../parts.ts'
import { type Roles, rolesNamedIn } from '../settings.ts'
import type { Database } from '../sql.ts'
import { createTopics, topicsNamedIn, topicsOfContract } from '../topics.ts'
import { checkGiven } from './check-given.ts'
import type { Children } from './children.ts'
import { choose, dockerMatters, partsFrom, type Source } from './choose.ts'
import { type Given, givenParts, readGiven } from './given.ts'
import type { Place } from './pulse.ts'

export type Plan = { readonly from: Readonly<Record<Part, Source>>; readonly given: Given }

/** Addresses of what this start brought up itself; undefined for what was given. */
export type Own = { readonly [part in Part]?: string | undefined }

/** Decides and checks what was given, before anything is installed or started. */
export async function planStores(steps: Steps): Promise<Plan> {
  const { env } = process
  const parts = givenParts(env)
  const { given, problems } = readGiven(env)
  if (problems.length > 0) {
    throw new StepFailure(`The environment cannot be used: ${problems.join('; ')}.`, {
      advice: 'Correct it, or unset the address of a part to have it brought up here.',
    })
  }
  const forced = env.PULSE_INFRA?.trim()
  const unasked = { answers: false, why: 'it was not asked for.', advice: '' } as const
  const docker = dockerMatters(parts, forced) ? await askDocker() : unasked
  const choice = choose(parts, forced, docker)
  if (!choice.ok) throw new StepFailure(choice.message, { advice: choice.advice })
  await checkGiven(given, steps)
  return { from: choice.from, given }
}

/** Installs what native servers miss, and stops what an earlier start left. Comes before ports are chosen. */
export async function prepareStores({ from }: Plan, place: Place, steps: Steps): Promise<void> {
  await installMissing(place, steps, partsFrom(from, 'native'))
  if (partsFrom(from, 'docker').length > 0) await stopLeftContainers(dockerPlace(place))
}

/** Starts what is not given; every process is in `children`. */
export async function startStores(
  { from }: Plan,
  place: Place,
  ports: Readonly<Record<Part, number>>,
  steps: Steps,
  children: Children,
): Promise<Own> {
  const native = partsFrom(from, 'native')
  const inDocker = partsFrom(from, 'docker')
  const { state: dir, logs, cache } = place
  if (inDocker.length > 0) {
    const at = { ...dockerPlace(place), ports }
    const addresses = await bringUpContainers(inDocker, at, steps, children.add)
    return Object.fromEntries(inDocker.map((part) => [part, addresses[part]]))
  }
  const options = { dir, logs, cache, ports, durable: true }
  const { kafka, postgres, redis } = await bringUpParts(native, options, steps, children.add)
  const database = postgres && (await ensureDatabase(postgres.url, 'pulse'))
  return { kafka: kafka?.url, postgres: database, redis: redis?.url }
}

/** The schema and the topics, in what is given too: there it may turn out not to be allowed. */
export async function prepareData({ given }: Plan, own: Own, steps: Steps): Promise<void> {
  const postgres = own.postgres ?? given.postgres
  const kafka = own.kafka ?? given.kafka
  if (!postgres || !kafka) throw new Error('a store is neither given nor started')
  // A Kafka of our own has the names of the contract, whatever the environment says.
  const topics = own.kafka ? topicsOfContract : topicsNamedIn(process.env)
  // A Postgres of our own has one user, whatever the environment says.
  const roles = own.postgres ? {} : rolesNamedIn(process.env)
  await Promise.all([
    steps.run('schema', async () => ({ result: undefined, detail: await schema(postgres, roles) })),
    steps.run('topics', async () => {
      await createTopics(kafka, topics).catch((error) => explainTopics(error, topics))
      return { result: undefined, detail: topics.map(({ name }) => name).join(' ') }
    }),
  ])
}

const dockerPlace = ({ state, logs }: Place) => ({
  dir: join(state, 'docker'),
  logs,
  project: projectOf(root),
})

async function schema(database: Database, roles: Roles): Promise<string> {
  const prepare = async () => {
    const migrated = await migrate(database)
    await grantRoles(database, roles)
    return migrated
  }
  const { applied, version } = await prepare().catch((error: Error) => {
    throw new StepFailure(`The schema could not be brought up to date: ${error.message}`, {
      advice: adviceForSchema(error, typeof database !== 'string'),
    })
  })
  return applied > 0 ? `${applied} migrations applied` : `version ${version}`
}

function adviceForSchema(error: Error, given: boolean): string {
  if ('code' in error && error.code === '42501')
    return 'Let its owner run `bun infra/migrate.ts` with their DATABASE_URL, then start again.'
  return given
    ? 'Applied migrations never change: add a new one.'
    : 'Applied migrations never change: add a new one, or `npm run reset` to begin again.'
}

function explainTopics(error: unknown, topics: readonly { name: string }[]): never {
  const names = topics.map(({ name }) => name).join(', ')
  throw new StepFailure(`The topics ${names} are not all there: ${reasonOf(error)}`, {
    advice:
      'Let somebody who may create them run `bun infra/topics.ts` with their KAFKA_ settings.',
  })
}
