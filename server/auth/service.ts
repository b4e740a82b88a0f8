import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { insertArea } from '#server/areas/store.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { isCommonPassword, type Passwords } from './passwords.ts'
import type { ClientInfo, Sessions, SignedIn } from './sessions.ts'
import type { SignInDelay } from './sign-in-delay.ts'
import {
  type AccountRow,
  countAccounts,
  findAccount,
  findAccountByName,
  insertAccount,
  lockSetup,
  replaceInvitation,
  setPasswordHash,
  useInvitation,
} from './store.ts'
import { drawCode, hashCode } from './tokens.ts'

export interface AuthDeps {
  db: Database
  clock: Clock
  log: Logger
  sessions: Sessions
  passwords: Passwords
  delay: SignInDelay
  /** Zone of the first area. */
  zone: string
  /** The first account was just made: its one-time code is of no use any more. */
  onSetUp?: () => Promise<void>
}

/** A one-time code is good for a day. */
export const CODE_VALID_MS = 24 * 3_600_000

export interface OpenedSession {
  /** The cookie's value; exists only here. */
  token: string
  signedIn: SignedIn
  account: AccountRow
}

export interface SetupInput {
  code: string
  userName: string
  displayName: string
  password: string
  area: { kind: 'province' | 'commune'; name: string }
}

export interface AuthService {
  isSetupNeeded(): Promise<boolean>
  /** A new code for the first account, or undefined when there is one. Earlier such codes are void then. */
  makeSetupCode(): Promise<{ code: string; expiresAt: InstantMs } | undefined>
  setUp(input: SetupInput, client: ClientInfo): Promise<OpenedSession>
  signIn(userName: string, password: string, client: ClientInfo): Promise<OpenedSession>
  /** Signs in with a one-time code, which voids the account's password and ends its other sessions. */
  signInOnce(code: string, client: ClientInfo): Promise<OpenedSession>
  signOut(token: string): Promise<void>
  /** Ends all sessions of the account and opens a new one. */
  setPassword(
    accountId: string,
    input: { password: string; currentPassword?: string | undefined },
    client: ClientInfo,
  ): Promise<OpenedSession>
  readAccount(accountId: string): Promise<AccountRow>
}

const secondsUp = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

export function createAuthService(deps: AuthDeps): AuthService {
  const { db, clock, log, sessions, passwords, delay } = deps

  async function readAccount(accountId: string): Promise<AccountRow> {
    const account = await findAccount(db.prisma, accountId)
    if (account === null) throw new Problem('not-signed-in')
    return account
  }

  async function opened(token: string, accountId: string): Promise<OpenedSession> {
    const signedIn = await sessions.find(token)
    if (signedIn === undefined) throw new Problem('not-signed-in')
    return { token, signedIn, account: await readAccount(accountId) }
  }

  function refuseCommonPassword(password: string, userName: string): void {
    if (isCommonPassword(password, userName)) throw new Problem('password-too-common')
  }

  function beginAttempt(name: string, client: ClientInfo): void {
    const waitMs = delay.begin(name, client.address, clock.now())
    if (waitMs === undefined) return
    log.warn({ event: 'sign-in-delayed', userName: name.slice(0, 80), address: client.address }, 'a sign-in must wait')
    throw new Problem('too-many-requests', { seconds: secondsUp(waitMs) })
  }

  return {
    readAccount,
    isSetupNeeded: async () => (await countAccounts(db.prisma)) === 0,

    makeSetupCode: () =>
      db.prisma.$transaction(async (tx) => {
        await lockSetup(tx)
        if ((await countAccounts(tx)) > 0) return undefined
        const code = drawCode()
        const now = clock.now()
        const expiresAt = new Date(now + CODE_VALID_MS)
        await replaceInvitation(tx, { codeHash: hashCode(code), accountId: null, createdAt: toDate(now), expiresAt })
        return { code, expiresAt: toInstant(expiresAt) }
      }),

    async setUp(input, client) {
      refuseCommonPassword(input.password, input.userName)
      const passwordHash = await passwords.hash(input.password)
      const now = clock.now()
      const accountId = newId(now)
      const token = await db.prisma.$transaction(async (tx) => {
        await lockSetup(tx)
        if ((await countAccounts(tx)) > 0) throw new Problem('setup-done')
        const code = await useInvitation(tx, hashCode(input.code), toDate(now), true)
        if (code === undefined) throw new Problem('code-not-valid')
        const areaId = newId(now)
        const { kind, name } = input.area
        const createdAt = toDate(now)
        await insertArea(tx, { id: areaId, parentId: null, kind, name, path: [areaId], timeZone: deps.zone, createdAt })
        const { userName, displayName } = input
        await insertAccount(tx, { id: accountId, userName, displayName, passwordHash, createdAt }, [
          { areaId, role: 'administrator' },
        ])
        return sessions.open(tx, accountId, client)
      })
      log.info({ event: 'first-account-made', accountId }, 'the first account was made')
      await deps.onSetUp?.()
      return opened(token, accountId)
    },

    async signIn(typedName, password, client) {
      const userName = typedName.trim().toLowerCase()
      beginAttempt(userName, client)
      const account = await findAccountByName(db.prisma, userName)
      const isRight = await passwords.isRight(account?.passwordHash ?? null, password)
      if (!isRight || account === null || account.disabledAt !== null) {
        log.warn(
          { event: 'sign-in-failed', userName: userName.slice(0, 80), address: client.address },
          'a sign-in failed',
        )
        throw new Problem('wrong-credentials')
      }
      delay.succeed(userName, client.address)
      const token = await sessions.open(db.prisma, account.id, client)
      log.info({ event: 'signed-in', accountId: account.id, address: client.address }, 'somebody signed in')
      return opened(token, account.id)
    },

    async signInOnce(code, client) {
      const now = clock.now()
      const { token, accountId } = await db.prisma.$transaction(async (tx) => {
        const used = await useInvitation(tx, hashCode(code), toDate(now), false)
        const account = used?.accountId == null ? null : await findAccount(tx, used.accountId)
        if (account === null || account.disabledAt !== null) {
          log.warn({ event: 'sign-in-failed', address: client.address }, 'a one-time code was refused')
          throw new Problem('code-not-valid')
        }
        // Whoever asked for a code cannot or should not use the old password any more, and nor should anybody else.
        await setPasswordHash(tx, account.id, null)
        await sessions.closeAll(tx, account.id)
        return { token: await sessions.open(tx, account.id, client), accountId: account.id }
      })
      log.info(
        { event: 'signed-in-once', accountId, address: client.address },
        'somebody signed in with a one-time code',
      )
      return opened(token, accountId)
    },

    signOut: (token) => sessions.close(token),

    async setPassword(accountId, input, client) {
      const account = await readAccount(accountId)
      if (account.passwordHash !== null) {
        beginAttempt(account.userName, client)
        if (!(await passwords.isRight(account.passwordHash, input.currentPassword ?? ''))) {
          log.warn(
            { event: 'password-change-refused', accountId, address: client.address },
            'the password was not changed',
          )
          throw new Problem('current-password-wrong')
        }
        delay.succeed(account.userName, client.address)
      }
      refuseCommonPassword(input.password, account.userName)
      const passwordHash = await passwords.hash(input.password)
      const token = await db.prisma.$transaction(async (tx) => {
        await setPasswordHash(tx, accountId, passwordHash)
        await sessions.closeAll(tx, accountId)
        return sessions.open(tx, accountId, client)
      })
      log.info({ event: 'password-set', accountId }, 'a password was set')
      return opened(token, accountId)
    },
  }
}
