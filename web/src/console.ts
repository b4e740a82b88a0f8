import { createContext } from 'svelte'
import { type Api, type ApiSettings, createApi, read } from './api/client.ts'
import { ApiProblem, isCancelled } from './api/problem.ts'
import { createReads } from './api/reads.ts'
import { createI18n, type I18n } from './i18n/i18n.svelte.ts'
import { createLive, type Live } from './live/live.svelte.ts'
import { createPreferences, type Preferences } from './preferences.svelte.ts'
import { createRouter, type Router } from './router.svelte.ts'
import { createSession, type SessionStore } from './session.svelte.ts'
import { createServerClock, type ServerClock } from './time/clock.svelte.ts'
import { createToasts, type Toasts } from './toasts.svelte.ts'

/** What every room is given. Composed once, by hand, in `createConsole`. */
export interface Console {
  readonly api: Api
  readonly apiSettings: ApiSettings
  readonly i18n: I18n
  readonly preferences: Preferences
  readonly session: SessionStore
  readonly clock: ServerClock
  readonly live: Live
  readonly router: Router
  readonly toasts: Toasts
  /** The revision of what this page itself changed, by id (api/if-match.ts). */
  readonly ownRevisions: Map<string, number>
}

export const [useConsole, provideConsole] = createContext<Console>()

const failureKeys = {
  'no-connection': { read: 'problem.noConnectionToRead', change: 'problem.noConnection' },
  'no-answer': { read: 'problem.noAnswerToRead', change: 'problem.noAnswer' },
} as const

export async function createConsole(): Promise<Console> {
  const i18n = await createI18n(localStorage)
  const preferences = createPreferences(localStorage, document.documentElement)
  const reads = createReads()
  const session = createSession(() => api, reads)
  let newsCursor: string | undefined
  const apiSettings: ApiSettings = {
    language: () => i18n.language,
    csrfToken: () => session.current?.csrfToken,
    readSignal: () => reads.signal,
    onNewsCursor(cursor) {
      newsCursor = cursor
    },
    onSessionEnded: () => session.end(),
    wordsFor: (failure, asked) => i18n.t(failureKeys[failure][asked]),
  }
  const api = createApi(apiSettings)
  const clock = createServerClock(async () => {
    const server = await read(api.GET('/api/server'))
    i18n.setTimeZone(server.zone)
    return Date.parse(server.time)
  })
  const toasts = createToasts()
  const live = createLive({
    onSessionEnded: apiSettings.onSessionEnded,
    async onRightsChanged() {
      try {
        session.adopt(await read(api.GET('/api/session')))
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        if (error.status !== 401 && !isCancelled(error)) toasts.show(error.message, { tone: 'bad' })
      }
    },
    nowMs: () => clock.nowMs,
    cursor: () => newsCursor,
  })
  return {
    api,
    apiSettings,
    i18n,
    preferences,
    session,
    clock,
    live,
    router: createRouter(),
    toasts,
    ownRevisions: new Map(),
  }
}
