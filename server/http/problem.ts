/** RFC 9457 problem details with a stable code; the words for each code stand in `problem-texts.ts`. */
import type { ProblemCode } from './problem-texts.ts'

/** An expected refusal. Services throw it only at the HTTP edge; rules return values. `params` fill the sentence. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly params: Readonly<Record<string, string | number>>
  constructor(code: ProblemCode, params: Record<string, string | number> = {}) {
    super(code)
    this.code = code
    this.params = params
  }
}
