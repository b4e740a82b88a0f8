import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A secret with 256 random bits, base64url. */
export const drawToken = (): string => randomBytes(32).toString('base64url')

/**
 * What is stored of a random secret. Plain SHA-256, not argon2: slow hashes protect what people choose; 256 (or 80)
 * random bits leave nothing to try, and every request has to check one.
 */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/**
 * The session cookie's value. It has two halves: the first stays as long as the session, the second is another one after
 * each change of rights. Without both nobody gets in.
 */
export const drawSessionToken = (): string => `${drawToken()}.${drawToken()}`

const lastingHalf = (sessionToken: string): string => sessionToken.split('.', 1)[0] ?? ''

/** Another value for the same session. */
export const renewSessionToken = (sessionToken: string): string => `${lastingHalf(sessionToken)}.${drawToken()}`

/**
 * What a page of this session must send as X-CSRF-Token. Derived, so that nothing more is stored; tells nothing about the
 * cookie. The same after a change of rights, so that pages that are open need not be told.
 */
export const csrfTokenFor = (sessionToken: string): string =>
  createHmac('sha256', lastingHalf(sessionToken)).update('loaxa csrf v1').digest('base64url')

/** Compares two secrets in a time that tells nothing about where they differ. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
}

/** No I, L, O, U: survives being read out over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A code that a person types: `XXXX-XXXX-XXXX-XXXX`, 80 random bits. */
export function drawCode(): string {
  const digits = Array.from(randomBytes(16), (byte) => ALPHABET[byte & 31] ?? '').join('')
  return digits.match(/.{4}/g)?.join('-') ?? digits
}

/** The same code however it was typed: case, spaces and hyphens do not matter, O is 0, I and L are 1. */
export const normaliseCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')

export const hashCode = (code: string): string => hashToken(normaliseCode(code))
