/**
 * What the console reads for whoever is signed in. It ends with the session: an answer that comes later says only that
 * nobody is signed in, or belongs to somebody who has left.
 */
export interface Reads {
  /** For the next request; aborted already while none may go out. */
  readonly signal: AbortSignal
  /** Ends those under way; until `open` none goes out. */
  close(): void
  open(): void
}

/** Open: whether anybody is signed in is itself to be read. */
export function createReads(): Reads {
  let controller = new AbortController()
  return {
    get signal() {
      return controller.signal
    },
    close: () => controller.abort(),
    open() {
      if (controller.signal.aborted) controller = new AbortController()
    },
  }
}
