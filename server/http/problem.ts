/** RFC 9457 problem details with a stable code; the words for each code stand in `problem-texts.ts`. */
import type { ProblemCode } from './problem-texts.ts'

export interface ProblemOptions {
  /** What programs want to know besides: an extension member of the answer (RFC 9457 §3.2). */
  readonly facts?: object
}

/** An expected refusal. Services throw it only at the HTTP edge; rules return values. `params` fill the sentence. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly params: Readonly<Record<string, string | number>>
  readonly facts: ProblemOptions['facts']
  constructor(code: ProblemCode, params: Record<string, string | number> = {}, { facts }: ProblemOptions = {}) {
    super(code)
    this.code = code
    this.params = params
    this.facts = facts
  }
}
