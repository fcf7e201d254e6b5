/** Series of a metric, made on their first use: afterwards they cost a look-up. Pure. */

/** One for each name. */
export function once<K, T>(make: (name: K) => T): (name: K) => T {
  const made = new Map<K, T>()
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    const one = make(name)
    made.set(name, one)
    return one
  }
}

/** One for each pair of names. */
export function once2<K, L, T>(make: (first: K, second: L) => T): (first: K, second: L) => T {
  const byFirst = once((first: K) => once((second: L) => make(first, second)))
  return (first, second) => byFirst(first)(second)
}

/** One for each of the first `most` names, and one for all the others. */
export function onceForFirst<T>(
  most: number,
  others: string,
  make: (name: string) => T,
): (name: string) => T {
  const made = new Map<string, T>()
  const ofOthers = once(make)
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    if (made.size >= most) return ofOthers(others)
    const one = make(name)
    made.set(name, one)
    return one
  }
}
