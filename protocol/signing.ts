import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { CompactSign, compactVerify, decodeProtectedHeader, errors } from 'jose'
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

export function createSigner(privateKey: KeyObject): Signer {
  const keyId = thumbprint(toJwk(privateKey))
  return {
    keyId,
    async sign(type, payload) {
      const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
      const jws = await new CompactSign(bytes)
        .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: typOf(type) })
        .sign(privateKey)
      return compactJws.parse(jws)
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
