/** Writes the frame or the message of some events, each with its number. */
import { type EventsOf, makeEventMaker } from '../events.ts'
import { hashOf } from '../hash.ts'
import type { Request } from '../http/connections.ts'
import type { Parcel } from '../packing.ts'

/** The bytes are good until the next one is composed. Numbers the parcel's events, and sets the hash of each body. */
export function makeComposeMessage(
  transport: 'websocket' | 'grpc',
  of: EventsOf,
): (parcel: Parcel) => Request {
  const maker = makeEventMaker(of)
  const write = transport === 'websocket' ? writeFramed : writeMessage
  let buffer = Buffer.allocUnsafe(64 * 1024)
  let seq = 1

  return (parcel) => {
    const { events } = parcel
    const most = events.length * (maker.mostBytes + roomAround) + 2
    if (buffer.length < most) buffer = Buffer.allocUnsafe(2 * most)
    parcel.firstSeq = seq
    seq += events.length
    let end = 0
    events.forEach((event, at) => {
      const put = (into: Buffer, from: number): number => {
        const behind = maker.write(event, into, from)
        event.bodyHash = hashOf(into, from, behind)
        return behind
      }
      end = write(put, { seq: parcel.firstSeq + at, isFirst: at === 0 }, buffer, end)
    })
    if (transport === 'websocket') end += buffer.write(']', end)
    return { bytes: buffer, start: 0, end }
  }
}

/** What stands around an event: names, its number, lengths. */
const roomAround = 64

type Put = (into: Buffer, at: number) => number
type Which = { readonly seq: number; readonly isFirst: boolean }

function writeFramed(put: Put, { seq, isFirst }: Which, into: Buffer, at: number): number {
  const body = at + into.write(`${isFirst ? '[' : ','}{"seq":${seq},"event":`, at)
  const end = put(into, body)
  return end + into.write('}', end)
}

/** Field 1 of PublishStreamRequest: an Event with `json` (1) and `seq` (4), as contracts/pulse/v1/events.proto has them. */
function writeMessage(put: Put, { seq }: Which, into: Buffer, at: number): number {
  // Both lengths are known only afterwards: they are written with as many bytes as the longest has.
  const json = at + 2 * (1 + lengthBytes)
  const jsonEnd = put(into, json)
  into[jsonEnd] = 0x20
  const end = writeVarint(seq, into, jsonEnd + 1)
  into[at] = 0x0a
  writeLength(end - at - 1 - lengthBytes, into, at + 1)
  into[json - 1 - lengthBytes] = 0x0a
  writeLength(jsonEnd - json, into, json - lengthBytes)
  return end
}

const lengthBytes = 3

/** A varint of exactly three bytes: up to 2 MiB. */
function writeLength(value: number, into: Buffer, at: number): void {
  into[at] = (value & 0x7f) | 0x80
  into[at + 1] = ((value >>> 7) & 0x7f) | 0x80
  into[at + 2] = (value >>> 14) & 0x7f
}

function writeVarint(value: number, into: Buffer, at: number): number {
  let rest = value
  let end = at
  while (rest > 0x7f) {
    into[end++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  into[end++] = rest
  return end
}
