import { mkdir } from 'node:fs/promises'
import type { KeyRotation } from '#protocol/key-chain.ts'
import {
  type CompactJws,
  createSigner,
  type PublicJwk,
  type Signer,
  thumbprint,
  toJwk,
  toPrivateKey,
} from '#protocol/signing.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { writeSecretFile } from '#server/durable-file.ts'
import {
  type ChainFile,
  keepRecoveryKey,
  makePrivateKey,
  makePrivateKeyPem,
  privateKeyFile,
  readChain,
  readKeyFolder,
  readPrivateKey,
  readRecoveryKey,
  removeOtherPrivateKeys,
  writeChain,
} from './folder.ts'
import { hasRoomForRotation, readHistory } from './history.ts'

/** `keyId` is the thumbprint of the key that signs from now on. */
export type Rotated =
  | { readonly ok: true; readonly sequence: number; readonly keyId: string }
  | { readonly ok: false; readonly reason: 'chain-full' | 'wrong-recovery-key' | 'broken-chain' }

function signRecord(by: Signer, record: KeyRotation): Promise<CompactJws> {
  return by.sign('key-rotation', JSON.stringify(record))
}

/** The commit is the one rename in `writeChain`: cut off before it, the old key is in force; after it, the new one. */
async function putInForce(
  directory: string,
  { firstKey, records }: ChainFile,
  record: CompactJws,
  key: PublicJwk,
): Promise<Rotated> {
  const sequence = records.length + 1
  await writeChain(directory, { firstKey, records: [...records, record] })
  await removeOtherPrivateKeys(directory, sequence)
  return { ok: true, sequence, keyId: thumbprint(key) }
}

/**
 * Names a new signing key, signed by the one before it. Devices follow by themselves, also those that were away for years.
 * Safe to repeat after a crash; a running server takes it up by itself.
 *
 * @throws KeyFolderError
 */
export async function rotateKey(directory: string, now: InstantMs): Promise<Rotated> {
  const { history, privateKeyPem, firstKey, records } = await readKeyFolder(directory)
  if (!hasRoomForRotation(history)) return { ok: false, reason: 'chain-full' }
  const sequence = records.length + 1
  // What an interrupted rotation has left is used: of two at once both name the same key.
  const newKey = toJwk(toPrivateKey(await makePrivateKey(directory, sequence)))
  const { generation } = history.current
  const signer = createSigner(toPrivateKey(privateKeyPem))
  const record = await signRecord(signer, { sequence, generation, newKey, rotatedAt: now })
  return putInForce(directory, { firstKey, records }, record, newKey)
}

/**
 * Names a new signing key by the recovery key: the one before it is lost, or somebody else has it. Needs nothing of the
 * folder but what is left of it. The generation is the second of the recovery, so that it is higher than any before even
 * when nothing is left that says how high those were.
 *
 * @throws KeyFolderError when the chain cannot be read.
 */
export async function recoverKey(directory: string, recoveryKeyPem: string, now: InstantMs): Promise<Rotated> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const recoveryPrivate = toPrivateKey(recoveryKeyPem)
  const recoveryKey = toJwk(recoveryPrivate)
  const known = await readRecoveryKey(directory)
  if (known !== undefined && known.x !== recoveryKey.x) return { ok: false, reason: 'wrong-recovery-key' }
  const firstPem = await readPrivateKey(directory, 0)
  const firstKey = firstPem === undefined ? null : toJwk(toPrivateKey(firstPem))
  const chain = (await readChain(directory)) ?? { firstKey, records: [] }
  const isEmpty = chain.firstKey === null && chain.records.length === 0
  const history = isEmpty ? undefined : await readHistory(chain.firstKey, recoveryKey, chain.records)
  if (typeof history === 'string') return { ok: false, reason: 'broken-chain' }

  if (known === undefined) await keepRecoveryKey(directory, recoveryKey)
  const sequence = chain.records.length + 1
  const pem = makePrivateKeyPem()
  // Never one that lies there already: whoever had the key in force may have had that one too.
  await writeSecretFile(privateKeyFile(directory, sequence), pem)
  const newKey = toJwk(toPrivateKey(pem))
  const generation = Math.max((history?.current.generation ?? 0) + 1, Math.floor(now / 1_000))
  const rotatedAt = instantMs.parse(now)
  const record = await signRecord(createSigner(recoveryPrivate), { sequence, generation, newKey, rotatedAt })
  return putInForce(directory, chain, record, newKey)
}
