import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { insertArea } from '#server/areas/store.ts'
import type { Audit, AuditBy } from '#server/audit/audit.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Admission, type Client, findAccountPath, type OpenedSession, type Proof } from './admission.ts'
import type { Browsers } from './browsers.ts'
import type { OwnProof } from './own-proof.ts'
import { isCommonPassword, namesItsOwner, type Passwords } from './passwords.ts'
import { type Actor, ownPath } from './rules.ts'
import type { SecondFactor } from './second-factor.ts'
import type { SessionRow } from './session-store.ts'
import type { Sessions, SignedIn } from './sessions.ts'
import { createSignInRefusals } from './sign-in-refusals.ts'
import {
  type AccountRow,
  countAccounts,
  findAccount,
  findAccountByName,
  findAreaNames,
  findInvitation,
  insertAccount,
  lockAccount,
  lockSetup,
  NOBODY,
  replaceInvitation,
  setPasswordHash,
  useInvitation,
} from './store.ts'
import type { Throttle, Trier } from './throttle.ts'
import { drawCode, hashCode } from './tokens.ts'

export interface AuthServiceDeps {
  db: Database
  clock: Clock
  audit: Audit
  security: SecurityEvents
  sessions: Sessions
  passwords: Passwords
  throttle: Throttle
  browsers: Browsers
  admission: Admission
  secondFactor: SecondFactor
  ownProof: OwnProof
  /** Zone of the first area. */
  zone: string
  /** The first account was just made: its one-time code is of no use any more. */
  onSetUp?: () => Promise<void>
}

/** The first account's code is good for a day; one that is not used is made anew at the next start. */
const SETUP_CODE_VALID_MS = 24 * 3_600_000

export interface SetupInput {
  code: string
  userName: string
  displayName: string
  password: string
  area: { kind: 'province' | 'commune'; name: string }
}

export interface SignInInput {
  userName: string
  password: string
  /** Six digits of the authenticator app, or a recovery code. */
  code?: string | undefined
}

export interface AuthService {
  isSetupNeeded(): Promise<boolean>
  /** A new code for the first account, or undefined when there is one. Earlier such codes are void then. */
  makeSetupCode(): Promise<{ code: string; expiresAt: InstantMs } | undefined>
  setUp(input: SetupInput, client: Client): Promise<OpenedSession>
  signIn(input: SignInInput, client: Client): Promise<OpenedSession>
  /**
   * Signs in with a one-time code, which voids the account's password and ends its other sessions. It takes the place of
   * the password only: a second factor is asked for as ever, and the code is not used up before it was right.
   */
  signInOnce(input: { code: string; secondFactor?: string | undefined }, client: Client): Promise<OpenedSession>
  signOut(signedIn: SignedIn, token: string): Promise<void>
  /** Ends all sessions of the account and opens a new one. */
  setPassword(
    actor: Actor,
    input: { password: string; currentPassword?: string | undefined },
    client: Client,
  ): Promise<OpenedSession>
  readAccount(accountId: string): Promise<AccountRow>
  listSessions(accountId: string): Promise<SessionRow[]>
  endSession(actor: Actor, sessionId: string): Promise<void>
  /** Ends all sessions, this one too, and makes all browsers unknown. */
  signOutEverywhere(actor: Actor): Promise<void>
  /** What is done now and then: forgets counters that do not count any more, says what the trail left out. */
  tidy(): Promise<void>
}

