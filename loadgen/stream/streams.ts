/**
 * Streams, each of one tenant, on which parcels go as long as there is credit for them, and verdicts come back by number.
 * Promises: `onReading` is called once for each parcel: behind its last verdict, or when its stream is lost, with what was
 * told until then, and undefined when that is nothing. A verdict for an event that awaits none is wrong.
 * Bounds: `count` streams, at least one a tenant; a parcel waits `timeoutMs`, then its stream is given up; a lost one is
 * opened again after 50 ms, then twice as long each time up to 1 s.
 */
import type { Heard } from '../connect.ts'
import type { Connections, Request } from '../http/connections.ts'
import type { Parcel } from '../packing.ts'
import type { Told } from '../told.ts'

/** One open stream. */
export type Line = {
  send(request: Request): void
  close(): void
}

export type LineHeard = {
  /** So many events more may be sent; the first time, the stream is open. */
  credit(events: number): void
  verdict(seq: number, told: Told): void
  /** In words: what the server said or did that it must not. */
  wrong(what: string): void
  /** Called once; nothing comes afterwards. */
  closed(): void
}

type Deps = Heard & { readonly open: (apiKey: string, heard: LineHeard) => Line }

type Config = {
  readonly apiKeys: readonly string[]
  readonly count: number
  /** Events of a parcel, at most. */
  readonly mostEvents: number
  readonly timeoutMs: number
}

type Waiting = {
  readonly parcel: Parcel
  readonly told: (Told | undefined)[]
  left: number
  age: number
}

type Stream = {
  readonly tenant: number
  line: Line | undefined
  isOpen: boolean
  credit: number
  /** By the number of each event. */
  readonly waiting: Map<number, Waiting>
  failures: number
}

/** How often parcels are looked at that wait too long. */
const sweepMs = 250

export function openStreams(deps: Deps, config: Config): Connections<Parcel> {
  const { apiKeys, mostEvents } = config
  const count = Math.max(config.count, apiKeys.length)
  let closed = false
  let onAllOpen = (): void => {}

  const streams = Array.from(
    { length: count },
    (_, at): Stream => ({
      tenant: at % apiKeys.length,
      ...{ line: undefined, isOpen: false, credit: 0, waiting: new Map(), failures: 0 },
    }),
  )

  const connect = (stream: Stream): void => {
    if (closed) return
    stream.line = deps.open(apiKeys[stream.tenant] ?? '', {
      credit(events) {
        stream.credit += events
        if (!stream.isOpen) opened(stream)
        if (stream.credit >= mostEvents) deps.onFree(deps.now())
      },
      verdict: (seq, told) => settle(stream, seq, told),
      wrong: (what) => deps.onWrong(`stream: ${what}`),
      closed: () => lose(stream),
    })
  }

  const opened = (stream: Stream): void => {
    stream.isOpen = true
    stream.failures = 0
    if (streams.every(({ isOpen }) => isOpen)) onAllOpen()
  }

  const settle = (stream: Stream, seq: number, told: Told): void => {
    const waiting = stream.waiting.get(seq)
    if (waiting === undefined) {
      if (stream.line !== undefined) deps.onWrong(`stream: a verdict too many: ${told.words}`)
      return
    }
    stream.waiting.delete(seq)
    waiting.told[seq - waiting.parcel.firstSeq] = told
    if (--waiting.left === 0) tell(waiting)
  }

  /** What was told of some events counts, and is not asked for again; of the others nothing was. */
  const tell = ({ parcel, told, left }: Waiting): void => {
    const nothing = left === parcel.events.length
    deps.onReading(parcel, nothing ? undefined : { told, wrong: undefined }, deps.now())
  }

  const lose = (stream: Stream): void => {
    if (stream.line === undefined) return
    stream.line = undefined
    stream.isOpen = false
    stream.credit = 0
    const lost = new Set(stream.waiting.values())
    stream.waiting.clear()
    for (const waiting of lost) tell(waiting)
    const waitMs = Math.min(50 * 2 ** stream.failures++, 1000)
    if (!closed) setTimeout(connect, waitMs, stream)
  }

  const roomy = (stream: Stream, tenant: number): boolean =>
    stream.tenant === tenant && stream.isOpen && stream.credit >= mostEvents

  for (const stream of streams) connect(stream)

  const sweep = setInterval(() => {
    for (const stream of streams)
      for (const waiting of new Set(stream.waiting.values()))
        if (++waiting.age * sweepMs > config.timeoutMs) stream.line?.close()
  }, sweepMs)

  return {
    free: (tenant) => streams.filter((stream) => roomy(stream, tenant)).length,
    send(request, parcel) {
      const { tenant, events, firstSeq } = parcel
      const stream = streams
        .filter((each) => roomy(each, tenant))
        .reduce<Stream | undefined>(
          (best, each) => (best && best.credit >= each.credit ? best : each),
          undefined,
        )
      if (stream?.line === undefined) throw new Error('no stream has credit')
      const waiting = { parcel, told: new Array(events.length), left: events.length, age: 0 }
      for (let at = 0; at < events.length; at++) stream.waiting.set(firstSeq + at, waiting)
      stream.credit -= events.length
      stream.line.send(request)
    },
    ready: (withinMs) =>
      new Promise((resolve) => {
        onAllOpen = resolve
        if (streams.every(({ isOpen }) => isOpen)) resolve()
        else setTimeout(resolve, withinMs)
      }),
    close() {
      closed = true
      clearInterval(sweep)
      for (const stream of streams) {
        const { line } = stream
        lose(stream)
        line?.close()
      }
    },
  }
}
