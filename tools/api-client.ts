import type { ReadableStream } from 'node:stream/web'
import type { z } from 'zod'

/** A client of the public API for the demo, the journeys and the benchmarks: a cookie, a CSRF token, nothing hidden. */
export interface ApiClient {
  readonly url: string
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>
  put<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>
  patch<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>
  upload<T>(path: string, bytes: Uint8Array<ArrayBuffer>, schema: z.ZodType<T>): Promise<T>
  /** Server-sent events from now on, until `signal` aborts. Resolves once subscribed; ends when the server does. */
  openEvents(signal: AbortSignal): Promise<AsyncGenerator<Record<string, unknown>>>
}

/** The server refused: its problem+json. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(`${status} ${code}: ${message}`)
    this.status = status
    this.code = code
  }
}

export function createApiClient(url: string): ApiClient {
  let cookie = ''
  let csrfToken = ''

  /** Any answer may bring a new id of the session. */
  const keepSession = (response: Response): void => {
    const set = response.headers.getSetCookie().find((one) => one.startsWith('loaxa_session='))
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? ''
  }
  async function call<T>(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | undefined,
    type: string,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const headers: Record<string, string> = { 'accept-language': 'en', cookie, 'x-csrf-token': csrfToken }
    if (body !== undefined) headers['content-type'] = type
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
    keepSession(response)
    const text = await response.text()
    const data: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) {
      const problem = typeof data === 'object' && data !== null ? data : {}
      const code = 'code' in problem ? String(problem.code) : 'unknown'
      throw new ApiError(response.status, code, 'title' in problem ? String(problem.title) : text)
    }
    if (typeof data === 'object' && data !== null && 'csrfToken' in data) csrfToken = String(data.csrfToken)
    return schema.parse(data)
  }
  const send = <T>(method: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> =>
    call(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json', schema)

  return {
    url,
    get: (path, schema) => send('GET', path, undefined, schema),
    post: (path, body, schema) => send('POST', path, body, schema),
    put: (path, body, schema) => send('PUT', path, body, schema),
    patch: (path, body, schema) => send('PATCH', path, body, schema),
    upload: (path, bytes, schema) => call('POST', path, bytes, 'application/octet-stream', schema),
    async openEvents(signal) {
      const response = await fetch(`${url}/api/events`, { headers: { cookie, accept: 'text/event-stream' }, signal })
      keepSession(response)
      if (!response.ok || response.body === null) throw new ApiError(response.status, 'events', 'no event stream')
      return readEvents(response.body)
    },
  }
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data:'))
      if (data === undefined) continue
      const event: unknown = JSON.parse(data.slice(5))
      if (typeof event === 'object' && event !== null) yield { ...event }
    }
  }
}

/** Waits until `read` gives something, reading again after every event of the server's: no polling, no sleeping. */
export async function waitFor<T>(
  client: ApiClient,
  what: string,
  timeoutMs: number,
  read: () => Promise<T | undefined>,
): Promise<T> {
  const ended = new AbortController()
  const timer = setTimeout(
    () => ended.abort(new Error(`timed out after ${timeoutMs} ms waiting for ${what}`)),
    timeoutMs,
  )
  try {
    for (;;) {
      // Subscribed first: what happens while we read is not missed.
      const events = await client.openEvents(ended.signal)
      const first = await read()
      if (first !== undefined) return first
      for await (const _event of events) {
        const value = await read()
        if (value !== undefined) return value
      }
      // The server ends a stream whose session got a new id meanwhile: the next one is opened with that. One that cannot
      // be opened rejects.
    }
  } catch (cause) {
    throw ended.signal.aborted ? ended.signal.reason : cause
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
}
