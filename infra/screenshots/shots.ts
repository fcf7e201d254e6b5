/** What is photographed, and how it is looked at. */
import type { BrowserContextOptions } from 'playwright-core'
import type { Pulse } from '../harness/pulse.ts'

export type Shot = {
  readonly name: string
  /** Whether there is something to see without any event. */
  readonly empty: boolean
  readonly looks: readonly LookName[]
  readonly path: (pulse: Pulse) => Promise<string>
}

export type LookName = 'light' | 'dark' | 'narrow-light' | 'narrow-dark'

const all: readonly LookName[] = ['light', 'dark', 'narrow-light', 'narrow-dark']
const some: readonly LookName[] = ['light', 'narrow-dark']

const at = (path: string) => async () => path

export const shots: readonly Shot[] = [
  { name: 'overview', empty: true, looks: all, path: at('/') },
  { name: 'pipeline', empty: true, looks: all, path: at('/pipeline') },
  { name: 'search', empty: false, looks: some, path: at('/search?from=1h') },
  { name: 'event', empty: false, looks: some, path: eventPath },
  { name: 'tail', empty: false, looks: some, path: at('/tail?tenant=warehouse') },
  { name: 'dead-letters', empty: true, looks: some, path: at('/dlq') },
  { name: 'dead-letter', empty: false, looks: ['dark', 'narrow-light'], path: letterPath },
]

async function eventPath({ sql }: Pulse): Promise<string> {
  const [row] = await sql<{ request_id: string }[]>`
    select request_id from events where event_type = 'order_placed' order by received_at desc limit 1`
  return `/events/${row?.request_id}`
}

async function letterPath({ sql }: Pulse): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from dead_letters where event_type = 'payment_settled' order by id desc limit 1`
  return `/dlq/${row?.id}`
}

const wide = { viewport: { width: 1280, height: 800 } }
const narrow = { viewport: { width: 390, height: 844 } }

export const looks: readonly {
  readonly name: LookName
  readonly options: BrowserContextOptions
}[] = [
  { name: 'light', options: { ...wide, colorScheme: 'light' } },
  { name: 'dark', options: { ...wide, colorScheme: 'dark' } },
  { name: 'narrow-light', options: { ...narrow, colorScheme: 'light' } },
  { name: 'narrow-dark', options: { ...narrow, colorScheme: 'dark' } },
]
