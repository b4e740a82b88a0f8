import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { writeSecretFileOnce } from '#server/durable-file.ts'

/** Keeps secrets that must be read again (those of second factors) out of the database in clear. */
export interface Sealing {
  /** `context` says whose secret it is: sealed bytes moved to another row do not open there. */
  seal(secret: Uint8Array, context: string): Uint8Array<ArrayBuffer>
  /** Undefined: sealed under another key, for another context, or damaged. */
  open(sealed: Uint8Array, context: string): Uint8Array | undefined
  /** A name for what would be guessed if it were only hashed (user names, addresses). */
  fingerprint(text: string): string
}

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV: version, IV, tag, cipher text. */
export function createSealing(key: Uint8Array): Sealing {
  if (key.length !== KEY_BYTES) throw new Error(`a sealing key has ${KEY_BYTES} bytes, not ${key.length}`)
  // One key for each purpose (RFC 5869).
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES))
  const sealingKey = derive('loaxa sealing v1')
  const fingerprintKey = derive('loaxa fingerprint v1')
  return {
    seal(secret, context) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(context))
      const text = Buffer.concat([cipher.update(secret), cipher.final()])
      return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), iv, cipher.getAuthTag(), text]))
    },
    open(sealed, context) {
      const head = 1 + IV_BYTES + TAG_BYTES
      if (sealed[0] !== VERSION || sealed.length < head) return undefined
      const iv = sealed.subarray(1, 1 + IV_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, head))
      const text = decipher.update(sealed.subarray(head))
      try {
        return new Uint8Array(Buffer.concat([text, decipher.final()]))
      } catch (cause) {
        // The one thing `final` throws for here: the tag does not fit.
        if (cause instanceof Error) return undefined
        throw cause
      }
    },
    fingerprint: (text) => createHmac('sha256', fingerprintKey).update(text).digest('hex'),
  }
}

/** The key below `directory`, made at first start (0600). A database restored without it has no second factors any more. */
export async function loadSealing(directory: string): Promise<Sealing> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = path.join(directory, 'sealing-key')
  const read = async (): Promise<string | undefined> => {
    try {
      return await readFile(file, 'utf8')
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
      throw cause
    }
  }
  const there = await read()
  if (there !== undefined) return createSealing(Buffer.from(there.trim(), 'base64'))
  const made = randomBytes(KEY_BYTES)
  await writeSecretFileOnce(file, `${made.toString('base64')}\n`)
  return createSealing(made)
}
