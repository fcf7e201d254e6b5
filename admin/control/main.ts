/** `bun run control`: command line, Kafka, decision, answer. */
import { apiKeyBytes, apiKeyFrom, hashOfApiKey } from '../../contracts/api-key.ts'
import type { ControlState } from '../../contracts/control-state.ts'
import { settingsOrExit } from '../../contracts/env.ts'
import { kafkaProblems } from '../../contracts/kafka-connection.ts'
import { Unavailable } from '../outage.ts'
import {
  type Change,
  createKey,
  revokeKey,
  revokeKeyText,
  rotateKey,
  setLimit,
  setPaused,
  setTenant,
} from './changes.ts'
import { type Command, readCommandLine, type ToRun } from './command-line.ts'
import { helpText } from './help.ts'
import { findKafka } from './runtime.ts'
import { settings } from './settings.ts'
import {
  changeText,
  pipelineText,
  pipelineView,
  publishedText,
  tenantsText,
  tenantView,
  tenantViews,
} from './show.ts'
import { type ControlTopic, openControlTopic } from './topic.ts'

async function main(): Promise<number> {
  const read = readCommandLine(process.argv.slice(2))
  if (read.is === 'help') return say(helpText())
  if (read.is === 'wrong') return refuse(read.problems)
  try {
    return await run(read)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return fail(error.message)
  }
}

async function run({ command, json, runtime }: ToRun): Promise<number> {
  findKafka(runtime)
  const topic = openControlTopic(settingsOrExit(settings, kafkaProblems))
  try {
    if (command.is === 'list') return await list(topic, json)
    if (command.is === 'pause' || command.is === 'resume') return await pause(topic, command, json)
    return await change(topic, command, json)
  } finally {
    await topic.close()
  }
}

async function list(topic: ControlTopic, json: boolean): Promise<number> {
  const { state, skipped } = await topic.read()
  for (const { offset, reason } of skipped)
    process.stderr.write(`The record at offset ${offset} was skipped: ${reason}\n`)
  const tenants = tenantViews(state, new Date())
  const pipeline = pipelineView(state)
  if (json) return say(`${JSON.stringify({ tenants, pipeline })}\n`)
  return say(`${tenantsText(tenants)}${pipelineText(pipeline)}`)
}

type Pausing = Extract<Command, { is: 'pause' | 'resume' }>

async function pause(topic: ControlTopic, command: Pausing, json: boolean): Promise<number> {
  const isPause = command.is === 'pause'
  const { change, state } = await topic.change((known) =>
    setPaused(known, isPause, isPause ? command.reason : undefined),
  )
  const published = change.is === 'publish' ? change.entities : []
  const pipeline = pipelineView(state)
  return say(
    json
      ? `${JSON.stringify({ changed: published.length > 0, pipeline })}\n`
      : `${publishedText(published)}${pipelineText(pipeline)}`,
  )
}

type Changing = Exclude<Command, { is: 'list' } | Pausing>

async function change(topic: ControlTopic, command: Changing, json: boolean): Promise<number> {
  const now = new Date()
  const given = await givenKey(command)
  if (given === '') return fail('There is no key on standard input')
  const fresh = apiKeyFrom(crypto.getRandomValues(new Uint8Array(apiKeyBytes)))
  const decide = decisionOf(command, { fresh, given, now })
  const { change, state } = await topic.change(decide)
  if (change.is === 'refused') return fail(change.message)
  const tenant = tenantView(state, command.tenant, now)
  const published = change.is === 'publish' ? change.entities : []
  const made = published.some((each) => each.kind === 'key' && each.hash === hashOfApiKey(fresh))
  const key = made ? fresh : undefined
  return say(
    json
      ? `${JSON.stringify({ changed: published.length > 0, tenant, ...(key && { key }) })}\n`
      : changeText(published, tenant, key),
  )
}

type Keys = { readonly fresh: string; readonly given: string | undefined; readonly now: Date }

function decisionOf(
  command: Changing,
  { fresh, given, now }: Keys,
): (state: ControlState) => Change {
  const { tenant } = command
  const made = { hash: hashOfApiKey(fresh), now }
  switch (command.is) {
    case 'tenant set':
      return (state) => setTenant(state, tenant, command)
    case 'limit set':
      return (state) => setLimit(state, tenant, command)
    case 'key create':
      return (state) => createKey(state, tenant, command.name, made)
    case 'key rotate':
      return (state) =>
        rotateKey(state, tenant, command.key, { ...made, overlapMs: command.overlapMs })
    case 'key revoke':
      return (state) =>
        given === undefined
          ? revokeKey(state, tenant, command.key, now)
          : revokeKeyText(state, tenant, { hash: hashOfApiKey(given), now })
  }
}

/** The key that is to be revoked, when it comes by standard input: there no list of processes shows it. */
const givenKey = async (command: Changing): Promise<string | undefined> =>
  command.is === 'key revoke' && command.key === '-' ? (await Bun.stdin.text()).trim() : undefined

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function fail(why: string): number {
  process.stderr.write(`${why}\n`)
  return 1
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stderr.write('bun run control --help shows every command.\n')
  return 2
}

process.exit(await main())
