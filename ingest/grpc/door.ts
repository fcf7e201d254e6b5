/** Puts the gRPC door together: its methods, its server, and where its connections come from. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { acceptConnections } from '../connections.ts'
import type { StreamDeps } from '../stream/event-stream.ts'
import type { Streams } from '../stream/streams.ts'
import { makePublish } from './publish.ts'
import { makePublishBatch } from './publish-batch.ts'
import { makePublishStream } from './publish-stream.ts'
import { openGrpc } from './server.ts'

type Config = {
  readonly host: string
  readonly grpcPort: number
  readonly grpcCertFile: string | undefined
  readonly grpcKeyFile: string | undefined
  readonly maxEventBytes: number
}

type Deps = StreamDeps & {
  readonly streams: Streams
  readonly makeRequestId: () => string
  readonly isReady: () => Promise<boolean>
}

/** Where connections come from that somebody else accepts; `close` asks for no more. */
export type Connections = {
  accept(take: (connection: Socket) => void): { close(): void }
}

export type GrpcDoor = {
  /** `host:port`; undefined where somebody else accepts the connections. */
  readonly address: string | undefined
  drain(mostMs: number): Promise<void>
}

/** Rejects when the address is taken. */
export async function openGrpcDoor(
  config: Config,
  deps: Deps,
  connections: Connections | undefined,
): Promise<GrpcDoor> {
  const { grpcCertFile, grpcKeyFile, host, grpcPort: port } = config
  const methods = {
    publish: makePublish(deps, config),
    publishBatch: makePublishBatch(deps, config),
    publishStream: makePublishStream(deps, config),
  }
  const tls =
    grpcCertFile && grpcKeyFile
      ? { cert: readFileSync(grpcCertFile), key: readFileSync(grpcKeyFile) }
      : undefined
  const server = openGrpc(methods, { ...deps, drainStreams: deps.streams.drain }, tls)
  const drained = (listening: { close(): void }) => (mostMs: number) => {
    listening.close()
    return server.drain(mostMs)
  }
  if (connections !== undefined)
    return { address: undefined, drain: drained(connections.accept(server.serve)) }
  const listening = await acceptConnections({ host, port }, server.serve)
  return { address: `${host}:${listening.port}`, drain: drained(listening) }
}
