import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createAuthenticator, createVisitor, outcomeOf } from '../../support/visitor.ts'

const PASSWORDS = [
  'con trâu đi trước cái cày',
  'cái cày theo sau con trâu',
  'mật khẩu gõ nhầm lần một',
  'một câu thật dài cho Hoa',
]
let app: TestApp
const lines: string[] = []

beforeAll(async () => {
  // Without the net of log.ts: nothing may fall into it in the first place.
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  app = await createTestApp({ parts: { log }, sessions: { secondFactorRoles: [] } })
})
afterAll(() => app.close())

/** What an answer tells under a name that sounds secret, however deep: shown once to one person. */
function secretsIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    return /secret|code|link|token|url/i.test(name) && value.length >= 8 && !/^https?:\/\/[^?#]*$/.test(value)
      ? [value]
      : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => secretsIn(one, Array.isArray(value) ? name : key))
}

it('no password, secret, token or code reaches the trail, a log, or a security event', async () => {
  const secrets = new Set<string>(PASSWORDS)
  const lan = createVisitor(app)
  const hoa = createVisitor(app, '10.0.0.8')
  const [first = '', second = '', wrong = '', third = ''] = PASSWORDS
  const keep = async (answer: ReturnType<typeof lan.call>, expected: number) => {
    const response = await answer
    expect(outcomeOf(response)[0], response.body).toBe(expected)
    // The codes of refusals are no secrets.
    const told: unknown = expected < 400 ? response.json() : {}
    for (const one of secretsIn(told)) secrets.add(one)
    for (const { value } of response.cookies) if (value.length >= 8) secrets.add(value)
    return response
  }

  const setup = (await app.auth.makeSetupCode())?.code ?? ''
  secrets.add(setup)
  const account = { userName: 'lan', displayName: 'Lan', area: { kind: 'commune', name: 'Bản Lầu' } }
  const made = await keep(lan.call('POST', '/api/setup', { ...account, code: setup, password: first }), 200)
  const areaId: string = made.json().account.grants[0].areaId
  await keep(hoa.signIn('lan', wrong), 401)
  await keep(hoa.signIn('nobody', wrong), 401)
  await keep(lan.signIn('lan', first), 200)
  await keep(lan.call('PUT', '/api/account/password', { password: second, currentPassword: first }), 200)
  const offer = await keep(lan.call('POST', '/api/account/second-factor', { password: second }), 201)
  const authenticator = createAuthenticator(app, offer.json().secret)
  secrets.add(String(offer.json().secret).replaceAll(' ', ''))
  const confirmed = await keep(
    lan.call('POST', '/api/account/second-factor/confirm', { code: authenticator.code() }),
    200,
  )
  const [recoveryCode = ''] = confirmed.json().recoveryCodes
  await keep(lan.signIn('lan', second, recoveryCode), 200)
  app.clock.advance(30_000)
  await keep(lan.signIn('lan', second, authenticator.code()), 200)

  const grants = [{ areaId, role: 'editor' }]
  const invited = await keep(lan.call('POST', '/api/accounts', { userName: 'hoa', displayName: 'Hoa', grants }), 201)
  const code: string = invited.json().signInCode
  await keep(hoa.call('POST', '/api/session/one-time', { code: `${code.slice(0, -1)}_` }), 401)
  await keep(hoa.call('POST', '/api/session/one-time', { code }), 200)
  await keep(hoa.call('PUT', '/api/account/password', { password: third }), 200)

  const device = await keep(lan.call('POST', '/api/devices', { areaId, name: 'Loa đình làng' }), 201)
  await keep(lan.call('POST', `/api/devices/${device.json().id}/enrolment-code`), 201)

  expect(secrets.size).toBeGreaterThan(PASSWORDS.length + 15)
  const entries = await app.db.prisma.auditEntry.findMany()
  expect(entries.length).toBeGreaterThan(10)
  const everything = [
    ...entries.map(({ bytes }) => Buffer.from(bytes).toString()),
    ...lines,
    ...app.reported.map((event) => JSON.stringify(event)),
  ].join('\n')
  expect([...secrets].filter((secret) => everything.includes(secret))).toEqual([])
})
