/** What a person sees when Pulse is up: what became of the sample events, where everything is, how to go on. Pure. */
import type { Paint } from '../bootstrap/step.mjs'
import type { Outcome, Sample, SampleReport } from './samples.ts'

export type Urls = Readonly<Record<'ingest' | 'grpc' | 'admin' | 'processor', string>>

export function summary(report: SampleReport, urls: Urls, paint: Paint): string {
  const keys = 'leftOut' in report ? '' : 'X-API-Key: key_a or key_b'
  const place = (name: string, url: string, about = '') =>
    `  ${name.padEnd(14)}${url}${about && paint.dim(`   ${about}`)}`
  return [
    '',
    ...sampleLines(report, paint),
    '',
    paint.bold('Pulse is up'),
    place('Overview', `${urls.admin}/`),
    place('Pipeline', `${urls.admin}/pipeline`),
    place('Dead letters', `${urls.admin}/dlq`),
    place('Search', `${urls.admin}/search`),
    place('Send events', `${urls.ingest}/events`, keys),
    place('', `${urls.ingest.replace(/^http/, 'ws')}/stream`, 'WebSocket'),
    place('', urls.grpc, 'gRPC'),
    place('API', `${urls.ingest}/docs`, 'and /openapi.json'),
    place('Addresses', '.pulse/runtime.json', 'logs: .pulse/logs/'),
    '',
    paint.dim('  Ctrl-C here or `npm run stop` elsewhere stops everything that was started.'),
    '',
  ].join('\n')
}

function sampleLines(report: SampleReport, paint: Paint): string[] {
  if ('leftOut' in report) return [`${paint.bold('Sample events')}  ${report.leftOut}`]
  const { samples, outcomes } = report
  const count = (which: Outcome['is']) => outcomes.filter(({ is }) => is === which).length
  const refused = count('refused') > 0 ? `, ${count('refused')} refused` : ''
  return [
    `${paint.bold('Sample events')}  ${count('stored')} stored, ${count('dead')} dead-lettered${refused}`,
    ...samples.map((sample, index) => row(sample, outcomes[index], paint)),
  ]
}

function row({ tenant, event }: Sample, outcome: Outcome | undefined, paint: Paint): string {
  const type = typeof event.event_type === 'string' ? event.event_type : '(no event_type)'
  return `  ${tenant}  ${type.padEnd(18)} ${outcome ? said(outcome, paint) : ''}`
}

function said(outcome: Outcome, paint: Paint): string {
  if (outcome.is === 'stored') return paint.green('stored')
  const what = outcome.is === 'dead' ? 'dead letter' : 'refused'
  return `${paint.yellow(what)}  ${outcome.code}: ${outcome.sentence}`
}
