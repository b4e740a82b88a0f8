/** A refusal's HTTP status and its words: what happened, what it means, what to do. `{name}` takes a parameter. */
export interface ProblemText {
  readonly status: number
  readonly vi: string
  readonly en: string
  /** In place of the words above where the request only wanted to read something. */
  readonly ofRead?: { readonly vi: string; readonly en: string }
}
