/** Reads Protocol Buffers without a schema (protobuf.dev/programming-guides/encoding). */

export type Field = { readonly number: number; readonly value: bigint | Uint8Array }

/** The fields of a message, in order: numbers as they are on the wire, everything else as bytes. */
export function fieldsOf(message: Uint8Array): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const fields: Field[] = []
  let at = 0

  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const skip = (bytes: number): number => {
    at += bytes
    return at - bytes
  }

  while (at < message.length) {
    const tag = Number(varint())
    const number = tag >>> 3
    const wireType = tag & 7
    if (wireType === 0) fields.push({ number, value: varint() })
    else if (wireType === 1) fields.push({ number, value: view.getBigUint64(skip(8), true) })
    else if (wireType === 5) fields.push({ number, value: BigInt(view.getUint32(skip(4), true)) })
    else if (wireType === 2) {
      const length = Number(varint())
      const from = skip(length)
      fields.push({ number, value: message.subarray(from, from + length) })
    } else throw new Error(`wire type ${wireType} at byte ${at}`)
  }
  return fields
}
