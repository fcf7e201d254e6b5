import type { Fault } from '../fault.ts'

export const ingestStopped: Fault = {
  name: 'ingest-stopped',
  about:
    'ingest is asked to stop (SIGTERM); three seconds after its end another starts on its port',
  recoversFrom: 'heal',
  async apply(target) {
    target.signal('ingest', 'SIGTERM')
    await target.ended('ingest')
  },
  heal: (target) => target.start('ingest'),
}
