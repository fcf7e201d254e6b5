/** What several routes read from a request's headers. */
type Headers = { getHeader(lowerCaseName: string): string }

/** The API key, from `X-API-Key` or `Authorization: Bearer`; '' when there is none. */
export function apiKeyOf(request: Headers): string {
  const key = request.getHeader('x-api-key')
  if (key !== '') return key
  const authorization = request.getHeader('authorization')
  return /^bearer /i.test(authorization) ? authorization.slice('bearer '.length).trim() : ''
}

/** The W3C trace context, version 00; anything else is not passed on. */
export function traceparentOf(request: Headers): string | undefined {
  const text = request.getHeader('traceparent')
  return text !== '' && isTraceparent(text) ? text : undefined
}

export const isTraceparent = (text: string): boolean => traceparent.test(text)

const traceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
