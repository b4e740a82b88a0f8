/**
 * Why a message was not handed over: `link-down` the server has no connection to its broker; `not-connected` the device
 * has none, or reads this topic not yet; `overloaded` too much lies unsent for this device; `timeout` it did not take the
 * bytes in time.
 */
export type LinkFailure = 'link-down' | 'not-connected' | 'overloaded' | 'timeout'

/** An expected failure of the link. What is lost by it is asked for again by the device, or repaired by a tick. */
export class LinkError extends Error {
  override name = 'LinkError'
  readonly failure: LinkFailure
  constructor(failure: LinkFailure, detail: string) {
    super(`${failure}: ${detail}`)
    this.failure = failure
  }
}
