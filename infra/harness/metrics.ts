/** What a service's `/metrics` tells, by series: `name` or `name{label="value"}`. On a connection of its own. */
export async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`, { keepalive: false })).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

/** The sum of every series of a metric whose labels hold `label`. */
export function sumOf(metrics: ReadonlyMap<string, number>, name: string, label = ''): number {
  const series = [...metrics].filter(
    ([each]) => (each === name || each.startsWith(`${name}{`)) && each.includes(label),
  )
  return series.reduce((sum, [, value]) => sum + value, 0)
}
