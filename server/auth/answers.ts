import type { FastifyReply, FastifyRequest } from 'fastify'
import QRCode from 'qrcode'
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
import type * as directorySchemas from './directory-schemas.ts'
import type { AccountDetail } from './directory-service.ts'
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
  revision: row.revision,
  hasPassword: row.passwordHash !== null,
  hasSecondFactor: row.totpConfirmedAt !== null,
  disabled: row.disabledAt !== null,
  grants: row.grants,
  createdAt: row.createdAt.toISOString(),
})

export async function showInvited(invited: InvitedAccount): Promise<z.infer<typeof schemas.invitedAccount>> {
  return {
    account: showAccount(invited.account),
    signInCode: invited.signInCode,
    signInLink: invited.signInLink,
    qrSvg: await QRCode.toString(invited.signInLink, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 }),
    expiresAt: new Date(invited.expiresAt).toISOString(),
  }
}

const toText = (at: Date | null): string | null => at?.toISOString() ?? null

export function showDetail(detail: AccountDetail): z.infer<typeof directorySchemas.accountDetail> {
  const { account, isWhollyYours, secondFactorReset: reset, openLink: link, lastSeenAt } = detail
  return {
    ...showAccount(account),
    isWhollyYours,
    secondFactorSince: toText(account.totpConfirmedAt),
    secondFactorReset: reset && { at: reset.at.toISOString(), byName: reset.byName },
    openLink: link && { at: link.at.toISOString(), byName: link.byName, expiresAt: link.expiresAt.toISOString() },
    lastSeenAt: toText(lastSeenAt),
  }
}

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
