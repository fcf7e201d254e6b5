/**
 * What must hold of a run, as `p99<50ms,errors<0.1%,lost=0`: read, and held against what was measured. Pure.
 */
import { type } from 'arktype'

const durations = ['avg', 'p50', 'p95', 'p99', 'p99.9', 'max'] as const
const counts = [
  'errors',
  'failed',
  'dropped',
  'late',
  'retried',
  'unexpected',
  'rate-limited',
  'lost',
  'audit',
] as const
const rates = ['rps'] as const
const subjects = [...durations, ...counts, ...rates]

export type Subject = (typeof subjects)[number]
type Comparison = '<' | '<=' | '=' | '>=' | '>'

export type Assertion = {
  readonly text: string
  readonly subject: Subject
  readonly comparison: Comparison
  /** Milliseconds, a count, events a second, or a share from 0 to 1. */
  readonly bound: number
  /** The bound is a share of all events. */
  readonly isShare: boolean
}

export const assertionWords =
  `conditions such as p99<50ms,errors<0.1%,lost=0 on ${subjects.join(' ')}; durations in us, ms or s, ` +
  'counts whole or in %; lost and audit (findings of any kind) need the audit'

const form = /^([a-z0-9.-]+?)(<=|>=|<|=|>)(\d+(?:\.\d+)?)(us|ms|s|%)?$/

/** Every condition of a list joined by commas. */
export const parseAssertions = (text: string): readonly Assertion[] | type.errors => listOf(text)

const listOf = type('string').pipe((text, ctx) => {
  const parsed = text.split(',').map((each) => parseAssertion(each.trim()))
  const known = parsed.filter((each) => each !== undefined)
  return known.length === parsed.length ? known : ctx.error('conditions')
})

function parseAssertion(text: string): Assertion | undefined {
  const [, subject, comparison, digits, unit] = form.exec(text) ?? []
  if (!isSubject(subject)) return undefined
  const factor = factorOf(subject, unit)
  if (factor === undefined) return undefined
  const bound = Number(digits) * factor
  return { text, subject, comparison: comparison as Comparison, bound, isShare: unit === '%' }
}

const isSubject = (text: string | undefined): text is Subject =>
  subjects.some((subject) => subject === text)

/** What one of the unit is; undefined when the subject is not measured in it. */
function factorOf(subject: Subject, unit: string | undefined): number | undefined {
  if (durations.some((each) => each === subject)) return { us: 0.001, ms: 1, s: 1000 }[unit ?? '']
  if (unit === undefined) return 1
  const isShared = unit === '%' && subject !== 'rps' && subject !== 'audit' && subject !== 'lost'
  return isShared ? 0.01 : undefined
}

/** What was measured; undefined when it could not be. */
export type Measured = Readonly<Record<Subject, number | undefined>> & { readonly events: number }

export type Asserted = {
  readonly text: string
  readonly holds: boolean
  /** The value that it was held against. */
  readonly actual: number | undefined
}

/** A condition on what could not be measured does not hold. */
export function check(assertion: Assertion, measured: Measured): Asserted {
  const value = measured[assertion.subject]
  const actual =
    value !== undefined && assertion.isShare ? value / Math.max(1, measured.events) : value
  const holds = actual !== undefined && compares(actual, assertion.comparison, assertion.bound)
  return { text: assertion.text, holds, actual }
}

function compares(actual: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
      return actual < bound
    case '<=':
      return actual <= bound
    case '=':
      return actual === bound
    case '>=':
      return actual >= bound
    case '>':
      return actual > bound
  }
}
