/** What the server refused, or that it could not be reached. `message` is a whole sentence in the reader's language. */
export class ApiProblem extends Error {
  readonly code: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** How long the server takes no other try (Retry-After); 0: it may be tried at once. */
  readonly retryAfterMs: number
  /** What programs are told besides. */
  readonly facts: unknown
  constructor(code: string, status: number, message: string, retryAfterMs = 0, facts?: unknown) {
    super(message)
    this.name = 'ApiProblem'
    this.code = code
    this.status = status
    this.retryAfterMs = retryAfterMs
    this.facts = facts
  }
}

/** The console's own words, for when the server gives none. */
export interface FailureWords {
  /** What was asked tells what may be lost: reading loses nothing. */
  wordsFor(failure: 'no-connection' | 'no-answer', asked: 'read' | 'change'): string
}

const askedBy = (method: string): 'read' | 'change' => (method === 'GET' || method === 'HEAD' ? 'read' : 'change')

/** Reads problem+json (RFC 9457). Undefined when the body is something else, as from a proxy in between. */
function readProblem(body: unknown, status: number, retryAfterMs: number): ApiProblem | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  if (!('title' in body) || typeof body.title !== 'string') return undefined
  const code = 'code' in body && typeof body.code === 'string' ? body.code : 'unknown'
  return new ApiProblem(code, status, body.title, retryAfterMs, 'facts' in body ? body.facts : undefined)
}

export const noConnection = (words: FailureWords, method: string): ApiProblem =>
  new ApiProblem('no-connection', 0, words.wordsFor('no-connection', askedBy(method)))

/** Given up by the console itself, because nobody waits for the answer any more: nothing to tell anybody. */
const cancelledCode = 'cancelled'
export const cancelled = (): ApiProblem => new ApiProblem(cancelledCode, 0, '')
export const isCancelled = ({ code }: ApiProblem): boolean => code === cancelledCode

/** Why a request has no answer, by what `fetch` rejected with. */
export const toFailure = (error: unknown, words: FailureWords, method: string): ApiProblem =>
  error instanceof DOMException && error.name === 'AbortError' ? cancelled() : noConnection(words, method)

/** `retryAfter`: the header, in seconds (RFC 9110, 10.2.3; our server never sends a date). */
export function toProblem(
  text: string,
  status: number,
  words: FailureWords,
  method: string,
  retryAfter: string | null = null,
): ApiProblem {
  const seconds = Number(retryAfter)
  return (
    readProblem(parseJson(text), status, Number.isFinite(seconds) ? seconds * 1000 : 0) ??
    new ApiProblem('no-answer', status, words.wordsFor('no-answer', askedBy(method)))
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML page: the caller says so in words.
    return undefined
  }
}
