/**
 * Where Kafka, Postgres and Redis come from at a start, each on its own: an address in the environment wins; else Docker
 * where an engine answers; else native processes. `PULSE_INFRA` forces Docker or native for what is not given. Pure.
 */
import { type Part, parts } from '../parts.ts'

export type Source = 'given' | 'docker' | 'native'

/** Whether Docker Compose can be used, and in one sentence why it cannot. */
export type Docker =
  | { readonly answers: true }
  | { readonly answers: false; readonly why: string; readonly advice: string }

type Choice =
  | { readonly ok: true; readonly from: Readonly<Record<Part, Source>> }
  | { readonly ok: false; readonly message: string; readonly advice: string }

/** `forced` is PULSE_INFRA; empty counts as not set. */
export function choose(
  given: ReadonlySet<Part>,
  forced: string | undefined,
  docker: Docker,
): Choice {
  if (forced && forced !== 'docker' && forced !== 'native') {
    return {
      ok: false,
      message: `PULSE_INFRA must be docker or native, not '${forced.slice(0, 40)}'.`,
      advice: 'Leave it out to use Docker where an engine answers, else native processes.',
    }
  }
  const wanted = forced ?? ''
  if (wanted === 'docker' && given.size < parts.length && !docker.answers) {
    return {
      ok: false,
      message: `PULSE_INFRA=docker is asked for, but ${docker.why}`,
      advice: docker.advice,
    }
  }
  const own: Source = wanted !== 'native' && docker.answers ? 'docker' : 'native'
  const source = (part: Part): Source => (given.has(part) ? 'given' : own)
  return {
    ok: true,
    from: { kafka: source('kafka'), postgres: source('postgres'), redis: source('redis') },
  }
}

/** Whether anybody needs to ask Docker before choosing. */
export const dockerMatters = (given: ReadonlySet<Part>, forced: string | undefined): boolean =>
  given.size < parts.length && forced !== 'native'

export const partsFrom = (from: Readonly<Record<Part, Source>>, source: Source): Part[] =>
  parts.filter((part) => from[part] === source)

/** Why no sample events are sent; undefined when they may be: everything they reach is this start's own. */
export function whyNoSamples(
  from: Readonly<Record<Part, Source>>,
  ownApiKeys: boolean,
): string | undefined {
  const given = partsFrom(from, 'given')
  if (given.length > 0) {
    const verb = given.length > 1 ? 'were' : 'was'
    return `left out: ${listed(given)} ${verb} given, and samples go only into what a start brought up itself`
  }
  return ownApiKeys
    ? undefined
    : 'left out: API_KEYS was given, and samples use the keys of development'
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
