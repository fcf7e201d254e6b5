/**
 * What a fault is: something that breaks in the middle of a load, and is whole again some seconds later. Adding one is
 * one file in `faults/` and one line in `faults/all.ts`.
 */
import type { TcpProxy } from '../harness/proxy.ts'
import type { TestTopics } from '../harness/topics.ts'
import type { Part } from '../parts.ts'
import type { Environment, ServiceName } from '../service.ts'
import type { Sql } from '../sql.ts'
import type { Undo } from './undo.ts'

/** The processes of Pulse; second ones for faults that ask for `doors: 2` and `processors: 2`. */
export type PulseProcess = ServiceName | 'second-ingest' | 'second-processor'

/** Everything that has a process. */
export type Victim = Part | PulseProcess

/** A connection that a fault can have led through a proxy. */
export type Link = 'processor-postgres' | 'ingest-redis'

/** What a fault is given to work on. */
export type Target = {
  /** Sends the signal to the victim's process. */
  signal(victim: Victim, signal: NodeJS.Signals): void
  /** Resolves when the victim's process has ended. */
  ended(victim: Victim): Promise<void>
  /** Starts the victim again where it was: same port, same data. Resolves when it answers (a service: listens). */
  start(victim: Victim): Promise<void>
  /** Removes what a store that is down has kept. */
  forget(part: Part): void
  /**
   * For what a fault does outside of Pulse's own database, topics and processes: undone by `heal`, or, when it does not
   * come to that, before the next fault and before the end. Stores that are down or frozen need no mention.
   */
  readonly undo: Undo
  /** The proxy on a link that the fault named in `through`. */
  proxy(link: Link): TcpProxy
  /** A superuser in Pulse's database, on connections of its own. */
  readonly sql: Sql
  /** URL of that database and that user. */
  readonly database: string
  readonly topics: TestTopics
  /** `host:port` */
  readonly kafka: string
  readonly redis: string
  /** Where events are sent; to both ingests in turn, connection by connection, when there are two. */
  readonly ingest: string
}

export type Fault = {
  /** Lower case, with dashes: what is written on the command line. */
  readonly name: string
  /** One sentence: what happens, and for how long. */
  readonly about: string
  /** Time between `apply` and `heal`; 3,000 ms unless given. */
  readonly holdMs?: number
  /**
   * Where recovery counts from. `healed`: somebody else's part answers again, and what Pulse needs from there on is
   * counted. `heal`: Pulse's own start is part of its recovery. `healed` unless given.
   */
  readonly recoversFrom?: 'heal' | 'healed'
  readonly through?: Link
  /** Two ingests share the load. */
  readonly doors?: 2
  /** Two processors share the partitions. */
  readonly processors?: 2
  /** Settings of ingest besides the usual ones, or instead of them. */
  readonly ingest?: Environment
  /** Only root can do it: others leave it out. */
  readonly needsRoot?: true
  /** The fault loses what was accepted before, by its nature: a second load, sent after it, is audited instead. */
  readonly losesWhatWas?: true
  apply(target: Target): Promise<void>
  heal(target: Target): Promise<void>
}
