import { z } from 'zod'
import {
  type CompactJws,
  createSigner,
  type PublicJwk,
  type SignedType,
  type Signer,
  toPrivateKey,
  verifySigned,
} from '#protocol/signing.ts'
import { KeyFolderError, readKeyFolder } from './keys/folder.ts'
import type { KeyHistory, PastKey } from './keys/history.ts'

/**
 * The server's identity towards devices. Live: after `reload` has found a rotation, every holder of this object signs with
 * the new key and tells the longer chain.
 */
export interface ServerKeys {
  /** Signs with the key in force, whichever that is at the time. */
  readonly signer: Signer
  readonly publicKey: PublicJwk
  /** As in the key rotation that named it; 0 until the recovery key has named one. */
  readonly generation: number
  /** Pinned by every device at enrolment; its private half belongs offline. */
  readonly recoveryKey: PublicJwk
  /** The rotations that a device needs which has missed some, oldest first: from the last recovery on. */
  readonly chain: readonly CompactJws[]
  /** Every key that the server ever signed with, the one in force last. */
  readonly history: readonly PastKey[]
  /**
   * The same words under the key in force: for what was signed before a rotation and must still be believed after it.
   * Answers undefined for what none of our keys signed.
   */
  signAnew(type: SignedType, jws: CompactJws): Promise<CompactJws | undefined>
  /**
   * Takes up what `loaxa keys …` has done to the files; true when another key is in force now. Only what follows from the
   * keys so far is taken up: an empty, foreign or older folder is a volume gone astray, and the key so far stays in force.
   *
   * @throws KeyFolderError
   */
  reload(): Promise<boolean>
}

/**
 * The keys in `directory`. Reads only: the first ones are made by `makeFirstKeys`, when the server starts.
 *
 * @throws KeyFolderError when files are missing or contradict each other.
 */
export async function loadServerKeys(directory: string): Promise<ServerKeys> {
  const first = await readKeyFolder(directory)
  let history: KeyHistory = first.history
  let signer = createSigner(toPrivateKey(first.privateKeyPem))

  return {
    recoveryKey: first.recoveryKey,
    signer: {
      get keyId() {
        return signer.keyId
      },
      sign: (type, payload) => signer.sign(type, payload),
    },
    get publicKey() {
      return history.current.key
    },
    get generation() {
      return history.current.generation
    },
    get chain() {
      return history.chain
    },
    get history() {
      return history.keys
    },
    async signAnew(type, jws) {
      const ours = history.keys.filter((key) => !key.isRevoked).map(({ key }) => key)
      const verified = await verifySigned(type, z.unknown(), ours, jws)
      if (!verified.ok) return undefined
      if (verified.keyId === signer.keyId) return jws
      return signer.sign(type, Buffer.from(jws.split('.')[1] ?? '', 'base64url'))
    },
    async reload() {
      const now = await readKeyFolder(directory)
      const [before, after] = [history.current, now.history.current]
      const isOurs = now.recoveryKey.x === first.recoveryKey.x
      // A recovery from nothing has forgotten the keys before it, and has a higher generation.
      const follows = now.history.keys.some(({ key }) => key.x === before.key.x) || after.generation > before.generation
      if (!isOurs || !follows) {
        throw new KeyFolderError(
          `The keys in ${directory} are ${isOurs ? 'older than' : 'not'} those that this server runs with. It goes on with its own. Put the newest folder back.`,
        )
      }
      if (after.key.x === before.key.x) return false
      history = now.history
      signer = createSigner(toPrivateKey(now.privateKeyPem))
      return true
    },
  }
}
