/** What the server refused, or that it could not be reached. `message` is a whole sentence in the reader's language. */
export class ApiProblem extends Error {
  readonly code: string
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.name = 'ApiProblem'
    this.code = code
    this.status = status
  }
}

/** Reads problem+json (RFC 9457). Undefined when the body is something else, as from a proxy in between. */
export function readProblem(body: unknown, status: number): ApiProblem | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  if (!('title' in body) || typeof body.title !== 'string') return undefined
  const code = 'code' in body && typeof body.code === 'string' ? body.code : 'unknown'
  return new ApiProblem(code, status, body.title)
}
