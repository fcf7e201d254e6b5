/** A collector for tests: takes spans by OTLP over HTTP (opentelemetry-proto, trace.proto) and keeps them. */
import { type Field, fieldsOf } from './protobuf.ts'

export type ReceivedSpan = {
  readonly traceId: string
  readonly spanId: string
  /** '' for a root. */
  readonly parentSpanId: string
  readonly name: string
  /** server 2, client 3, producer 4 */
  readonly kind: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Readonly<Record<string, string | number>>
  /** ok 1, error 2 */
  readonly status: number
  readonly resource: Readonly<Record<string, string | number>>
}

export function startCollector() {
  const spans: ReceivedSpan[] = []
  const requests: { path: string; headers: Headers }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      requests.push({ path: new URL(request.url).pathname, headers: request.headers })
      spans.push(...spansIn(new Uint8Array(await request.arrayBuffer())))
      return new Response(new Uint8Array(), {
        headers: { 'Content-Type': 'application/x-protobuf' },
      })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans: spans as readonly ReceivedSpan[],
    requests: requests as readonly { path: string; headers: Headers }[],
    stop: () => server.stop(true),
  }
}

/** ExportTraceServiceRequest > ResourceSpans > ScopeSpans > Span. */
function spansIn(message: Uint8Array): ReceivedSpan[] {
  return messages(message, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1).flatMap((each) => messages(each, 1)))
    const scopes = messages(resourceSpans, 2)
    return scopes.flatMap((scope) => messages(scope, 2).map((span) => spanOf(span, resource)))
  })
}

function spanOf(message: Uint8Array, resource: ReceivedSpan['resource']): ReceivedSpan {
  const fields = fieldsOf(message)
  const bytes = (number: number) => bytesOf(fields, number) ?? new Uint8Array()
  const status = bytesOf(fields, 15)
  return {
    traceId: Buffer.from(bytes(1)).toString('hex'),
    spanId: Buffer.from(bytes(2)).toString('hex'),
    parentSpanId: Buffer.from(bytes(4)).toString('hex'),
    name: Buffer.from(bytes(5)).toString(),
    kind: Number(numberOf(fields, 6) ?? 0),
    start: numberOf(fields, 7) ?? 0n,
    end: numberOf(fields, 8) ?? 0n,
    attributes: attributesOf(messages(message, 9)),
    status: status === undefined ? 0 : Number(numberOf(fieldsOf(status), 3) ?? 0),
    resource,
  }
}

/** KeyValue and AnyValue: texts and whole numbers. */
function attributesOf(pairs: readonly Uint8Array[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const fields = fieldsOf(pair)
      const value = fieldsOf(bytesOf(fields, 2) ?? new Uint8Array())
      const text = bytesOf(value, 1)
      const key = Buffer.from(bytesOf(fields, 1) ?? new Uint8Array()).toString()
      return [key, text === undefined ? Number(numberOf(value, 3)) : Buffer.from(text).toString()]
    }),
  )
}

const messages = (message: Uint8Array, number: number): Uint8Array[] =>
  fieldsOf(message).flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  )

const bytesOf = (fields: readonly Field[], number: number): Uint8Array | undefined =>
  fields.flatMap(({ number: each, value }) =>
    each === number && value instanceof Uint8Array ? [value] : [],
  )[0]

const numberOf = (fields: readonly Field[], number: number): bigint | undefined =>
  fields.flatMap(({ number: each, value }) =>
    each === number && typeof value === 'bigint' ? [value] : [],
  )[0]
