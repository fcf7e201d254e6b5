/** grpc.health.v1: says of all of it, and of Pulse's own service, what /ready says. */
import { serviceName } from '../../contracts/events-service.ts'
import { healthCheck, type Server } from './packages.ts'

const healthEveryMs = 2_000

/** Measures it again and again, until what is returned is called: then it is not serving. */
export function tellHealth(server: Server, isReady: () => Promise<boolean>): () => void {
  const health = new healthCheck.HealthImplementation(healthOf(false))
  health.addToServer(server)
  let stopped = false
  const tell = (ready: boolean) => {
    for (const [name, serving] of Object.entries(healthOf(ready))) health.setStatus(name, serving)
  }
  const measure = async () => {
    const ready = await isReady()
    if (!stopped) tell(ready)
  }
  void measure()
  const timer = setInterval(measure, healthEveryMs)
  return () => {
    stopped = true
    clearInterval(timer)
    tell(false)
  }
}

const healthOf = (isReady: boolean) => {
  const serving = isReady ? 'SERVING' : 'NOT_SERVING'
  return { '': serving, [serviceName]: serving } as const
}
