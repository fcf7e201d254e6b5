/** The bytes of one `POST`: pure. What does not change between requests is written once. */
export type Target = { readonly host: string; readonly port: number; readonly path: string }

export type Headers = {
  readonly apiKey: string
  readonly contentType: string
  /** undefined leaves the header out. */
  readonly idempotencyKey: string | undefined
}

export function makeRequest(target: Target): (headers: Headers, body: string) => Buffer {
  const start = `POST ${target.path} HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\n`
  return ({ apiKey, contentType, idempotencyKey }, body) => {
    const key = idempotencyKey === undefined ? '' : `Idempotency-Key: ${idempotencyKey}\r\n`
    return Buffer.from(
      `${start}X-API-Key: ${apiKey}\r\n${key}Content-Type: ${contentType}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }
}
