import type { FastifyReply } from 'fastify'

export const SESSION_COOKIE = 'loaxa_session'

export interface CookieSettings {
  /** https: cookies are marked Secure. */
  readonly publicUrl: string
  /** When the session ends in any case. */
  readonly lastsMs: number
}

/** What all our cookies share. */
export const cookieBase = ({ publicUrl }: Pick<CookieSettings, 'publicUrl'>) =>
  ({ httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:') }) as const

/** Gives the browser the value of its session; what was set before in the same answer is replaced. */
export function setSessionCookie(reply: FastifyReply, token: string, settings: CookieSettings): void {
  reply.setCookie(SESSION_COOKIE, token, {
    ...cookieBase(settings),
    path: '/',
    maxAge: Math.ceil(settings.lastsMs / 1000),
  })
}

export const clearSessionCookie = (reply: FastifyReply): FastifyReply =>
  reply.clearCookie(SESSION_COOKIE, { path: '/' })
