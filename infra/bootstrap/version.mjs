/** Compares dotted version numbers: is `version` at least `least`? Anything after a hyphen is ignored. */
export function isAtLeast(version, least) {
  const numbers = (text) => text.replace(/^v/, '').split('-')[0].split('.').map(Number)
  const [have, want] = [numbers(version), numbers(least)]
  for (let place = 0; place < want.length; place++) {
    const [a, b] = [have[place] ?? 0, want[place] ?? 0]
    if (Number.isNaN(a)) return false
    if (a !== b) return a > b
  }
  return true
}
