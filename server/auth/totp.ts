import { Secret, TOTP } from 'otpauth'
import type { InstantMs } from '#protocol/time.ts'

/**
 * Time-based one-time passwords (RFC 6238) as authenticator apps understand them without being asked: SHA-1, six digits,
 * 30 seconds. 160 random bits (RFC 4226 §4, R6).
 */
const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
/** A clock may be half a minute off to either side (RFC 6238 §5.2). */
const WINDOW_STEPS = 1
const ISSUER = 'Loa Xã'

export const drawTotpSecret = (): Uint8Array => new Secret({ size: SECRET_BYTES }).bytes

const totpOf = (secret: Uint8Array, label: string): TOTP =>
  new TOTP({ ...PARAMETERS, issuer: ISSUER, label, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) })

/** What an authenticator app takes: the URI for its camera, and the secret for typing, in groups of four. */
export function describeTotp(secret: Uint8Array, userName: string): { otpauthUrl: string; secret: string } {
  const totp = totpOf(secret, userName)
  return { otpauthUrl: totp.toString(), secret: totp.secret.base32.match(/.{1,4}/g)?.join(' ') ?? '' }
}

/**
 * The time step that the code belongs to; undefined when it is wrong. `lastStep` is the step of the last code taken: a
 * code, and any before it, works once (RFC 6238 §5.2).
 */
export function findTotpStep(
  secret: Uint8Array,
  code: string,
  now: InstantMs,
  lastStep: number | null,
): number | undefined {
  const delta = totpOf(secret, '').validate({ token: code, timestamp: now, window: WINDOW_STEPS })
  if (delta === null) return undefined
  const step = Math.floor(now / (PARAMETERS.period * 1_000)) + delta
  return lastStep !== null && step <= lastStep ? undefined : step
}

/** The six digits that an authenticator app shows at this instant. */
export const totpCodeAt = (secret: Uint8Array, now: InstantMs): string =>
  totpOf(secret, '').generate({ timestamp: now })

/** Whether this was typed from an authenticator app: six digits, in groups or not. Anything else is a recovery code. */
export const readTotpCode = (typed: string): string | undefined => {
  const digits = typed.replaceAll(/[\s-]/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}
