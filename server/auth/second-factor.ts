import type { Logger } from 'pino'
import QRCode from 'qrcode'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Admission, type Client, findAccountPath, type OpenedSession, type Proof } from './admission.ts'
import type { OwnProof } from './own-proof.ts'
import {
  confirmFactor,
  countRecoveryCodes,
  removeFactor,
  replaceRecoveryCodes,
  saveUnconfirmedFactor,
  takeTotpStep,
  useRecoveryCode,
} from './proof-store.ts'
import type { Actor } from './rules.ts'
import type { Sealing } from './sealing.ts'
import { type AccountRow, type Db, findAccount, lockAccount } from './store.ts'
import { drawCode, hashCode } from './tokens.ts'
import { describeTotp, drawTotpSecret, findTotpStep, readTotpCode } from './totp.ts'

export interface SecondFactorDeps {
  db: Database
  clock: Clock
  log: Logger
  audit: Audit
  security: SecurityEvents
  sealing: Sealing
  admission: Admission
  ownProof: OwnProof
}

export interface FactorOffer {
  /** For typing; exists only here, the database has it sealed. */
  secret: string
  otpauthUrl: string
  qrSvg: string
}

export type FactorProof =
  | { readonly ok: true; readonly by: Proof['secondFactor'] }
  | { readonly ok: false; readonly reason: 'second-factor-needed' | 'second-factor-wrong' }

/** The second factor: an authenticator app (RFC 6238), and recovery codes for the day the phone is lost. */
export interface SecondFactor {
  /** Judges what was sent beside a proof of the first factor, and uses it up. Nothing is asked of accounts without one. */
  prove(tx: Db, note: TakeNote, account: AccountRow, code: string | undefined): Promise<FactorProof>
  read(accountId: string): Promise<{ active: boolean; since: Date | null; recoveryCodesLeft: number }>
  /** A new secret, which protects nothing until it is confirmed. */
  begin(actor: Actor, password: string | undefined, client: Client): Promise<FactorOffer>
  /** Turns it on with a first code. */
  confirm(actor: Actor, code: string, client: Client): Promise<{ opened: OpenedSession; recoveryCodes: string[] }>
  remove(actor: Actor, proof: { password: string; code: string }, client: Client): Promise<OpenedSession>
  /** Ten new ones; earlier ones are void. */
  renewRecoveryCodes(actor: Actor, proof: { password: string; code: string }, client: Client): Promise<string[]>
}

const RECOVERY_CODES = 10

