import { keyRotation } from '#protocol/key-chain.ts'
import { limits } from '#protocol/limits.ts'
import { type CompactJws, type PublicJwk, thumbprint, verifySigned } from '#protocol/signing.ts'
import type { InstantMs } from '#protocol/time.ts'

/** One key that the server has signed with, or signs with. */
export interface PastKey {
  /** 0 for the key of the first start, then the number of the rotation that named it. */
  readonly sequence: number
  readonly generation: number
  readonly key: PublicJwk
  /** Null: since the first start. */
  readonly from: InstantMs | null
  /** Null: it is in force. */
  readonly until: InstantMs | null
  /** The recovery key took its place: it was lost, or somebody else may have it. */
  readonly isRevoked: boolean
}

export interface KeyHistory {
  /** Oldest first; the last one is in force. */
  readonly keys: readonly PastKey[]
  readonly current: PastKey
  /** What devices are told: from the last link of the recovery key on, which moves every device from wherever it is. */
  readonly chain: readonly CompactJws[]
}

/**
 * Reads the chain as strictly as it was written: link by link, each signed by the key before it or by the recovery key.
 * `firstKey` is null when nothing is left of the time before the recovery that the chain then begins with. An answer that is
 * a text says what is wrong.
 */
export async function readHistory(
  firstKey: PublicJwk | null,
  recoveryKey: PublicJwk,
  records: readonly CompactJws[],
): Promise<KeyHistory | string> {
  const base = { until: null, isRevoked: false }
  let current: PastKey | null =
    firstKey === null ? null : { ...base, sequence: 0, generation: 0, key: firstKey, from: null }
  const earlier: PastKey[] = []
  let chainFrom = 0
  for (const [index, record] of records.entries()) {
    const trusted: PublicJwk[] = current === null ? [recoveryKey] : [current.key, recoveryKey]
    const verified = await verifySigned('key-rotation', keyRotation, trusted, record)
    if (!verified.ok) return `record ${index + 1}: ${verified.error}`
    const { sequence, generation, newKey, rotatedAt } = verified.value
    const isRecovery = verified.keyId === thumbprint(recoveryKey)
    const before = current?.generation ?? 0
    if (sequence !== index + 1 || (isRecovery ? generation <= before : generation !== before)) {
      return `record ${index + 1}: number ${sequence} of generation ${generation} does not follow`
    }
    if (isRecovery) chainFrom = index
    if (current !== null) earlier.push({ ...current, until: rotatedAt, isRevoked: isRecovery })
    current = { ...base, sequence, generation, key: newKey, from: rotatedAt }
  }
  if (current === null) return 'it names no key'
  // A thief of one key may have been before the recovery; nothing that any key of that generation signed is beyond doubt.
  const revokedGenerations = new Set(earlier.filter((key) => key.isRevoked).map((key) => key.generation))
  const keys = earlier.map((key) => ({ ...key, isRevoked: revokedGenerations.has(key.generation) }))
  return { keys: [...keys, current], current, chain: records.slice(chainFrom) }
}

/** A device takes no longer chain; only the recovery key can begin a new one. */
export const hasRoomForRotation = (history: KeyHistory): boolean => history.chain.length < limits.maxKeyChainLinks
