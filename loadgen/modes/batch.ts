/**
 * Many events a request, as one JSON array or one event a line (NDJSON), each with its key in it. The answer has one
 * result for each event; a batch that is refused as a whole says the same of all of them. Pure.
 */
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import type { Answer } from '../http/response.ts'
import type { Kind } from '../kinds.ts'
import {
  type Acceptance,
  objectIn,
  type Told,
  tellAccepted,
  tellNothing,
  tellRefused,
} from '../told.ts'
import type { Mode, Place, Reading } from './mode.ts'
import { isNew, tell } from './single.ts'

export const ndjson: Mode = {
  transport: 'http',
  path: '/batch',
  contentType: 'application/x-ndjson',
  keyIn: 'event',
  usualSize: 100,
  before: '',
  between: '\n',
  after: '\n',
  place: placeInLines,
  read,
  accepts,
}

export const batch: Mode = {
  ...ndjson,
  contentType: 'application/json',
  before: '[',
  between: ',',
  after: ']',
  place: (kind) => (kind.name === 'not-json' ? 'last' : placeInLines(kind)),
}

function placeInLines({ name, request }: Kind): Place {
  // An empty line is no event.
  if (name === 'empty') return 'none'
  return request === 'wrong-media-type' || request === 'unknown-api-key' ? 'alone' : 'any'
}

/** What is said of one event among several. */
export type Result = Acceptance & {
  readonly status?: unknown
  readonly error?: { readonly code?: unknown }
  readonly retry_after_seconds?: unknown
}

type Results = {
  readonly accepted?: unknown
  readonly duplicates?: unknown
  readonly rejected?: unknown
  readonly retry?: unknown
  readonly results?: readonly (Result | null)[]
}

function read(answer: Answer, events: number): Reading {
  if (answer.status < 200 || answer.status > 299) return ofEach(tell(answer), events)
  const said = answer.status === 200 ? objectIn<Results>(answer.body) : undefined
  if (!Array.isArray(said?.results))
    return ofEach(tellNothing(`${answer.status} without results`), events)
  const results: readonly (Result | null)[] = said.results
  // Which result is whose cannot be told.
  if (results.length !== events)
    return ofEach(tellNothing(`${results.length} results for ${events} events`), events)
  return { told: results.map(tellResult), wrong: contradiction(said, results, answer) }
}

function accepts(events: number): { status: number; body: string } {
  const counts = { accepted: events, duplicates: 0, rejected: 0, retry: 0 }
  const results = Array.from({ length: events }, () => isNew).join(',')
  return { status: 200, body: `${JSON.stringify(counts).slice(0, -1)},"results":[${results}]}` }
}

const ofEach = (told: Told, events: number): Reading => ({
  told: Array.from({ length: events }, () => told),
  wrong: undefined,
})

export function tellResult(result: Result | null): Told {
  if (result?.status === 'accepted') return tellAccepted(result)
  const code = result?.error?.code
  const status = isCode(code) ? rejections[code].status : 0
  const mayBeRepeated = status === 409 || status === 429 || status >= 500
  if (status === 0 || result?.status !== (mayBeRepeated ? 'retry' : 'rejected'))
    return tellNothing(`${result?.status ?? 'nothing'} ${code ?? 'without a code'}`)
  const seconds = result.retry_after_seconds
  return tellRefused(status, code, typeof seconds === 'number' ? seconds : undefined)
}

const isCode = (code: unknown): code is RejectionCode =>
  typeof code === 'string' && Object.hasOwn(rejections, code)

/** The counts have to be those of the results, and Retry-After the longest that an event has to wait. */
function contradiction(
  said: Results,
  results: readonly (Result | null)[],
  { retryAfterSeconds }: Answer,
): string | undefined {
  let [accepted, duplicates, rejected] = [0, 0, 0]
  let longest: number | undefined
  for (const result of results) {
    if (result?.status === 'accepted' && result.duplicate === true) duplicates++
    else if (result?.status === 'accepted') accepted++
    else if (result?.status === 'rejected') rejected++
    else longest = Math.max(longest ?? 0, Number(result?.retry_after_seconds))
  }
  const retry = results.length - accepted - duplicates - rejected
  const counts: Results = { accepted, duplicates, rejected, retry }
  for (const name of ['accepted', 'duplicates', 'rejected', 'retry'] as const)
    if (said[name] !== counts[name]) return `batch: its count ${name} is not that of its results`
  if (longest === retryAfterSeconds) return undefined
  return 'batch: Retry-After is not the longest retry_after_seconds'
}
