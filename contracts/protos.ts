/** The messages of contracts/**.proto, read once: codecs, and descriptors for those who ask a server what it speaks. */
import Long from 'long'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import errorDetails from './google/rpc/error_details.proto' with { type: 'text' }
import events from './pulse/v1/events.proto' with { type: 'text' }

// What it looks for by itself it does not find in a bundle.
protobuf.util.Long = Long
protobuf.configure()

const own = [events, errorDetails]
const root = rootOf(own)

export type Codec<T> = {
  readonly encode: (message: T) => Buffer
  readonly decode: (bytes: Buffer) => T
}

/** By the message's full name. What is read is not copied, and what is left out has its default. */
export function codec<T>(name: string): Codec<T> {
  const type = root.lookupType(name)
  return {
    encode: (message) => type.encode(message as object).finish() as Buffer,
    decode: (bytes) => type.decode(bytes) as unknown as T,
  }
}

/**
 * Reads these from field 1 of a message that has a list of them there, and nothing else worth reading. Undefined for a
 * list of more than `most`: what is beyond is not looked at.
 */
export function listOf<T>(name: string): (bytes: Buffer, most: number) => T[] | undefined {
  const type = root.lookupType(name)
  return (bytes, most) => {
    const reader = protobuf.Reader.create(bytes)
    const list: T[] = []
    while (reader.pos < reader.len) {
      const tag = reader.tag()
      if (tag !== listTag) reader.skipType(tag & 7, 0, tag >>> 3)
      else if (list.length === most) return undefined
      else list.push(type.decode(reader, reader.size()) as unknown as T)
    }
    return list
  }
}

/** Field 1, of wire type LEN. */
const listTag = (1 << 3) | 2

/** Encoded google.protobuf.FileDescriptorProto, of the own messages and of other .proto texts. */
export function fileDescriptors(others: readonly string[]): Buffer[] {
  const { file: files } = rootOf([...own, ...others]).toDescriptor('proto3')
  for (const file of files) {
    // protobufjs makes a file of each package, names none that another one needs, and maps as no compiler does.
    if (file.package !== wellKnown) file.dependency = [fileOf(wellKnown)]
    for (const message of file.messageType ?? []) nameMapEntries(message)
  }
  return files.map((file) => Buffer.from(descriptor.FileDescriptorProto.encode(file).finish()))
}

const wellKnown = 'google.protobuf'
const fileOf = (name: string): string => `${name.replaceAll('.', '_')}.proto`

/** The entry of a map `statuses` is the nested message `StatusesEntry` (descriptor.proto, MessageOptions.map_entry). */
function nameMapEntries(message: descriptor.IDescriptorProto): void {
  for (const entry of message.nestedType ?? []) {
    if (!entry.options?.mapEntry) continue
    const field = message.field?.find(({ typeName }) => typeName === entry.name)
    entry.name = `${entry.name}Entry`
    if (field) field.typeName = entry.name
  }
}

function rootOf(texts: readonly string[]): protobuf.Root {
  const made = new protobuf.Root()
  for (const name of ['any', 'duration'])
    made.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {})
  for (const text of texts) protobuf.parse(text, made, { keepCase: true })
  made.resolveAll()
  return made
}
