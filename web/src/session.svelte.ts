import { tick } from 'svelte'
import { type Api, read } from './api/client.ts'
import { ApiProblem } from './api/problem.ts'
import type { Reads } from './api/reads.ts'
import type { Session } from './api/types.ts'

/** The server's table of actions (server/auth), as far as the console shows and hides by it. */
export type Action =
  | 'areas.manage'
  | 'areas.move'
  | 'areas.rules'
  | 'accounts.manage'
  | 'devices.manage'
  | 'devices.command'
  | 'devices.restart'
  | 'devices.group'
  | 'devices.retire'
  | 'library.edit'
  | 'library.approve'
  | 'broadcasts.edit'
  | 'broadcasts.stop'
  | 'audit.read'

export interface SessionStore {
  /**
   * `changing`: signed in, and asking the server to end this session or to replace it. What is on the screen stays, but
   * nothing is read, for the answer may come from after the session.
   * `ended`: it was signed in, and what is on the screen must not be lost while the person signs in again.
   */
  readonly state: 'unknown' | 'setup' | 'signed-out' | 'signed-in' | 'changing' | 'ended'
  readonly current: Session | undefined
  /** Signed in, but so far only to set up the second factor that the person's role asks for. */
  readonly mustSetUpSecondFactor: boolean
  may(action: Action): boolean
  /** Asks the server who is signed in. Rejects with an ApiProblem when it cannot be reached. */
  load(): Promise<void>
  adopt(session: Session): void
  end(): void
  /**
   * To be used for every call that ends this session or replaces it: the stream and all reading rest meanwhile. The new
   * one is to be adopted within `call`, so that nothing goes on by what was known of the old one.
   */
  whileChanging<T>(call: () => Promise<T>): Promise<T>
  /** `everywhere`: on every other device too. */
  signOut(where?: 'here' | 'everywhere'): Promise<void>
}

const isUnprotected = ({ secondFactor }: Session): boolean => secondFactor.needed && !secondFactor.active

export function createSession(api: () => Api, reads: Reads): SessionStore {
  let state = $state<SessionStore['state']>('unknown')
  let current = $state.raw<Session | undefined>(undefined)
  const adopt = (session: Session): void => {
    current = session
    state = 'signed-in'
    reads.open()
  }
  async function whileChanging<T>(call: () => Promise<T>): Promise<T> {
    if (state !== 'signed-in') return await call()
    state = 'changing'
    reads.close()
    // Whoever follows the state (the live stream does) has let go before the call leaves.
    await tick()
    try {
      return await call()
    } finally {
      // It failed, or the new session is adopted later.
      if (state === 'changing') {
        reads.open()
        state = 'signed-in'
      }
    }
  }
  return {
    get state() {
      return state
    },
    get current() {
      return current
    },
    get mustSetUpSecondFactor() {
      return (state === 'signed-in' || state === 'changing') && current !== undefined && isUnprotected(current)
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
      if (state !== 'signed-in' && state !== 'changing') return
      state = 'ended'
      reads.close()
    },
    whileChanging,
    signOut: (where = 'here') =>
      whileChanging(async () => {
        try {
          await (where === 'here' ? api().DELETE('/api/session') : api().DELETE('/api/account/sessions'))
        } catch (error) {
          // Somebody else ended it first: that is what was wanted.
          if (!(error instanceof ApiProblem) || error.code !== 'not-signed-in') throw error
        }
        current = undefined
        state = 'signed-out'
      }),
  }
}
