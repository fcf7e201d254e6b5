/**
 * Asking a dependency that may be slow, gone or frozen: every question has a deadline, and the answer is a value.
 * What is told about a failure is one of a few sentences: a driver's own message may hold addresses or data.
 */
import type { Outage } from '../views/facts.ts'

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly ms: number }
  | {
      readonly ok: false
      readonly outage: Outage
      readonly ms: number
      /** Postgres is there, and ended it because of its time: it would again. */
      readonly isCutOff: boolean
    }

/** A reason in words of ours, thrown by a dependency's own file; shown as it is. */
export class Unavailable extends Error {}

class DeadlinePassed extends Error {}

/** Asks `work`, which gets a signal that fires at the deadline. Never rejects. */
export async function ask<T>(
  name: string,
  deadlineMs: number,
  work: (signal: AbortSignal) => PromiseLike<T>,
): Promise<Answer<T>> {
  const started = performance.now()
  const elapsed = () => Math.round(performance.now() - started)
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlinePassed())
      abort.abort()
    }, deadlineMs)
  })
  try {
    const value = await Promise.race([work(abort.signal), deadline])
    return { ok: true, value, ms: elapsed() }
  } catch (error) {
    const outage = outageOf(name, deadlineMs, error)
    return { ok: false, outage, ms: elapsed(), isCutOff: isCutOff(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Asks Postgres; its deadline is longer than the server's own for a statement, which says more about a slow query. */
export type AskStore = <T>(question: () => PromiseLike<T>) => Promise<Answer<T>>

export const makeAskStore =
  (deadlineMs: number): AskStore =>
  (question) =>
    ask('PostgreSQL', deadlineMs, question)

const unreachable = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  '57P01',
  '57P02',
  '57P03',
  'PLT_KFK_NETWORK',
])

const STATEMENT_CUT_OFF = '57014'

/** Whether Postgres ended a statement because of its time. */
export const isCutOff = (error: unknown): boolean => codesOf(error).includes(STATEMENT_CUT_OFF)

function outageOf(name: string, deadlineMs: number, error: unknown): Outage {
  if (error instanceof Unavailable) return { kind: 'failed', why: error.message }
  if (error instanceof DeadlinePassed)
    return { kind: 'too-slow', why: `${name} did not answer within ${deadlineMs} ms` }
  const codes = codesOf(error)
  if (isCutOff(error))
    return { kind: 'too-slow', why: `${name} was too slow, and the query was cut off` }
  const gone = codes.find((code) => unreachable.has(code))
  if (gone !== undefined) return { kind: 'unreachable', why: `${name} cannot be reached (${gone})` }
  return { kind: 'failed', why: `${name} failed (${codes[0] ?? 'no code'})` }
}

/** Codes of an error and of what caused it, innermost first. */
function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const inner = [
    ...('errors' in error && Array.isArray(error.errors) ? error.errors : []),
    ...('cause' in error ? [error.cause] : []),
  ].flatMap(codesOf)
  return 'code' in error && typeof error.code === 'string' ? [...inner, error.code] : inner
}
