import { choosePort, isPortFree } from './ports.ts'
import { claimedIfFree } from './start/port-claims.ts'

/**
 * A free port, for a server that may be down for a while: below the range that systems use for outgoing connections, so
 * that it stays free until the server is back; from a random one on, so that those who ask at once rarely meet. It is
 * claimed for as long as this process lives: nobody is given it meanwhile, this process included.
 */
export const freePort = (from = 15_000 + Math.floor(Math.random() * 15_000)): Promise<number> =>
  choosePort(from, new Set(), claimedIfFree(isPortFree))
