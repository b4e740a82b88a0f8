import createClient, { type Client } from 'openapi-fetch'
import { ApiProblem, type FailureWords, toFailure, toProblem } from './problem.ts'
import type { paths } from './schema.d.ts'

export type Api = Client<paths>

export interface ApiSettings extends FailureWords {
  /** Sent as Accept-Language, so that refusals come back in the reader's words. */
  language(): string
  csrfToken(): string | undefined
  /** What is read ends with it. */
  readSignal(): AbortSignal
  /** An answer said where the news stands (server/http/event-stream.ts). */
  onNewsCursor(cursor: string): void
  /** An answer said that the session is over. */
  onSessionEnded(): void
}

/** What our server answers; a page from a proxy or a sign-in page of the network in between is none. */
const isOurs = (response: Response): boolean =>
  response.status === 204 || (response.headers.get('content-type') ?? '').includes('json')

/** The whole answer: a link that breaks in the middle of one fails like a link that was never there. */
async function fetchWhole(request: Request, settings: ApiSettings): Promise<Response> {
  const response = await fetch(request, request.method === 'GET' ? { signal: settings.readSignal() } : {})
  // A Response with 204 cannot be made with a body, not even an empty one.
  return response.status === 204 ? response : new Response(await response.arrayBuffer(), response)
}

/**
 * Every failed call rejects with an ApiProblem whose message can be shown as it is, unless `isCancelled`: then there is
 * nothing to show.
 */
export function createApi(settings: ApiSettings): Api {
  const api = createClient<paths>({
    baseUrl: location.origin,
    credentials: 'same-origin',
    fetch: (request) => fetchWhole(request, settings),
  })
  api.use({
    onRequest({ request }) {
      for (const [name, value] of Object.entries(requestHeaders(settings, request.method)))
        request.headers.set(name, value)
      return request
    },
    async onResponse({ request, response }) {
      const cursor = response.headers.get('news-cursor')
      if (cursor !== null) settings.onNewsCursor(cursor)
      if (response.ok && isOurs(response)) return
      const retryAfter = response.headers.get('retry-after')
      const problem = toProblem(await response.text(), response.status, settings, request.method, retryAfter)
      if (problem.code === 'not-signed-in') settings.onSessionEnded()
      throw problem
    },
    onError({ error, request }) {
      return error instanceof ApiProblem ? error : toFailure(error, settings, request.method)
    },
  })
  return api
}

export function requestHeaders(settings: ApiSettings, method: string): Record<string, string> {
  const token = settings.csrfToken()
  return {
    'Accept-Language': settings.language(),
    ...(method === 'GET' || token === undefined ? {} : { 'X-CSRF-Token': token }),
  }
}

/** The body of a call that answers one; a call without (204) is not to be read. */
export async function read<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, response } = await call
  if (data === undefined) throw new TypeError(`an answer of ${response.status} has no body to read`)
  return data
}
