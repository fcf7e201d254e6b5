import type { Launched } from '../launch.ts'

/** What every native server is started with. */
export type ServerOptions = {
  /** Holds the server's data and settings; made if missing, kept between starts. */
  readonly dir: string
  /** On 127.0.0.1. */
  readonly port: number
  /** File that gets the server's output. */
  readonly log: string
  /** Settings besides the usual ones, or instead of them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Asks whether the server answers, where `settings` make the usual question fail. */
  readonly ready?: () => Promise<boolean>
  /** Told as soon as there is a process, before the server answers. */
  readonly spawned?: (process: Launched) => void
}
