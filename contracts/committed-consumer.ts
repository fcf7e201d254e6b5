/**
 * The Kafka client's consumer, by whose `fetch` a log can be read as far as it is committed, whatever transactions it
 * holds: it answers with every batch up to the last stable offset and with the transactions that were aborted, for
 * `committedBatches` to choose from. The client's own choice is not asked for: where one producer aborts twice within a
 * fetch, it leaves out what that one committed between.
 */
import {
  type API,
  type Callback,
  Consumer,
  type ConsumerOptions,
  FetchIsolationLevels,
  kGetApi,
} from '@platformatic/kafka'

const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels

type FetchApi = ((...args: unknown[]) => unknown) & { readonly version: number }

type Bytes = ConsumerOptions<Buffer, Buffer, Buffer, Buffer>

export class CommittedConsumer extends Consumer<Buffer, Buffer, Buffer, Buffer> {
  constructor(options: Bytes) {
    // What the client believes, so that it chooses nothing; the broker is told otherwise below.
    super({ ...options, isolationLevel: READ_UNCOMMITTED } as Bytes)
  }

  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    super[kGetApi]<Request, Response>(name, (error, api) => {
      const isFetch = !error && name === 'Fetch'
      callback(error, isFetch ? (askingForCommitted(api as unknown as FetchApi) as never) : api)
    })
  }
}

/** The same call with the isolation level, its fifth argument, that makes the broker tell what was aborted. */
function askingForCommitted(api: FetchApi): FetchApi {
  const asking = (...args: unknown[]) => api(...args.with(isolationLevelAt, READ_COMMITTED))
  return Object.assign(asking, { version: api.version })
}

const isolationLevelAt = 4
