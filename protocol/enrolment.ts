import { type KeyObject, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { deviceId, hashBytes, type LedgerId, ledgerId, sha256 } from './ids.ts'
import { limits } from './limits.ts'
import {
  type CompactJws,
  compactJws,
  createSigner,
  type PublicJwk,
  publicJwk,
  thumbprint,
  verifySigned,
} from './signing.ts'
import { instantMs } from './time.ts'

/** Crockford's Base32: no I, L, O, U, so that a code survives being read out over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\.([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/

/** `XXXX-XXXX-XXXX-XXXX.FFFF-FFFF-FFFF-FFFF`: 80 random bits, then the first 80 bits of the server key's thumbprint. */
export const enrolmentCode = z
  .string()
  .max(100)
  .transform((typed) => typed.trim().toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1').replaceAll(/\s/g, ''))
  .pipe(z.string().regex(GROUPS))
  .describe('Single-use enrolment code, with the fingerprint of the server’s key')

function base32(bytes: Uint8Array): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  const digits = Array.from(
    { length: (bytes.length * 8) / 5 },
    (_, i) => ALPHABET[Number((bits >> BigInt(5 * i)) & 31n)] ?? '',
  )
  const text = digits.reverse().join('')
  return text.match(/.{4}/g)?.join('-') ?? text
}

const fingerprint = (key: PublicJwk): string => base32(Buffer.from(thumbprint(key), 'base64url').subarray(0, 10))

/** A fresh code for devices that are to trust `serverKey`. */
export const makeEnrolmentCode = (serverKey: PublicJwk): string =>
  `${base32(randomBytes(10))}.${fingerprint(serverKey)}`

/** Does the code name this key? The device checks it before it trusts anything the server says. */
export const codeNamesKey = (code: string, serverKey: PublicJwk): boolean =>
  code.split('.')[1] === fingerprint(serverKey)

/**
 * Payload of the JWS of type `enrolment-proof` in a request, signed with the private half of its public key: whoever asks
 * has that key, and asks for just this. The code stands for the device, and names the key of the one server that it is for.
 */
export const enrolmentProof = z.object({
  version: z.literal(1),
  code: z.string().max(100).describe('As in the request: capital letters, no blanks'),
  secretHash: sha256.describe('SHA-256 of the secret'),
  ledgerId,
  hardwareSerial: z.string().min(1).max(120),
})

export interface EnrolmentClaim {
  readonly code: string
  readonly secret: string
  readonly ledgerId: LedgerId
  readonly hardwareSerial: string
}

/** Signs what is asked for with the key that is to be enrolled. */
export function proveEnrolment(claim: EnrolmentClaim, privateKey: KeyObject): Promise<CompactJws> {
  const { code, secret, ledgerId: own, hardwareSerial } = claim
  const proof: z.infer<typeof enrolmentProof> = {
    version: 1,
    code,
    secretHash: hashBytes(secret),
    ledgerId: own,
    hardwareSerial,
  }
  return createSigner(privateKey).sign('enrolment-proof', JSON.stringify(proof))
}

/** Does the key that is to be enrolled itself ask for exactly this? */
export async function isProven(claim: EnrolmentClaim, publicKey: PublicJwk, proof: string): Promise<boolean> {
  const verified = await verifySigned('enrolment-proof', enrolmentProof, [publicKey], proof)
  if (!verified.ok) return false
  const { code, secretHash, ledgerId: own, hardwareSerial } = verified.value
  return (
    code === claim.code &&
    secretHash === hashBytes(claim.secret) &&
    own === claim.ledgerId &&
    hardwareSerial === claim.hardwareSerial
  )
}

/** POST /api/enrol. The secret travels once, over TLS (or loopback): an external broker's account is made from it; the server keeps its hash. */
export const enrolmentRequest = z.object({
  code: enrolmentCode,
  publicKey: publicJwk,
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .describe('256 random bits, base64url'),
  ledgerId,
  hardwareSerial: z.string().min(1).max(120),
  agentVersion: z.string().max(40),
  proof: compactJws.optional().describe('JWS of type `enrolment-proof`; what comes without one is refused'),
})
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>

/** Payload of the JWS of type `enrolment` in the answer, signed with the server's key. */
export const enrolmentGrant = z.object({
  version: z.literal(1),
  deviceId,
  deviceName: z.string().max(200),
  areaName: z.string().max(200),
  audience: z.string().describe('Thumbprint of the device’s public key'),
  serverKey: publicJwk.describe('The key that signs now; the device pins it'),
  keyGeneration: z.number().int().min(0).default(0).describe('Of that key, as in its key rotation'),
  recoveryKey: publicJwk,
  mqtt: z.object({ url: z.string().regex(/^mqtts?:\/\/\S+$/), caPem: z.string().max(20_000).nullable() }),
  issuedAt: instantMs,
})
export type EnrolmentGrant = z.infer<typeof enrolmentGrant>

export const enrolmentAnswer = z.object({
  serverKey: publicJwk.describe('The key that the code names: the one in force when the code was made'),
  keyChain: z
    .array(compactJws)
    .max(limits.maxKeyChainLinks)
    .default([])
    .describe('Key rotations, in case there were some since'),
  grant: compactJws,
})
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>
