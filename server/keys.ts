import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type CompactJws,
  createSigner,
  type PublicJwk,
  publicJwk,
  type Signer,
  toJwk,
  toPrivateKey,
} from '#protocol/signing.ts'
import { writeSecretFileOnce } from './durable-file.ts'

/** The server's identity towards devices. */
export interface ServerKeys {
  readonly signer: Signer
  readonly publicKey: PublicJwk
  /** Pinned by every device at enrolment; its private half belongs offline. */
  readonly recoveryKey: PublicJwk
  /** Rotation records from the first key to the current one. */
  readonly chain: readonly CompactJws[]
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

async function loadOrCreatePrivateKey(file: string): Promise<string> {
  const there = await readIfThere(file)
  if (there !== undefined) return there
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await writeSecretFileOnce(file, pem)
  return pem
}

/**
 * The server's signing key and the public half of its recovery key, made at first start below `directory` (0700).
 * `createdRecoveryKey` is the file that the operator must now take offline; undefined when it was made earlier.
 */
export async function loadServerKeys(
  directory: string,
): Promise<ServerKeys & { createdRecoveryKey: string | undefined }> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const privateKey = toPrivateKey(await loadOrCreatePrivateKey(path.join(directory, 'signing-key.pem')))
  const publicFile = path.join(directory, 'recovery-key.public.json')
  const known = await readIfThere(publicFile)
  const keys = { signer: createSigner(privateKey), publicKey: toJwk(privateKey), chain: [] }
  if (known !== undefined) {
    return { ...keys, recoveryKey: publicJwk.parse(JSON.parse(known)), createdRecoveryKey: undefined }
  }
  const recoveryFile = path.join(directory, 'recovery-key.pem')
  const recoveryKey = toJwk(toPrivateKey(await loadOrCreatePrivateKey(recoveryFile)))
  await writeSecretFileOnce(publicFile, JSON.stringify(recoveryKey))
  return { ...keys, recoveryKey, createdRecoveryKey: recoveryFile }
}
