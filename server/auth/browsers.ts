import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { deleteKnownBrowsers, findKnownBrowser, saveKnownBrowser, sweepKnownBrowsers } from './proof-store.ts'
import type { Db } from './store.ts'
import { drawToken, hashToken } from './tokens.ts'

/** A browser is forgotten when nobody signed in with it for this long. */
export const BROWSER_KEPT_MS = 180 * 24 * 3_600_000
const MAX_BROWSERS_PER_ACCOUNT = 10
/** In a commune's office several people share one PC: its cookie holds a token for each, the newest first. */
const MAX_ACCOUNTS_PER_BROWSER = 5
const SEPARATOR = '.'
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** The browsers in which an account's owner has signed in before (OWASP: device cookies). They open nothing. */
export interface Browsers {
  /** The hash of the account's token in this cookie; undefined: an unknown browser. */
  find(accountId: string, cookie: string | undefined): Promise<string | undefined>
  /** After a sign-in: the cookie that the browser is to keep from now on. */
  remember(tx: Db, accountId: string, cookie: string | undefined): Promise<string>
  /** Makes all of the account's browsers unknown. */
  forgetAll(tx: Db, accountId: string): Promise<void>
  sweep(): Promise<number>
}

const tokensIn = (cookie: string | undefined): string[] =>
  (cookie ?? '').split(SEPARATOR, MAX_ACCOUNTS_PER_BROWSER).filter((token) => TOKEN.test(token))

export function createBrowsers(deps: { db: Database; clock: Clock }): Browsers {
  const { db, clock } = deps
  const usedSince = (): Date => new Date(clock.now() - BROWSER_KEPT_MS)

  async function findIn(tx: Db, accountId: string, tokens: readonly string[]): Promise<string | undefined> {
    if (tokens.length === 0) return undefined
    return findKnownBrowser(tx, accountId, tokens.map(hashToken), usedSince())
  }

  return {
    find: (accountId, cookie) => findIn(db.prisma, accountId, tokensIn(cookie)),
    async remember(tx, accountId, cookie) {
      const tokens = tokensIn(cookie)
      const knownHash = await findIn(tx, accountId, tokens)
      const own = tokens.find((token) => hashToken(token) === knownHash) ?? drawToken()
      const browser = { tokenHash: hashToken(own), accountId, now: toDate(clock.now()) }
      await saveKnownBrowser(tx, browser, MAX_BROWSERS_PER_ACCOUNT)
      return [own, ...tokens.filter((token) => token !== own)].slice(0, MAX_ACCOUNTS_PER_BROWSER).join(SEPARATOR)
    },
    forgetAll: deleteKnownBrowsers,
    sweep: () => sweepKnownBrowsers(db.prisma, usedSince()),
  }
}
