/** RFC 9457 problem details with a stable code; the words for each code stand in `problem-texts.ts`. */
import type { ProblemCode } from './problem-texts.ts'

export interface ProblemOptions {
  /**
   * Of a `not-found`: is it there all the same, and nothing that this person's console comes across by itself? Asked after
   * the answer has gone, so that the time it takes tells nobody what there is.
   */
  readonly hides?: () => Promise<boolean>
  /** What programs want to know besides: an extension member of the answer (RFC 9457 §3.2). */
  readonly facts?: object
}

/** An expected refusal. Services throw it only at the HTTP edge; rules return values. `params` fill the sentence. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly params: Readonly<Record<string, string | number>>
  readonly hides: ProblemOptions['hides']
  readonly facts: ProblemOptions['facts']
  constructor(code: ProblemCode, params: Record<string, string | number> = {}, { hides, facts }: ProblemOptions = {}) {
    super(code)
    this.code = code
    this.params = params
    this.hides = hides
    this.facts = facts
  }
}
