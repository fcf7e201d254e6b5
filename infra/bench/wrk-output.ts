/** What wrk prints of a run with `--latency`. Pure. */
export type WrkResult = {
  readonly requests: number
  readonly perSecond: number
  /** In milliseconds, from the instant at which a request was sent. */
  readonly p50: number
  readonly p99: number
}

/** Throws when an answer was no 2xx, or a connection failed: then it is no measurement. */
export function readWrk(output: string): WrkResult {
  const wrong = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(output)?.[0]
  if (wrong !== undefined) throw new Error(`wrk: ${wrong}`)
  return {
    requests: Number(found(output, /(\d+) requests in/)),
    perSecond: Number(found(output, /Requests\/sec:\s+([\d.]+)/)),
    p50: milliseconds(found(output, /^\s+50%\s+(\S+) *$/m)),
    p99: milliseconds(found(output, /^\s+99%\s+(\S+) *$/m)),
  }
}

function found(output: string, pattern: RegExp): string {
  const value = pattern.exec(output)?.[1]
  if (value === undefined) throw new Error(`wrk printed no ${pattern}: ${output}`)
  return value
}

const scales: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }

function milliseconds(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
  const scale = scales[unit]
  if (scale === undefined) throw new Error(`wrk printed a time that is none: ${text}`)
  return Number(number) * scale
}