export function createAuthService(deps: AuthServiceDeps): AuthService {
  const { db, clock, audit, security, sessions, passwords, throttle, browsers, admission, secondFactor } = deps
  const { refuse, beginAttempt } = createSignInRefusals(deps)
  const subjectOf = (accountId: string | null) => ({ type: 'account', id: accountId })
  const originOf = ({ address, requestId }: Client) => ({ address, requestId })

  async function readAccount(accountId: string): Promise<AccountRow> {
    const account = await findAccount(db.prisma, accountId)
    if (account === null) throw new Problem('not-signed-in')
    return account
  }

  function refuseGuessable(password: string, names: readonly string[]): void {
    if (isCommonPassword(password)) throw new Problem('password-too-common')
    if (namesItsOwner(password, names)) throw new Problem('password-names-you')
  }

  const byAccount = (account: AccountRow, client: Client): AuditBy => ({
    accountId: account.id,
    userName: account.userName,
    origin: originOf(client),
  })

  async function finish(
    outcome: { admitted: Awaited<ReturnType<Admission['admit']>>; proof: Proof },
    client: Client,
  ): Promise<OpenedSession> {
    return admission.open(outcome.admitted, client, outcome.proof)
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
        const expiresAt = new Date(now + SETUP_CODE_VALID_MS)
        const row = { codeHash: hashCode(code), accountId: null, createdById: null, createdAt: toDate(now), expiresAt }
        await replaceInvitation(tx, row)
        return { code, expiresAt: toInstant(expiresAt) }
      }),

    async setUp(input, client) {
      refuseGuessable(input.password, [input.userName, input.displayName, input.area.name])
      const passwordHash = await passwords.hash(input.password)
      const now = clock.now()
      const accountId = newId(now)
      const proof: Proof = { by: 'set-up', secondFactor: undefined }
      const by = { accountId, userName: input.userName, origin: originOf(client) }
      const made = audit.act(by, async (tx, note) => {
        await lockSetup(tx)
        if ((await countAccounts(tx)) > 0) throw new Problem('setup-done')
        const code = await useInvitation(tx, hashCode(input.code), toDate(now), true)
        if (code === undefined) throw new Problem('code-not-valid')
        const areaId = newId(now)
        const { kind, name } = input.area
        const createdAt = toDate(now)
        await insertArea(tx, { id: areaId, parentId: null, kind, name, path: [areaId], timeZone: deps.zone, createdAt })
        const { userName, displayName } = input
        const grants = [{ areaId, role: 'administrator' }] as const
        await insertAccount(tx, { id: accountId, userName, displayName, passwordHash, createdAt }, grants)
        const after = { userName, displayName, grants, area: { id: areaId, kind, name } }
        note({ action: 'account.set-up', areaPath: [areaId], subject: subjectOf(accountId), after })
        const account = await findAccount(tx, accountId)
        if (account === null) throw new Error(`account ${accountId} vanished while it was made`)
        return admission.admit(tx, note, account, proof, client)
      })
      const admitted = await made.catch((cause: unknown) => {
        if (cause instanceof Problem && cause.code === 'code-not-valid') return refuse(cause.code, null, client)
        throw cause
      })
      await deps.onSetUp?.()
      return finish({ admitted, proof }, client)
    },

    async signIn(input, client) {
      const userName = input.userName.trim().toLowerCase()
      const { address } = client
      const account = await findAccountByName(db.prisma, userName)
      const tokenHash = await browsers.find(account?.id ?? NOBODY, client.browserCookie)
      const trier: Trier =
        tokenHash === undefined ? { kind: 'stranger', userName, address } : { kind: 'browser', tokenHash, address }
      const attempt = await beginAttempt(trier, account, client)
      const isRight = await passwords.isRight(account?.passwordHash ?? null, input.password)
      if (!isRight || account === null || account.disabledAt !== null) {
        return refuse('wrong-credentials', account, client)
      }
      const outcome = await audit.act(byAccount(account, client), async (tx, note) => {
        const current = await lockAccount(tx, account.id)
        // Changed while we looked: what was right a moment ago is not any more.
        if (current === null || current.disabledAt !== null || current.passwordHash !== account.passwordHash) {
          return { reason: 'wrong-credentials' } as const
        }
        const factor = await secondFactor.prove(tx, note, current, input.code)
        if (!factor.ok) return factor
        const proof: Proof = { by: 'password', secondFactor: factor.by }
        return { admitted: await admission.admit(tx, note, current, proof, client), proof }
      })
      if ('reason' in outcome) {
        if (outcome.reason === 'second-factor-needed') await throttle.passFirstStep(attempt)
        return refuse(outcome.reason, account, client)
      }
      await throttle.succeed(attempt)
      return finish(outcome, client)
    },

    async signInOnce(input, client) {
      const { address } = client
      const codeHash = hashCode(input.code)
      const found = await findInvitation(db.prisma, codeHash, toDate(clock.now()))
      const account = found?.accountId == null ? null : await findAccount(db.prisma, found.accountId)
      if (account === null || account.disabledAt !== null) return refuse('code-not-valid', account, client)
      const trier: Trier = { kind: 'holder', of: `code ${codeHash}`, address }
      const attempt = await beginAttempt(trier, account, client)
      const outcome = await audit.act(byAccount(account, client), async (tx, note) => {
        const current = await lockAccount(tx, account.id)
        if (current === null || current.disabledAt !== null) return { reason: 'code-not-valid' } as const
        const factor = await secondFactor.prove(tx, note, current, input.secondFactor)
        if (!factor.ok) return factor
        if ((await useInvitation(tx, codeHash, toDate(clock.now()), false)) === undefined) {
          throw new Problem('code-not-valid')
        }
        // Whoever asked for a code cannot or should not use the old password any more, and nor should anybody else.
        await setPasswordHash(tx, account.id, null)
        await sessions.closeAll(tx, account.id)
        const proof: Proof = { by: 'one-time-code', secondFactor: factor.by }
        return { admitted: await admission.admit(tx, note, current, proof, client), proof }
      })
      if ('reason' in outcome) return refuse(outcome.reason, account, client)
      await throttle.succeed(attempt)
      return finish(outcome, client)
    },

    async signOut(signedIn, token) {
      const { actor } = signedIn
      await audit.act(actor, async (tx, note) => {
        await sessions.close(token, tx)
        const areaPath = ownPath(actor)
        note({ action: 'session.ended', areaPath, subject: subjectOf(actor.accountId) })
      })
      sessions.announceChange(actor.accountId)
    },

    async setPassword(actor, input, client) {
      const { accountId, userName, displayName } = actor
      const areaIds = actor.grants.map((grant) => grant.areaId)
      // First, and outside the proof: who looks for a good password guesses at nobody's.
      refuseGuessable(input.password, [userName, displayName, ...(await findAreaNames(db.prisma, areaIds))])
      return deps.ownProof.attempt(actor, input.currentPassword, client, async () => {
        const passwordHash = await passwords.hash(input.password)
        const admitted = await audit.act(actor, async (tx, note) => {
          const account = await lockAccount(tx, accountId)
          if (account === null || account.disabledAt !== null) throw new Problem('not-signed-in')
          await setPasswordHash(tx, accountId, passwordHash)
          const areaPath = await findAccountPath(tx, account)
          note({ action: 'account.password-set', areaPath, subject: subjectOf(accountId) })
          return admission.renew(tx, accountId, client)
        })
        security.report('password-changed', { accountId, userName, ...originOf(client) })
        return admission.open(admitted, client)
      })
    },

    listSessions: (accountId) => sessions.list(accountId),

    async endSession(actor, sessionId) {
      await audit.act(actor, async (tx, note) => {
        if (!(await sessions.closeOne(tx, actor.accountId, sessionId))) throw new Problem('not-found')
        const areaPath = ownPath(actor)
        note({ action: 'session.revoked', areaPath, subject: { type: 'session', id: sessionId } })
      })
      sessions.announceChange(actor.accountId)
    },

    async signOutEverywhere(actor) {
      await audit.act(actor, async (tx, note) => {
        await sessions.closeAll(tx, actor.accountId)
        await browsers.forgetAll(tx, actor.accountId)
        const areaPath = ownPath(actor)
        note({ action: 'session.revoked', areaPath, subject: subjectOf(actor.accountId), after: { all: true } })
      })
      sessions.announceChange(actor.accountId)
    },

    async tidy() {
      await throttle.sweep()
      await browsers.sweep()
    },
  }
}
