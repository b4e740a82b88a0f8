import { type Api, read } from './api/client.ts'
import { ApiProblem } from './api/problem.ts'
import type { Session } from './api/types.ts'

/** The server's table of actions (server/auth), as far as the console shows and hides by it. */
export type Action =
  | 'areas.manage'
  | 'accounts.manage'
  | 'devices.manage'
  | 'devices.command'
  | 'devices.restart'
  | 'library.edit'
  | 'library.approve'
  | 'broadcasts.edit'
  | 'broadcasts.stop'
  | 'audit.read'

export interface SessionStore {
  /** `ended`: it was signed in, and what is on the screen must not be lost while the person signs in again. */
  readonly state: 'unknown' | 'setup' | 'signed-out' | 'signed-in' | 'ended'
  readonly current: Session | undefined
  /** Signed in, but so far only to set up the second factor that the person's role asks for. */
  readonly mustSetUpSecondFactor: boolean
  may(action: Action): boolean
  /** Asks the server who is signed in. Rejects with an ApiProblem when it cannot be reached. */
  load(): Promise<void>
  adopt(session: Session): void
  end(): void
  /** `everywhere`: on every other device too. */
  signOut(where?: 'here' | 'everywhere'): Promise<void>
}

const isUnprotected = ({ secondFactor }: Session): boolean => secondFactor.needed && !secondFactor.active

export function createSession(api: () => Api): SessionStore {
  let state = $state<SessionStore['state']>('unknown')
  let current = $state.raw<Session | undefined>(undefined)
  const adopt = (session: Session): void => {
    current = session
    state = 'signed-in'
  }
  return {
    get state() {
      return state
    },
    get current() {
      return current
    },
    get mustSetUpSecondFactor() {
      return state === 'signed-in' && current !== undefined && isUnprotected(current)
    },
    may: (action) => current?.actions.includes(action) ?? false,
    async load() {
      try {
        adopt(await read(api().GET('/api/session')))
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.status !== 401) throw error
        const { needed } = await read(api().GET('/api/setup'))
        state = needed ? 'setup' : 'signed-out'
      }
    },
    adopt,
    end() {
      if (state === 'signed-in') state = 'ended'
    },
    async signOut(where = 'here') {
      await (where === 'here' ? api().DELETE('/api/session') : api().DELETE('/api/account/sessions'))
      current = undefined
      state = 'signed-out'
    },
  }
}
