/** The settings tables of all of Pulse's processes. Loaded by path: infra knows the processes from outside only. */
import { join } from 'node:path'
import type { Settings } from '../contracts/env.ts'
import { root } from './bundle.ts'

export type Table = { readonly process: string; readonly settings: Settings }

const processes = {
  ingest: 'ingest/settings.ts',
  processor: 'processor/settings.ts',
  admin: 'admin/settings.ts',
  control: 'admin/control/settings.ts',
  migrations: 'infra/settings.ts',
  'npm start': 'infra/start/settings.ts',
} as const

/** As the processes read them. */
export const readTables = (): Promise<readonly Table[]> =>
  Promise.all(
    Object.entries(processes).map(async ([process, file]) => {
      const { settings } = await import(join(root, file))
      return { process, settings }
    }),
  )
