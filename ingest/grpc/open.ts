import type { Connections, GrpcDoor, openGrpcDoor } from './door.ts'

type Given = Parameters<typeof openGrpcDoor>
type Config = Omit<Given[0], 'grpcPort'> & { readonly grpcPort: number | 'off' }

/** Where it is off, nothing of it is loaded. */
export async function openGrpc(
  config: Config,
  deps: Given[1],
  connections: Connections | undefined,
): Promise<GrpcDoor | undefined> {
  const { grpcPort } = config
  if (grpcPort === 'off') return undefined
  const door = await import('./door.ts')
  return door.openGrpcDoor({ ...config, grpcPort }, deps, connections)
}
