/** Requests under way, and whether more may come. */
export class OpenRequests {
  draining = false
  #count = 0
  #whenEmpty: (() => void) | undefined

  begin(): void {
    this.#count++
  }

  end(): void {
    if (--this.#count === 0) this.#whenEmpty?.()
  }

  drained(): Promise<void> {
    this.draining = true
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenEmpty = resolve
    })
  }
}
