/** Builders for tests: a valid context, tenant and event with what a test cares about given. */
import { anEvent } from '../contracts/builders.ts'
import type { EventContext } from './accept.ts'
import type { Tenant } from './tenants.ts'

export const aContext = (given: Partial<EventContext> = {}): EventContext => ({
  idempotencyKey: 'key_1',
  orderingKey: '',
  keyOfLastResort: 'none',
  validation: 'quarantine',
  ...given,
})

export const anEventsBytes = (given: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(JSON.stringify(anEvent(given)))

export const aTenant = (given: Partial<Tenant> = {}): Tenant => ({
  id: `tenant_${crypto.randomUUID().slice(0, 8)}`,
  limits: { eventsPerMinute: 'unlimited', bytesPerMinute: 'unlimited' },
  validation: 'quarantine',
  ...given,
})
