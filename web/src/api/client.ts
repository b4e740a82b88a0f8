import createClient, { type Client } from 'openapi-fetch'
import { ApiProblem, readProblem } from './problem.ts'
import type { paths } from './schema.d.ts'

export type Api = Client<paths>

export interface ApiSettings {
  /** Sent as Accept-Language, so that refusals come back in the reader's words. */
  language(): string
  csrfToken(): string | undefined
  /** An answer said that the session is over. */
  onSessionEnded(): void
  wordsFor(failure: 'no-connection' | 'no-answer'): string
}

/** Every failed call rejects with an ApiProblem whose message can be shown as it is. */
export function createApi(settings: ApiSettings): Api {
  const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' })
  api.use({
    onRequest({ request }) {
      for (const [name, value] of Object.entries(requestHeaders(settings, request.method)))
        request.headers.set(name, value)
      return request
    },
    async onResponse({ response }) {
      if (response.ok) return
      const problem = toProblem(await response.text(), response.status, settings)
      if (problem.code === 'not-signed-in') settings.onSessionEnded()
      throw problem
    },
    onError({ error }) {
      return error instanceof ApiProblem
        ? error
        : new ApiProblem('no-connection', 0, settings.wordsFor('no-connection'))
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

export function toProblem(text: string, status: number, settings: ApiSettings): ApiProblem {
  return readProblem(parseJson(text), status) ?? new ApiProblem('no-answer', status, settings.wordsFor('no-answer'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML page: the caller says so in words.
    return undefined
  }
}

/** The body of a call that answers one. */
export async function read<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, response } = await call
  if (data === undefined) throw new ApiProblem('no-answer', response.status, response.statusText)
  return data
}
