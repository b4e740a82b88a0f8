import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import {
  type CookieSettings,
  clearSessionCookie,
  cookieBase,
  SESSION_COOKIE,
  setSessionCookie,
} from '#server/http/session-cookie.ts'
import type { InvitedAccount } from './accounts-service.ts'
import type { Client, OpenedSession } from './admission.ts'
import { BROWSER_KEPT_MS } from './browsers.ts'
import { type Actor, actions, areasFor, isAction } from './rules.ts'
import type * as schemas from './schemas.ts'
import type { SignedIn } from './sessions.ts'
import type { AccountRow } from './store.ts'

/** Makes the browser known to the account that signed in with it (browsers.ts); opens nothing. */
export const BROWSER_COOKIE = 'loaxa_browser'
/** Also where a session is renewed (password, second factor): what is renewed there must hold all of the cookie's tokens. */
const BROWSER_COOKIE_PATH = '/api'

export const clientOf = (request: FastifyRequest): Client => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
  sessionToken: request.cookies[SESSION_COOKIE],
  browserCookie: request.cookies[BROWSER_COOKIE],
})

export const showAccount = (row: AccountRow): z.infer<typeof schemas.account> => ({
  id: row.id,
  userName: row.userName,
  displayName: row.displayName,
  hasPassword: row.passwordHash !== null,
  hasSecondFactor: row.totpConfirmedAt !== null,
  disabled: row.disabledAt !== null,
  grants: row.grants,
  createdAt: row.createdAt.toISOString(),
})

export const showInvited = (invited: InvitedAccount): z.infer<typeof schemas.invitedAccount> => ({
  account: showAccount(invited.account),
  signInCode: invited.signInCode,
  signInLink: invited.signInLink,
  expiresAt: new Date(invited.expiresAt).toISOString(),
})

const actionsOf = (actor: Actor): string[] =>
  Object.keys(actions).filter((name) => isAction(name) && areasFor(actor, name).length > 0)

export const showSession = (signedIn: SignedIn, account: AccountRow): z.infer<typeof schemas.session> => ({
  account: showAccount(account),
  csrfToken: signedIn.csrfToken,
  expiresAt: new Date(signedIn.expiresAt).toISOString(),
  actions: signedIn.secondFactor.needed && !signedIn.secondFactor.active ? [] : actionsOf(signedIn.actor),
  secondFactor: signedIn.secondFactor,
})

export interface Cookies {
  /** Gives the browser its new session. */
  set(reply: FastifyReply, opened: OpenedSession): void
  clear(reply: FastifyReply): FastifyReply
}

export function createCookies(settings: CookieSettings): Cookies {
  const kept = { ...cookieBase(settings), sameSite: 'strict', path: BROWSER_COOKIE_PATH } as const
  return {
    set(reply, opened) {
      setSessionCookie(reply, opened.token, settings)
      reply.setCookie(BROWSER_COOKIE, opened.browserCookie, { ...kept, maxAge: BROWSER_KEPT_MS / 1000 })
    },
    clear: clearSessionCookie,
  }
}
