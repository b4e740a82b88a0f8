import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, errors } from 'jose'
import { z } from 'zod'
import { type Decoded, decodeJson } from './codec.ts'
import { limits } from './limits.ts'

/** An Ed25519 public key as a JWK (RFC 8037). */
export const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
export type PublicJwk = z.infer<typeof publicJwk>

/** A compact JWS (RFC 7515 §3.1), kept and forwarded as the exact text that was signed. */
export const compactJws = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
  .max(limits.maxPayloadBytes)
  .brand('CompactJws')
export type CompactJws = z.infer<typeof compactJws>

/** What is signed says what it is (`typ`), so that a signed target can never pass for a command. */
export const signedTypes = [
  'target',
  'command',
  'alert',
  'welcome',
  'ledger',
  'key-rotation',
  'enrolment',
  'enrolment-proof',
  'audit-checkpoint',
] as const
export type SignedType = (typeof signedTypes)[number]
const typOf = (type: SignedType): string => `loaxa-${type}+jws`

/** SHA-256 thumbprint of a key (RFC 7638), base64url: names the key in a JWS header and in an enrolment code. */
export function thumbprint(jwk: PublicJwk): string {
  return createHash('sha256').update(`{"crv":"${jwk.crv}","kty":"${jwk.kty}","x":"${jwk.x}"}`).digest('base64url')
}

export const toJwk = (key: KeyObject): PublicJwk =>
  publicJwk.parse((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' }))
export const toPublicKey = (jwk: PublicJwk): KeyObject =>
  createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' })
export const toPrivateKey = (pem: string): KeyObject => createPrivateKey(pem)

export interface Signer {
  readonly keyId: string
  sign(type: SignedType, payload: Uint8Array | string): Promise<CompactJws>
}

/** Signs in the thread pool: thousands of targets are signed on every core, and the event loop goes on meanwhile. */
const signAside = (data: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(undefined, data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)))
  })

const toBase64url = (bytes: Uint8Array | string): string =>
  (typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString('base64url')

/** JWS compact serialisation (RFC 7515 §7.1) with Ed25519 (RFC 8037); `jose` verifies it in every test and on every device. */
export function createSigner(privateKey: KeyObject): Signer {
  const keyId = thumbprint(toJwk(privateKey))
  const headers = new Map<SignedType, string>()
  const headerOf = (type: SignedType): string => {
    const there = headers.get(type)
    if (there !== undefined) return there
    const made = toBase64url(JSON.stringify({ alg: 'EdDSA', kid: keyId, typ: typOf(type) }))
    headers.set(type, made)
    return made
  }
  return {
    keyId,
    async sign(type, payload) {
      const input = `${headerOf(type)}.${toBase64url(payload)}`
      const signature = await signAside(Buffer.from(input, 'latin1'), privateKey)
      const jws = `${input}.${toBase64url(signature)}`
      if (jws.length > limits.maxPayloadBytes) throw new RangeError(`${jws.length} bytes are no ${type} to send`)
      // Made of three base64url texts just now: looking at each of its characters again would tell nothing.
      return jws as CompactJws
    },
  }
}

export type Verified<T> =
  | { ok: true; value: T; keyId: string }
  | { ok: false; reason: 'unknown-key' | 'bad-signature' | 'wrong-type' | 'malformed'; error: string }

/**
 * Verifies a signature and then decodes the payload. `keys` are the keys trusted now. Audience, expiry and replay are
 * the caller's to check: they depend on what the message is.
 */
export async function verifySigned<T>(
  type: SignedType,
  schema: z.ZodType<T>,
  keys: readonly PublicJwk[],
  jws: string,
): Promise<Verified<T>> {
  let keyId: string | undefined
  try {
    const header = decodeProtectedHeader(jws)
    keyId = header.kid
    if (header.alg !== 'EdDSA' || header.typ !== typOf(type))
      return { ok: false, reason: 'wrong-type', error: `typ ${header.typ ?? 'missing'}` }
  } catch (cause) {
    return { ok: false, reason: 'malformed', error: cause instanceof Error ? cause.message : String(cause) }
  }
  const key = keys.find((candidate) => thumbprint(candidate) === keyId)
  if (key === undefined || keyId === undefined)
    return { ok: false, reason: 'unknown-key', error: `key ${keyId ?? 'missing'}` }
  let payload: Uint8Array
  try {
    payload = (await compactVerify(jws, toPublicKey(key), { algorithms: ['EdDSA'] })).payload
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause
    return { ok: false, reason: 'bad-signature', error: cause.code }
  }
  const decoded: Decoded<T> = decodeJson(schema, payload)
  return decoded.ok
    ? { ok: true, value: decoded.value, keyId }
    : { ok: false, reason: 'malformed', error: decoded.error }
}