export function createSecondFactor(deps: SecondFactorDeps): SecondFactor {
  const { db, clock, log, audit, security, sealing, admission, ownProof } = deps
  const subjectOf = (accountId: string) => ({ type: 'account', id: accountId })

  /** Undefined: there is none that could be read. */
  function openSecret(account: AccountRow): Uint8Array | undefined {
    if (account.totpSealed === null) return undefined
    const secret = sealing.open(account.totpSealed, account.id)
    // Recovery codes still work, and an operator can reset it; nobody gets in without either.
    if (secret === undefined) log.error({ accountId: account.id }, 'a second factor was sealed under another key')
    return secret
  }

  /** True when the six digits are right and not used yet; they are used up then. */
  async function takeTotp(tx: Db, account: AccountRow, digits: string): Promise<boolean> {
    const secret = openSecret(account)
    if (secret === undefined) return false
    const step = findTotpStep(secret, digits, clock.now(), account.totpLastStep)
    return step !== undefined && (await takeTotpStep(tx, account.id, step))
  }

  async function prove(tx: Db, note: TakeNote, account: AccountRow, typed: string | undefined): Promise<FactorProof> {
    if (account.totpConfirmedAt === null) return { ok: true, by: undefined }
    if (typed === undefined || typed.trim() === '') return { ok: false, reason: 'second-factor-needed' }
    const wrong = { ok: false, reason: 'second-factor-wrong' } as const
    const digits = readTotpCode(typed)
    if (digits !== undefined) return (await takeTotp(tx, account, digits)) ? { ok: true, by: 'totp' } : wrong
    if (!(await useRecoveryCode(tx, account.id, hashCode(typed), toDate(clock.now())))) return wrong
    const areaPath = await findAccountPath(tx, account)
    note({ action: 'account.recovery-code-used', areaPath, subject: subjectOf(account.id) })
    return { ok: true, by: 'recovery-code' }
  }

  async function makeRecoveryCodes(tx: Db, accountId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, drawCode)
    await replaceRecoveryCodes(tx, accountId, codes.map(hashCode), toDate(clock.now()))
    return codes
  }

  async function lockOwn(tx: Db, actor: Actor): Promise<AccountRow> {
    const account = await lockAccount(tx, actor.accountId)
    if (account === null || account.disabledAt !== null) throw new Problem('not-signed-in')
    return account
  }

  /** Password and second factor together, for what weakens the account. */
  function withBothProofs<T>(
    actor: Actor,
    proof: { password: string; code: string },
    client: Client,
    work: (tx: Db, note: TakeNote, account: AccountRow) => Promise<T>,
  ): Promise<T> {
    return ownProof.attempt(actor, proof.password, client, () =>
      audit.act(actor, async (tx, note) => {
        const account = await lockOwn(tx, actor)
        if (account.totpConfirmedAt === null) throw new Problem('second-factor-not-active')
        const proven = await prove(tx, note, account, proof.code)
        if (!proven.ok) throw new Problem('second-factor-code-wrong')
        return work(tx, note, account)
      }),
    )
  }

  const reportChange = (actor: Actor, client: Client, detail: string): void => {
    const { accountId, userName } = actor
    const { address, requestId } = client
    security.report('second-factor-changed', { accountId, userName, address, requestId, detail })
  }

  return {
    prove,

    async read(accountId) {
      const account = await findAccount(db.prisma, accountId)
      const since = account?.totpConfirmedAt ?? null
      return {
        active: since !== null,
        since,
        recoveryCodesLeft: since === null ? 0 : await countRecoveryCodes(db.prisma, accountId),
      }
    },

    begin: (actor, password, client) =>
      ownProof.attempt(actor, password, client, async () => {
        const secret = drawTotpSecret()
        await audit.act(actor, async (tx, note) => {
          const account = await lockOwn(tx, actor)
          if (account.totpConfirmedAt !== null) throw new Problem('second-factor-active')
          const areaPath = await findAccountPath(tx, account)
          note({ action: 'account.second-factor-begun', areaPath, subject: subjectOf(account.id) })
          await saveUnconfirmedFactor(tx, account.id, sealing.seal(secret, account.id))
        })
        const offer = describeTotp(secret, actor.userName)
        const qrSvg = await QRCode.toString(offer.otpauthUrl, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
        return { ...offer, qrSvg }
      }),

    async confirm(actor, code, client) {
      const confirmed = await ownProof.attemptCode(actor, client, () =>
        audit.act(actor, async (tx, note) => {
          const account = await lockOwn(tx, actor)
          if (account.totpConfirmedAt !== null) throw new Problem('second-factor-active')
          if (account.totpSealed === null) throw new Problem('second-factor-not-begun')
          const digits = readTotpCode(code)
          if (digits === undefined || !(await takeTotp(tx, account, digits))) {
            throw new Problem('second-factor-code-wrong')
          }
          await confirmFactor(tx, account.id, toDate(clock.now()))
          const recoveryCodes = await makeRecoveryCodes(tx, account.id)
          const areaPath = await findAccountPath(tx, account)
          note({ action: 'account.second-factor-set', areaPath, subject: subjectOf(account.id) })
          return { recoveryCodes, admitted: await admission.renew(tx, account.id, client) }
        }),
      )
      reportChange(actor, client, 'set')
      return {
        opened: await admission.open(confirmed.admitted, client),
        recoveryCodes: confirmed.recoveryCodes,
      }
    },

    async remove(actor, proof, client) {
      const admitted = await withBothProofs(actor, proof, client, async (tx, note, account) => {
        await removeFactor(tx, account.id)
        const areaPath = await findAccountPath(tx, account)
        note({ action: 'account.second-factor-removed', areaPath, subject: subjectOf(account.id) })
        return admission.renew(tx, account.id, client)
      })
      reportChange(actor, client, 'removed')
      return admission.open(admitted, client)
    },

    async renewRecoveryCodes(actor, proof, client) {
      const codes = await withBothProofs(actor, proof, client, async (tx, note, account) => {
        const areaPath = await findAccountPath(tx, account)
        note({ action: 'account.recovery-codes-made', areaPath, subject: subjectOf(account.id) })
        return makeRecoveryCodes(tx, account.id)
      })
      reportChange(actor, client, 'recovery codes made')
      return codes
    },
  }
}
