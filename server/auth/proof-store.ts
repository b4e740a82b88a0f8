import type { Db } from './store.ts'

// ── second factors ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A secret that is not confirmed yet; replaces an earlier one that was not. */
export async function saveUnconfirmedFactor(tx: Db, accountId: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.account.update({
    where: { id: accountId },
    data: { totpSealed: sealed, totpConfirmedAt: null, totpLastStep: null },
  })
}

export async function confirmFactor(tx: Db, accountId: string, at: Date): Promise<void> {
  await tx.account.update({ where: { id: accountId }, data: { totpConfirmedAt: at } })
}

export async function removeFactor(tx: Db, accountId: string): Promise<void> {
  await tx.account.update({
    where: { id: accountId },
    data: { totpSealed: null, totpConfirmedAt: null, totpLastStep: null },
  })
  await tx.recoveryCode.deleteMany({ where: { accountId } })
}

/** False: this code, or a later one, was taken meanwhile. However many come at once, one gets true. */
export async function takeTotpStep(tx: Db, accountId: string, step: number): Promise<boolean> {
  const { count } = await tx.account.updateMany({
    where: { id: accountId, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  })
  return count === 1
}

/** All earlier ones are void. */
export async function replaceRecoveryCodes(
  tx: Db,
  accountId: string,
  codeHashes: readonly string[],
  createdAt: Date,
): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { accountId } })
  await tx.recoveryCode.createMany({ data: codeHashes.map((codeHash) => ({ codeHash, accountId, createdAt })) })
}

/** True for one caller only, however many come at once. */
export async function useRecoveryCode(tx: Db, accountId: string, codeHash: string, usedAt: Date): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({ where: { codeHash, accountId, usedAt: null }, data: { usedAt } })
  return count === 1
}

export const countRecoveryCodes = (db: Db, accountId: string): Promise<number> =>
  db.recoveryCode.count({ where: { accountId, usedAt: null } })

// ── known browsers ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The one of these browsers that belongs to the account and was used lately. */
export async function findKnownBrowser(
  db: Db,
  accountId: string,
  tokenHashes: readonly string[],
  usedSince: Date,
): Promise<string | undefined> {
  const found = await db.knownBrowser.findFirst({
    where: { accountId, tokenHash: { in: [...tokenHashes] }, lastUsedAt: { gt: usedSince } },
    select: { tokenHash: true },
  })
  return found?.tokenHash
}

/** Remembers or renews a browser, and forgets the account's least recently used ones beyond `atMost`. */
export async function saveKnownBrowser(
  tx: Db,
  browser: { tokenHash: string; accountId: string; now: Date },
  atMost: number,
): Promise<void> {
  const { tokenHash, accountId, now } = browser
  await tx.knownBrowser.upsert({
    where: { tokenHash },
    create: { tokenHash, accountId, createdAt: now, lastUsedAt: now },
    update: { lastUsedAt: now },
  })
  const surplus = await tx.knownBrowser.findMany({
    where: { accountId, tokenHash: { not: tokenHash } },
    orderBy: { lastUsedAt: 'desc' },
    skip: atMost - 1,
    select: { tokenHash: true },
  })
  await tx.knownBrowser.deleteMany({ where: { tokenHash: { in: surplus.map((one) => one.tokenHash) } } })
}

export async function deleteKnownBrowsers(tx: Db, accountId: string): Promise<void> {
  await tx.knownBrowser.deleteMany({ where: { accountId } })
}

export async function sweepKnownBrowsers(db: Db, unusedSince: Date): Promise<number> {
  const { count } = await db.knownBrowser.deleteMany({ where: { lastUsedAt: { lte: unusedSince } } })
  return count
}
