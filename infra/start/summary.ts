/** What a person sees when Pulse is up: what became of the sample events, where everything is, how to go on. Pure. */
import type { Paint } from '../bootstrap/step.mjs'
import type { Outcome, Sample, SampleReport } from './samples.ts'

export type Urls = Readonly<Record<'ingest' | 'admin' | 'processor', string>>

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
  const dead = outcomes.filter(({ is }) => is === 'dead').length
  return [
    `${paint.bold('Sample events')}  ${outcomes.length - dead} stored, ${dead} dead-lettered`,
    ...samples.map((sample, index) => row(sample, outcomes[index], paint)),
  ]
}

function row({ tenant, event }: Sample, outcome: Outcome | undefined, paint: Paint): string {
  const type = typeof event.event_type === 'string' ? event.event_type : '(no event_type)'
  const said =
    outcome?.is === 'dead'
      ? `${paint.yellow('dead letter')}  ${outcome.code}: ${outcome.sentence}`
      : paint.green('stored')
  return `  ${tenant}  ${type.padEnd(18)} ${said}`
}
