/** Builders for tests: one valid entity of each kind with what a test cares about given, and its record. */
import { hashOfApiKey } from './api-key.ts'
import { type ControlEntity, controlKeyOf, type Entity } from './control.ts'
import {
  type ControlRecord,
  type ControlState,
  emptyControl,
  foldControl,
} from './control-state.ts'

export const aTenant = (given: Partial<Entity<'tenant'>> = {}): Entity<'tenant'> => ({
  kind: 'tenant',
  version: 1,
  id: 'acme',
  disabled: false,
  validation: 'quarantine',
  ...given,
})

/** `text` is the key that the entity's hash is of. */
export const aKey = (text = 'pulse_key', given: Partial<Entity<'key'>> = {}): Entity<'key'> => ({
  kind: 'key',
  version: 1,
  hash: hashOfApiKey(text),
  tenant_id: 'acme',
  name: 'laptop',
  revoked: false,
  created_at: '2026-01-02T20:00:00.000Z',
  ...given,
})

export const aLimit = (given: Partial<Entity<'limit'>> = {}): Entity<'limit'> => ({
  kind: 'limit',
  version: 1,
  tenant_id: 'acme',
  ...given,
})

export const recordOf = (entity: ControlEntity, offset = 0): ControlRecord => ({
  offset,
  key: Buffer.from(controlKeyOf(entity)),
  value: Buffer.from(JSON.stringify(entity)),
})

export const stateOf = (...entities: readonly ControlEntity[]): ControlState =>
  foldControl(
    emptyControl,
    entities.map((entity) => recordOf(entity)),
  ).state
