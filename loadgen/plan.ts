/**
 * Decides from flags, scenario and what is running what a run will do: pure. Every problem is named at once.
 */
import type { Stage } from './arrivals.ts'
import type { Assertion } from './assertions.ts'
import type { Flags } from './flags.ts'
import type { Target } from './http/request.ts'
import type { Rates } from './mix.ts'
import { type ModeName, modes } from './modes/modes.ts'
import type { Runtime } from './runtime.ts'
import { type Scenario, steady } from './scenario.ts'

export type Plan = {
  readonly target: Target
  readonly mode: ModeName
  /** Events a request, at most. */
  readonly batchSize: number
  readonly tenants: readonly { readonly name: string; readonly apiKey: string }[]
  readonly stages: readonly Stage[]
  readonly maxEvents: number
  readonly rates: Rates
  readonly connections: number
  readonly seed: number
  readonly assertions: readonly Assertion[]
  readonly json: boolean
  readonly audit: AuditPlan
}

export type AuditPlan =
  | { readonly is: 'on'; readonly admin: string; readonly postgres: string }
  | { readonly is: 'off'; readonly why: string }

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly string[] }

const defaultUrl = 'http://127.0.0.1:8080'
const defaultGrpc = 'http://127.0.0.1:9090'
/** Events for which a stream has credit. */
const mostInMessage = 1_000
const loadTenant = 'tenant_load'
const mostTenants = 255

export function planOf(
  flags: Flags,
  scenario: Scenario = steady,
  runtime: Runtime | undefined,
): Planned {
  const mode = flags.mode ?? (flags['batch-size'] === undefined ? 'single' : 'batch')
  const target = targetOf(flags.url, mode, runtime)
  const audit = auditOf(flags, mode, target, runtime)
  const { tenants, problems } = tenantsOf(flags, runtime)
  const { usualSize, transport } = modes[mode]
  if (transport !== 'http' && (flags['batch-size'] ?? 0) > mostInMessage)
    problems.push(`--batch-size: in --mode ${mode} it is at most ${mostInMessage}`)
  if (usualSize === undefined && flags['batch-size'] !== undefined)
    problems.push(`--batch-size: in --mode ${mode} there is one event a request`)
  const rates = {
    duplicate: flags['duplicate-rate'] ?? scenario.duplicateRate,
    conflict: flags['conflict-rate'] ?? scenario.conflictRate,
    bad: flags['bad-rate'] ?? scenario.badRate,
  }
  if (rates.duplicate + rates.conflict + rates.bad > 1)
    problems.push('--duplicate-rate, --conflict-rate and --bad-rate add up to more than 1')
  const assertions = flags.assert ?? []
  for (const { subject, text } of assertions)
    if ((subject === 'lost' || subject === 'audit') && audit.is === 'off')
      problems.push(`--assert ${text} needs the audit, and there is none: ${audit.why}`)
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    plan: {
      target,
      mode,
      batchSize: flags['batch-size'] ?? usualSize ?? 1,
      tenants,
      stages: stagesOf(flags, scenario),
      maxEvents: flags['max-events'] ?? Number.POSITIVE_INFINITY,
      rates,
      connections: flags.connections ?? (transport === 'http' ? 256 : 16),
      seed: flags.seed ?? 1,
      assertions,
      json: flags.json ?? false,
      audit,
    },
  }
}

/** The path is /events unless the address has one, and what the mode has behind it unless it is there. */
function targetOf(given: string | undefined, mode: ModeName, runtime: Runtime | undefined): Target {
  const { transport, path: modePath } = modes[mode]
  const url = new URL(given ?? knownUrl(mode, runtime))
  const usualPath = transport === 'websocket' ? '/stream' : '/events'
  const path = url.pathname === '/' ? usualPath : url.pathname
  const isWhole = transport !== 'http' || path.endsWith(modePath)
  return {
    host: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname,
    port: Number(url.port || 80),
    path: isWhole ? path : `${path}${modePath}`,
  }
}

/** Where a running Pulse has that mode. */
function knownUrl(mode: ModeName, runtime: Runtime | undefined): string {
  if (modes[mode].transport !== 'grpc') return runtime?.ingest ?? defaultUrl
  return runtime?.grpc === undefined ? defaultGrpc : `http://${runtime.grpc}`
}

function stagesOf(flags: Flags, scenario: Scenario): Stage[] {
  const seconds = 60 * (flags.minutes ?? scenario.minutes)
  const rps = flags.rps ?? scenario.rps
  return scenario.stages.map(({ share, load }) => ({ seconds: seconds * share, rps: rps * load }))
}

function tenantsOf(flags: Flags, runtime: Runtime | undefined) {
  const given = flags['api-key'].map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  const known = new Map([...Object.entries(runtime?.tenants ?? {}), ...given])
  const byDefault = known.has(loadTenant) ? [loadTenant] : [...known.keys()]
  const fallback = given.length > 0 ? given.map(([name]) => name) : byDefault
  const names = [...new Set(flags.tenants?.split(',') ?? fallback)]
  const unknown = names.filter((name) => !known.has(name))
  const problems = unknown.map((name) => {
    const all = [...known.keys()].join(', ') || 'none'
    return `--tenants: no key is known for ${name}; known are: ${all}. Give --api-key ${name}=KEY`
  })
  if (names.length === 0)
    problems.push('No API key is known: start Pulse (npm start), or give --api-key TENANT=KEY')
  if (names.length > mostTenants) problems.push(`--tenants: at most ${mostTenants}`)
  const tenants = names.map((name) => ({ name, apiKey: known.get(name) ?? '' }))
  return { tenants, problems }
}

function auditOf(
  flags: Flags,
  mode: ModeName,
  target: Target,
  runtime: Runtime | undefined,
): AuditPlan {
  const off = (why: string): AuditPlan => ({ is: 'off', why })
  if (flags['no-audit']) return off('--no-audit')
  if (runtime?.admin === undefined || runtime.postgres === undefined)
    return off('no running Pulse is known (.pulse/runtime.json)')
  const running = targetOf(undefined, mode, runtime)
  if (running.host !== target.host || running.port !== target.port)
    return off(`the known Pulse is at ${runtime.ingest}, and the load goes elsewhere`)
  return { is: 'on', admin: runtime.admin, postgres: runtime.postgres }
}
