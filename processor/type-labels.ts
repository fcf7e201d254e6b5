/**
 * Event types as a label of metrics: the first 200 that come, and `other` for all that come later. A type is whatever a
 * producer writes, and each value of a label is a series that a Prometheus keeps.
 */
const most = 200

/** Returns the label of a type: the same for the same type, for as long as the process lives. */
export function makeTypeLabels(): (type: string) => string {
  const known = new Set<string>()
  return (type) => {
    if (type === '') return 'unknown'
    if (known.size < most) known.add(type)
    return known.has(type) ? type : 'other'
  }
}
