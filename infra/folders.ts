import { join } from 'node:path'
import { root } from './bundle.ts'

/** Where what is slow to make is kept (the native addon, Kafka's jars): PULSE_CACHE_DIR, else in the clone. */
export const cacheFolder = (): string =>
  process.env.PULSE_CACHE_DIR || join(root, '.pulse', 'cache')
