import { pino } from 'pino'
import { expect, test } from 'vitest'
import { logOptions } from '#server/log.ts'

const secret = 'kT9-very.secret_4711'
/** Everything that is written when this is logged. */
function write(what: object, text = 'text'): string {
  let written = ''
  pino(logOptions('debug'), { write: (line: string) => (written += line) }).info(what, text)
  return written
}

test.each<[string, object]>([
  ['a password', { password: secret }],
  ['of a request', { body: { newPassword: secret, currentPassword: secret } }],
  ['three levels down', { request: { body: { password: secret } } }],
  ['an enrolment', { body: { code: secret, secret } }],
  ['a second factor', { account: { totpSecret: secret }, recoveryCodes: [secret] }],
  ['a session', { cookies: { loaxa_session: secret }, req: { headers: { cookie: `loaxa_session=${secret}` } } }],
  ['the token of a request', { req: { authorization: `Bearer ${secret}` } }],
  [
    'a database’s address in an error',
    { err: new Error(`connect postgresql://loaxa:${secret}@10.0.0.1/loaxa failed`) },
  ],
  [
    'a header in an error',
    { err: new Error(`refused: Authorization: Basic ${Buffer.from(secret).toString('base64')}`) },
  ],
  ['a cookie in a text', { detail: `cookie: loaxa_session=${secret}; Path=/` }],
  ['a link with its token', { url: `/clips/abc?expires=17&token=${secret}&x=1` }],
])('no secret reaches the log: %s', (_name, what) => {
  const line = write(what)
  expect(line).not.toContain(secret)
  expect(line).not.toContain(Buffer.from(secret).toString('base64'))
  expect(line).toContain('[secret]')
  expect(() => JSON.parse(line)).not.toThrow()
})

test('no private key reaches the log, even cut off', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`
  expect(write({ detail: pem }, `cannot read ${pem}`)).not.toContain(secret)
  const cutOff = write({}, pem.slice(0, 60))
  expect(cutOff).not.toContain(secret)
  expect(JSON.parse(cutOff)).toMatchObject({ msg: '[secret]' })
})

test('what one needs to know stays', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const line = write({ err: error, code: 'not-found', url: '/api/areas?page=2', securityEvent: 'signed-in' })
  expect(JSON.parse(line)).toMatchObject({
    err: { code: 'ECONNREFUSED' },
    code: 'not-found',
    url: '/api/areas?page=2',
    securityEvent: 'signed-in',
  })
})
