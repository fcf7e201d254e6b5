/** One event a request, with its key in a header. Pure. */
import type { Answer } from '../http/response.ts'
import { type Acceptance, objectIn, type Told, tellAccepted, tellRefused } from '../told.ts'
import type { Mode } from './mode.ts'

export const single: Mode = {
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

export function tell({ status, body, retryAfterSeconds }: Answer): Told {
  const said = objectIn<Body>(body)
  if (status === 202) return tellAccepted(said ?? {})
  return tellRefused(status, said?.error?.code, retryAfterSeconds)
}
