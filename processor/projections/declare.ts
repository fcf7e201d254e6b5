/**
 * What a projection is: event types, what their payloads have to be, and the statements that change its tables by a set
 * of such events. Everything else (reading, markers, pausing, rebuilding) is the same for all and not its business.
 * docs/projections.md says how to add one.
 */

/** A rule for one field of a payload, such as an arktype type, and its words behind "must be". */
export type Field = { readonly type: { allows(value: unknown): boolean }; readonly words: string }

export type Projection = {
  /** Lower case letters, digits and underscores: it becomes a name in Postgres. */
  readonly name: string
  /** Event types that it follows, each with the fields that a payload must have. Others may be there besides. */
  readonly events: Readonly<Record<string, Readonly<Record<string, Field>>>>
  /** All tables that it changes, in the schema `projections`. No other projection changes them. */
  readonly tables: readonly [string, ...string[]]
  /**
   * Statements, run in this order in one transaction. They read `batch`: one row for each event, in no order, with
   * `tenant_id, event_id, event_type, occurred_at, received_at, topic_id, partition, "offset", payload` (jsonb, and as
   * declared). No event is in two batches, and events of one entity may come in any order, in one batch or in several.
   * Tables go by their bare names: a rebuild runs the same statements on others.
   */
  readonly apply: readonly [string, ...string[]]
}

/** Returns the declaration as it is; throws when its name can be none in Postgres. */
export function declare(projection: Projection): Projection {
  for (const name of [projection.name, ...projection.tables])
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      throw new Error(`'${name}' must be 1 to 40 lower case letters, digits and underscores`)
  return projection
}

/** What keeps a payload from being as declared, in words; undefined when nothing does. */
export function unfitIn(
  { events }: Projection,
  eventType: string,
  payload: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const [name, { type, words }] of Object.entries(events[eventType] ?? {})) {
    if (!Object.hasOwn(payload, name)) return `missing ${name}`
    if (!type.allows(payload[name])) return `${name} must be ${words}`
  }
  return undefined
}
