/** The ways in that the load generator knows, by the names that its `--mode` takes. */
export const loadModes = ['single', 'batch', 'ndjson', 'cloudevents', 'websocket', 'grpc'] as const

export type LoadMode = (typeof loadModes)[number]

export const isLoadMode = (name: string): name is LoadMode =>
  (loadModes as readonly string[]).includes(name)
