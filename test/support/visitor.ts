import type { Response } from 'light-my-request'
import { newId } from '#protocol/ids.ts'
import { createPasswords } from '#server/auth/passwords.ts'
import type { Role } from '#server/auth/rules.ts'
import { insertAccount, setPasswordHash } from '#server/auth/store.ts'
import { totpCodeAt } from '#server/auth/totp.ts'
import { toDate } from '#server/clock.ts'
import type { TestApp } from './app.ts'

/** A browser as far as HTTP sees one: it keeps cookies, and sends the CSRF token of its session. */
export interface TestVisitor {
  cookies: Record<string, string>
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object): Promise<Response>
  signIn(userName: string, password: string, code?: string): Promise<Response>
}

export function createVisitor(test: TestApp, address = '127.0.0.1'): TestVisitor {
  let csrfToken = ''
  const visitor: TestVisitor = {
    cookies: {},
    async call(method, url, body) {
      const response = await test.inject({
        method,
        url,
        remoteAddress: address,
        cookies: visitor.cookies,
        headers: { 'x-csrf-token': csrfToken, 'accept-language': 'en', 'user-agent': `browser at ${address}` },
        ...(body === undefined ? {} : { payload: body }),
      })
      for (const { name, value } of response.cookies) {
        if (value === '') delete visitor.cookies[name]
        else visitor.cookies[name] = value
      }
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      const told: unknown = isJson ? response.json() : undefined
      const session = typeof told === 'object' && told !== null && 'session' in told ? told.session : told
      if (typeof session === 'object' && session !== null && 'csrfToken' in session) {
        csrfToken = String(session.csrfToken)
      }
      return response
    },
    signIn: (userName, password, code) =>
      visitor.call('POST', '/api/session', { userName, password, ...(code === undefined ? {} : { code }) }),
  }
  return visitor
}

/** Somebody with a password, who has not signed in yet. Answers the account's id. */
export async function makePerson(
  test: TestApp,
  userName: string,
  password: string,
  ...grants: { areaId: string; role: Role }[]
): Promise<string> {
  const id = newId(test.clock.now())
  const createdAt = toDate(test.clock.now())
  await insertAccount(test.db.prisma, { id, userName, displayName: userName, passwordHash: null, createdAt }, grants)
  await setPasswordHash(test.db.prisma, id, await (await createPasswords()).hash(password))
  return id
}

/** An authenticator app that was given this secret, as it is shown for typing. */
export function createAuthenticator(test: TestApp, shown: string): { code(): string } {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...shown.replaceAll(' ', '')]
    .map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  const secret = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  return { code: () => totpCodeAt(secret, test.clock.now()) }
}

/** `[status, code of the problem]`, or `[status]`. */
export const outcomeOf = (response: Response): (number | string)[] =>
  response.statusCode < 400 ? [response.statusCode] : [response.statusCode, response.json().code]
