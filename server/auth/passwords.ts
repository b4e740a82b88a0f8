import { hash, verify } from '@node-rs/argon2'

/**
 * argon2id (RFC 9106) with the parameters that OWASP's password storage cheat sheet gives first: 19 MiB, 2 passes, 1 lane. About
 * 30 ms on a small server; the encoded hash carries the parameters, so that they can be raised later.
 * `Algorithm.Argon2id` is 2 (a const enum, which isolated modules cannot read).
 */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

export interface Passwords {
  hash(password: string): Promise<string>
  /** False also when there is no hash; takes as long then, so that the time does not tell whether an account exists. */
  isRight(passwordHash: string | null, password: string): Promise<boolean>
}

/** NFKC: the same Vietnamese letter may be typed composed or decomposed. */
const normalise = (password: string): string => password.normalize('NFKC')

export async function createPasswords(): Promise<Passwords> {
  const hashOfNobody = await hash('nobody has this password', PARAMETERS)
  return {
    hash: (password) => hash(normalise(password), PARAMETERS),
    async isRight(passwordHash, password) {
      const isMatch = await verify(passwordHash ?? hashOfNobody, normalise(password))
      return passwordHash !== null && isMatch
    },
  }
}

/** The commonest passwords of twelve characters and more, and what people here would try first. Compared without case and spaces. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234567890',
  '123456123456',
  '123123123123',
  '111111111111',
  '000000000000',
  '888888888888',
  'qwertyuiop12',
  'qwertyuiopasdf',
  'passwordpassword',
  'password1234',
  'password12345',
  'password123456',
  'matkhau12345',
  'matkhau123456',
  'matkhaumatkhau',
  'anhyeuemnhieu',
  'anhyeuem1234',
  'emyeuanh1234',
  'vietnam12345',
  'vietnam123456',
  'vietnamvodich',
  'truyenthanh1',
  'truyenthanh123',
  'daitruyenthanh',
  'loaphuong123',
  'admin1234567',
  'administrator',
  'administrator1',
  'congthongtin1',
])

/** Rules by length (the schema) and by what is guessed first; no character classes (NIST SP 800-63B §3.1.1.2). */
export function isCommonPassword(password: string, userName: string): boolean {
  const folded = normalise(password).toLowerCase().replaceAll(/\s/g, '')
  return COMMON.has(folded) || new Set(folded).size < 4 || folded.replaceAll(userName, '').length < 4
}
