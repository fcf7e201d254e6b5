/** One event a request, with its key in a header. Pure. */
import type { Answer } from '../http/response.ts'
import {
  type Acceptance,
  objectIn,
  type Told,
  tellAccepted,
  tellDuplicate,
  tellNew,
  tellRefused,
} from '../told.ts'
import type { Mode } from './mode.ts'
import { makeRecogniser } from './recognise.ts'

export const single: Mode = {
  transport: 'http',
  path: '',
  contentType: 'application/json',
  keyIn: 'header',
  usualSize: undefined,
  before: '',
  between: '',
  after: '',
  place: () => 'any',
  read: (answer) => ({ told: [tell(answer)], wrong: undefined }),
  accepts: () => ({ status: 202, body: isNew }),
}

export const isNew = '{"status":"accepted","request_id":"req_1","duplicate":false}'

type Body = Acceptance & { readonly error?: { readonly code?: unknown } }

const acceptedAs = (duplicate: boolean) =>
  makeRecogniser('{"status":"accepted","request_id":"', `","duplicate":${duplicate}}`)
const saysNew = acceptedAs(false)
const saysDuplicate = acceptedAs(true)

export function tell({ status, body, retryAfterSeconds }: Answer): Told {
  if (status === 202 && saysNew(body)) return tellNew
  if (status === 202 && saysDuplicate(body)) return tellDuplicate
  const said = objectIn<Body>(body)
  if (status === 202) return tellAccepted(said ?? {})
  return tellRefused(status, said?.error?.code, retryAfterSeconds)
}
