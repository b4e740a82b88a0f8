import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { deviceId, ledgerId } from './ids.ts'
import { compactJws, type PublicJwk, publicJwk, thumbprint } from './signing.ts'
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
})
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>

/** Payload of the JWS of type `enrolment` in the answer, signed with the server's key. */
export const enrolmentGrant = z.object({
  version: z.literal(1),
  deviceId,
  deviceName: z.string().max(200),
  areaName: z.string().max(200),
  audience: z.string().describe('Thumbprint of the device’s public key'),
  serverKey: publicJwk,
  recoveryKey: publicJwk,
  mqtt: z.object({ url: z.string().regex(/^mqtts?:\/\/\S+$/), caPem: z.string().max(20_000).nullable() }),
  issuedAt: instantMs,
})
export type EnrolmentGrant = z.infer<typeof enrolmentGrant>

export const enrolmentAnswer = z.object({ serverKey: publicJwk, grant: compactJws })
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>
