/** Who asks while the same question is under way shares its answer. */
export function shared<T>(question: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined
  return () => {
    asking ??= question().finally(() => {
      asking = undefined
    })
    return asking
  }
}
