import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import { compactJws, type PublicJwk, publicJwk, toJwk, toPrivateKey } from '#protocol/signing.ts'
import { syncFolder, writeSecretFile, writeSecretFileOnce } from '#server/durable-file.ts'
import { readIfThere } from '#server/read-file.ts'
import { StartError } from '#server/start.ts'
import { type KeyHistory, readHistory } from './history.ts'

/** Files of the key folder are missing or contradict each other; the message is a sentence with its remedy. */
export class KeyFolderError extends StartError {
  override name = 'KeyFolderError'
}

/** `chain.json`. Renaming it into place is what puts a key in force: everything else is written before, or removed after. */
const chainFile = z.object({ version: z.literal(1), firstKey: publicJwk.nullable(), records: z.array(compactJws) })
export type ChainFile = Pick<z.infer<typeof chainFile>, 'firstKey' | 'records'>

export interface KeyFolder extends Readonly<ChainFile> {
  readonly history: KeyHistory
  readonly privateKeyPem: string
  readonly recoveryKey: PublicJwk
}

export const makePrivateKeyPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** The key of the first start has no number in its name. */
export const privateKeyFile = (directory: string, sequence: number): string =>
  path.join(directory, sequence === 0 ? 'signing-key.pem' : `signing-key.${sequence}.pem`)

async function loadOrCreatePrivateKey(file: string): Promise<string> {
  const there = await readIfThere(file)
  if (there !== undefined) return there
  const pem = makePrivateKeyPem()
  await writeSecretFileOnce(file, pem)
  return pem
}

const recoveryFile = (directory: string): string => path.join(directory, 'recovery-key.public.json')

/** The public half of the recovery key, when this folder had one. */
export async function readRecoveryKey(directory: string): Promise<PublicJwk | undefined> {
  const text = await readIfThere(recoveryFile(directory))
  return text === undefined ? undefined : publicJwk.parse(JSON.parse(text))
}

export const keepRecoveryKey = (directory: string, key: PublicJwk): Promise<void> =>
  writeSecretFileOnce(recoveryFile(directory), JSON.stringify(key))

/** What was written of rotations; undefined: there were none. @throws KeyFolderError */
export async function readChain(directory: string): Promise<ChainFile | undefined> {
  const file = path.join(directory, 'chain.json')
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const chain = decodeJson(chainFile, text)
  if (chain.ok) return chain.value
  throw new KeyFolderError(
    `The key chain ${file} is damaged (${chain.error}). Restore the folder from its newest backup; if there is none, move the file away and name a new key: loaxa keys recover --recovery-key FILE.`,
  )
}

/** The private key in a file of this folder; undefined when there is none. */
export async function readPrivateKey(directory: string, sequence: number): Promise<string | undefined> {
  return readIfThere(privateKeyFile(directory, sequence))
}

export const makePrivateKey = (directory: string, sequence: number): Promise<string> =>
  loadOrCreatePrivateKey(privateKeyFile(directory, sequence))

/**
 * Makes the keys of a first start in a folder (0700) that has none, and answers the file of the recovery key, which the
 * operator must now take offline; undefined when the folder had its keys. Nobody but the start of the server may call it:
 * a folder that is empty later on was moved or unmounted, and new keys would be a server that no device knows.
 *
 * @param wereKeysInUse Asked only where there are no keys: was anything signed or enrolled by earlier ones?
 * @throws KeyFolderError when they were.
 */
export async function makeFirstKeys(
  directory: string,
  wereKeysInUse: () => Promise<boolean>,
): Promise<string | undefined> {
  const isFirstStart = (await readRecoveryKey(directory)) === undefined && (await readChain(directory)) === undefined
  if (!isFirstStart) return undefined
  if (await wereKeysInUse()) {
    throw new KeyFolderError(
      `There are no server keys in ${directory}, but the database knows speakers or signatures of earlier ones. New keys would lock every speaker out. Check LOAXA_DATA_DIR and its volume, or restore data/keys from its newest backup. If there is none: loaxa keys recover --recovery-key FILE (docs/operations.md, “Rotate, revoke, recover”).`,
    )
  }
  await mkdir(directory, { recursive: true, mode: 0o700 })
  // The signing key BEFORE the recovery key: where there is a recovery key, a missing signing key has been lost.
  await makePrivateKey(directory, 0)
  const createdRecoveryKey = path.join(directory, 'recovery-key.pem')
  const recoveryKey = toJwk(toPrivateKey(await loadOrCreatePrivateKey(createdRecoveryKey)))
  await keepRecoveryKey(directory, recoveryKey)
  return createdRecoveryKey
}

/** Reads the folder, and never changes it. @throws KeyFolderError also when it is empty or not there. */
export async function readKeyFolder(directory: string): Promise<KeyFolder> {
  const known = await readRecoveryKey(directory)
  const written = await readChain(directory)
  if (known === undefined && written === undefined) {
    throw new KeyFolderError(
      `There are no server keys in ${directory}. Check that its volume is mounted, or restore the folder from its newest backup; if there is none, name a new key: loaxa keys recover --recovery-key FILE.`,
    )
  }
  if (known === undefined) {
    throw new KeyFolderError(`${recoveryFile(directory)} is missing. Restore the folder from its newest backup.`)
  }
  const sequence = written?.records.length ?? 0
  const privateKeyPem = await readPrivateKey(directory, sequence)
  // A rotation may have come between: then its key is in force, and the one before it is gone.
  if (privateKeyPem === undefined && ((await readChain(directory))?.records.length ?? 0) !== sequence) {
    return readKeyFolder(directory)
  }
  const own = privateKeyPem === undefined ? undefined : toJwk(toPrivateKey(privateKeyPem))
  const chain = written ?? { firstKey: own ?? null, records: [] }
  const history = await readHistory(chain.firstKey, known, chain.records)
  if (privateKeyPem === undefined || (typeof history !== 'string' && own?.x !== history.current.key.x)) {
    throw new KeyFolderError(
      `The server’s signing key is not in ${privateKeyFile(directory, sequence)}. Restore the folder from its newest backup, or name a new key: loaxa keys recover --recovery-key FILE.`,
    )
  }
  if (typeof history === 'string') {
    throw new KeyFolderError(
      `The key chain in ${directory} does not verify (${history}). Restore the folder from its newest backup.`,
    )
  }
  return { firstKey: chain.firstKey, records: chain.records, recoveryKey: known, history, privateKeyPem }
}

/** Puts the key in force that the last of `records` names; its private half must be on disk already. */
export async function writeChain(directory: string, { firstKey, records }: ChainFile): Promise<void> {
  await writeSecretFile(path.join(directory, 'chain.json'), `${JSON.stringify({ version: 1, firstKey, records })}\n`)
}

/** Removes private keys that are not in force: what does not exist cannot be stolen. */
export async function removeOtherPrivateKeys(directory: string, sequence: number): Promise<void> {
  const inForce = path.basename(privateKeyFile(directory, sequence))
  const others = (await readdir(directory)).filter(
    (name) => /^signing-key(\.\d+)?\.pem$/.test(name) && name !== inForce,
  )
  for (const name of others) await rm(path.join(directory, name), { force: true })
  await syncFolder(directory)
}
