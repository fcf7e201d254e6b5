/** Reads Prometheus' text format: the series of a few metrics by name. Pure; what is not of that format is left out. */
export type Series = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** The series of a metric, none when it is not there. */
export type Metrics = { readonly of: (name: string) => readonly Series[] }

export function readExposition(text: string): Metrics {
  const byName = new Map<string, Series[]>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)/.exec(line)
    if (found === null) continue
    const [, name = '', labels = '', value = ''] = found
    const series = { labels: labelsOf(labels), value: numberOf(value) }
    if (Number.isNaN(series.value)) continue
    const known = byName.get(name)
    if (known) known.push(series)
    else byName.set(name, [series])
  }
  return { of: (name) => byName.get(name) ?? [] }
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g))
    labels[name] = value.replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char))
  return labels
}

const numberOf = (text: string): number =>
  text === '+Inf'
    ? Number.POSITIVE_INFINITY
    : text === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(text)

export const sumOf = (series: readonly Series[]): number =>
  series.reduce((sum, { value }) => sum + value, 0)
