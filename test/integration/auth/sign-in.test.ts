import type { Response } from 'light-my-request'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csrfTokenFor } from '#server/auth/tokens.ts'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createVisitor, makePerson } from '../../support/visitor.ts'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

const PASSWORD = 'con trâu đi trước cái cày'

const cookieOf = (response: Response): string => {
  const cookie = response.cookies.find((one) => one.name === 'loaxa_session')
  if (cookie === undefined) throw new Error(`no session cookie: ${response.body}`)
  return cookie.value
}
const post = (url: string, payload: object, headers: Record<string, string> = {}): Promise<Response> =>
  test.inject({ method: 'POST', url, payload, headers })
const sessionWith = (token: string): Promise<Response> =>
  test.inject({ url: '/api/session', cookies: { loaxa_session: token } })

async function setUp(): Promise<{ token: string; response: Response }> {
  const made = await test.auth.makeSetupCode()
  const response = await post('/api/setup', {
    code: made?.code ?? '',
    userName: 'Lan',
    displayName: 'Nguyễn Thị Lan',
    password: PASSWORD,
    area: { kind: 'commune', name: 'Bản Lầu' },
  })
  expect(response.statusCode, response.body).toBe(200)
  return { token: cookieOf(response), response }
}

describe('the first account', () => {
  it('is made once, by a code that works once', async () => {
    expect((await test.inject({ url: '/api/setup' })).json()).toEqual({ needed: true })
    const stale = await test.auth.makeSetupCode()
    const made = await test.auth.makeSetupCode()
    const request = { userName: 'lan', displayName: 'Lan', password: PASSWORD, area: { kind: 'province', name: 'A' } }
    const wrong = await post('/api/setup', { ...request, code: 'AAAA-BBBB-CCCC-DDDD' })
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'code-not-valid'])
    const replaced = await post('/api/setup', { ...request, code: stale?.code })
    expect([replaced.statusCode, replaced.json().code]).toEqual([401, 'code-not-valid'])
    const both = await Promise.all([
      post('/api/setup', { ...request, code: made?.code }),
      post('/api/setup', { ...request, userName: 'hoa', code: made?.code }),
    ])
    expect(both.map((one) => one.statusCode).sort()).toEqual([200, 409])
    expect(await test.db.prisma.account.count()).toBe(1)
    expect(await test.auth.makeSetupCode()).toBeUndefined()
    expect((await test.inject({ url: '/api/setup' })).json()).toEqual({ needed: false })
    expect(both.find((one) => one.statusCode === 200)?.json()).toMatchObject({
      account: { hasPassword: true, grants: [{ role: 'administrator' }] },
      actions: expect.arrayContaining(['areas.manage', 'accounts.manage', 'devices.manage']),
    })
  })

  it('cannot be made with a code of yesterday or a password that everybody knows', async () => {
    const made = await test.auth.makeSetupCode()
    const request = { code: made?.code, userName: 'lan', displayName: 'Lan', area: { kind: 'commune', name: 'A' } }
    const common = await post('/api/setup', { ...request, password: 'matkhau123456' })
    expect([common.statusCode, common.json().code]).toEqual([422, 'password-too-common'])
    test.clock.advance(24 * 3_600_000)
    const late = await post('/api/setup', { ...request, password: PASSWORD })
    expect(late.json().code).toBe('code-not-valid')
  })
})

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and a new session each time', async () => {
    const { token: first, response } = await setUp()
    const cookie = response.cookies.find((one) => one.name === 'loaxa_session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(cookie?.secure).toBeUndefined()
    const again = await test.inject({
      method: 'POST',
      url: '/api/session',
      payload: { userName: ' LAN ', password: PASSWORD.normalize('NFD') },
      cookies: { loaxa_session: first },
    })
    expect(again.statusCode, again.body).toBe(200)
    expect(cookieOf(again)).not.toBe(first)
    expect((await sessionWith(first)).statusCode).toBe(401)
    expect((await sessionWith(cookieOf(again))).json()).toMatchObject({
      account: { userName: 'lan' },
      csrfToken: csrfTokenFor(cookieOf(again)),
    })
    const stored = await test.db.prisma.session.findMany()
    expect(JSON.stringify(stored)).not.toContain(cookieOf(again))
  })

  it('is refused in the same words for a wrong name and a wrong password, then slowed down', async () => {
    await setUp()
    const answers: Response[] = []
    for (const userName of ['lan', 'nobody']) {
      for (let i = 0; i < 4; i++) answers.push(await post('/api/session', { userName, password: 'wrong wrong' }))
    }
    const told = (one: Response | undefined): string[] => [one?.json().code, one?.json().title]
    expect(answers.map((one) => one.statusCode)).toEqual([401, 401, 401, 429, 401, 401, 401, 429])
    expect(told(answers[0])).toEqual(told(answers[4]))
    expect(answers[3]?.headers['retry-after']).toBe('1')
    const right = await post('/api/session', { userName: 'lan', password: PASSWORD })
    expect(right.statusCode).toBe(429)
    test.clock.advance(1_000)
    expect((await post('/api/session', { userName: 'lan', password: PASSWORD })).statusCode).toBe(200)
  })

  it('asks the database as much for a name that does not exist as for one that does', async () => {
    await makePerson(test, 'mai', 'con trâu đi trước cái cày', {
      areaId: await test.makeArea('commune', 'X'),
      role: 'editor',
    })
    let asked = 0
    test.db.pool.on('acquire', () => asked++)
    const countFor = async (userName: string, browserCookie: string): Promise<number> => {
      const visitor = createVisitor(test, `10.1.0.${userName.length}`)
      visitor.cookies.loaxa_browser = browserCookie
      asked = 0
      expect((await visitor.signIn(userName, 'wrong wrong wrong')).statusCode).toBe(401)
      return asked
    }
    for (const cookie of ['', 'x'.repeat(43)]) {
      const known = await countFor('mai', cookie)
      expect(known).toBeGreaterThan(3)
      expect(await countFor('nobody', cookie)).toBe(known)
    }
  })

  it('ends after 12 idle hours, after 7 days in any case, and at sign-out', async () => {
    const { token } = await setUp()
    test.clock.advance(11 * 3_600_000)
    expect((await sessionWith(token)).statusCode).toBe(200)
    test.clock.advance(11 * 3_600_000)
    expect((await sessionWith(token)).statusCode).toBe(200)
    test.clock.advance(12 * 3_600_000)
    expect((await sessionWith(token)).statusCode).toBe(401)

    const second = cookieOf(await post('/api/session', { userName: 'lan', password: PASSWORD }))
    for (let hours = 0; hours < 7 * 24; hours += 8) {
      expect((await sessionWith(second)).statusCode).toBe(200)
      test.clock.advance(8 * 3_600_000)
    }
    expect((await sessionWith(second)).statusCode).toBe(401)
    expect(await test.sessions.sweep()).toBe(2)

    const third = cookieOf(await post('/api/session', { userName: 'lan', password: PASSWORD }))
    const out = await test.inject({
      method: 'DELETE',
      url: '/api/session',
      cookies: { loaxa_session: third },
      headers: { 'x-csrf-token': csrfTokenFor(third) },
    })
    expect(out.statusCode).toBe(204)
    expect((await sessionWith(third)).statusCode).toBe(401)
  })

  it('writes "last used" at most once a minute', async () => {
    const { token } = await setUp()
    const lastSeen = async (): Promise<number> =>
      (await test.db.prisma.session.findFirstOrThrow()).lastSeenAt.getTime() - Date.parse('2026-03-02T03:00:00Z')
    test.clock.advance(59_999)
    await sessionWith(token)
    expect(await lastSeen()).toBe(0)
    test.clock.advance(1)
    await sessionWith(token)
    expect(await lastSeen()).toBe(60_000)
  })
})

describe('accounts', () => {
  it('are invited by a one-time code and set their own password', async () => {
    const { token } = await setUp()
    const commune = await test.db.prisma.area.findFirstOrThrow()
    const asAdmin = (method: 'POST' | 'GET', url: string, payload?: object): Promise<Response> =>
      test.inject({
        method,
        url,
        cookies: { loaxa_session: token },
        headers: { 'x-csrf-token': csrfTokenFor(token) },
        ...(payload && { payload }),
      })
    const grants = [{ areaId: commune.id, role: 'editor' }]
    const invited = await asAdmin('POST', '/api/accounts', { userName: 'hoa', displayName: 'Hoa', grants })
    expect(invited.statusCode, invited.body).toBe(201)
    const { account, signInCode } = invited.json()
    expect(account).toMatchObject({ userName: 'hoa', hasPassword: false, grants })
    const taken = await asAdmin('POST', '/api/accounts', { userName: 'Hoa', displayName: 'Hoa', grants })
    expect([taken.statusCode, taken.json().code]).toEqual([409, 'user-name-taken'])

    const once = await post('/api/session/one-time', { code: signInCode.toLowerCase().replaceAll('-', '') })
    expect(once.statusCode, once.body).toBe(200)
    expect((await post('/api/session/one-time', { code: signInCode })).json().code).toBe('code-not-valid')
    const session = cookieOf(once)
    const setPassword = (cookie: string, payload: object): Promise<Response> =>
      test.inject({
        method: 'PUT',
        url: '/api/account/password',
        cookies: { loaxa_session: cookie },
        headers: { 'x-csrf-token': csrfTokenFor(cookie) },
        payload,
      })
    // Looking for a good password is no guessing at anybody's, and makes nobody wait.
    for (let n = 0; n < 12; n++) {
      expect((await setPassword(session, { password: '12345678901234' })).json().code).toBe('password-too-common')
    }
    const set = await setPassword(session, { password: 'mưa thuận gió hòa quanh năm' })
    expect(set.statusCode, set.body).toBe(200)
    expect((await sessionWith(session)).statusCode).toBe(401)
    const unproven = await setPassword(cookieOf(set), { password: 'một mật khẩu hoàn toàn khác' })
    expect([unproven.statusCode, unproven.json().code]).toEqual([422, 'current-password-wrong'])

    // Forgotten: a new code voids the password and every session once it is used.
    const renewed = await asAdmin('POST', `/api/accounts/${account.id}/sign-in-code`)
    expect(renewed.statusCode, renewed.body).toBe(201)
    expect((await sessionWith(cookieOf(set))).statusCode).toBe(200)
    expect((await post('/api/session/one-time', { code: renewed.json().signInCode })).statusCode).toBe(200)
    expect((await sessionWith(cookieOf(set))).statusCode).toBe(401)
    const old = await post('/api/session', { userName: 'hoa', password: 'mưa thuận gió hòa quanh năm' })
    expect(old.json().code).toBe('wrong-credentials')
    expect((await asAdmin('GET', '/api/accounts')).json()).toHaveLength(2)
  })

  it('are given roles only where one administers, and never taken over from below', async () => {
    const province = await test.makeArea('province', 'Lào Cai')
    const commune = await test.makeArea('commune', 'Bản Lầu', province)
    const admin = await test.signInAs({ areaId: commune, role: 'administrator' })
    const official = await test.signInAs(
      { areaId: province, role: 'province_official' },
      { areaId: commune, role: 'approver' },
    )
    const stranger = await test.signInAs({ areaId: province, role: 'auditor' })
    const above = await admin.call('POST', '/api/accounts', {
      userName: 'hoa',
      displayName: 'Hoa',
      grants: [
        { areaId: commune, role: 'editor' },
        { areaId: province, role: 'auditor' },
      ],
    })
    expect([above.statusCode, above.json().code]).toEqual([404, 'not-found'])
    expect(await test.db.prisma.account.count()).toBe(3)

    const list = await admin.call('GET', '/api/accounts')
    expect(list.body).not.toContain(province)
    expect(
      list
        .json()
        .map((one: { id: string }) => one.id)
        .sort(),
    ).toEqual([admin.accountId, official.accountId].sort())
    const takeover = await admin.call('POST', `/api/accounts/${official.accountId}/sign-in-code`)
    expect([takeover.statusCode, takeover.json().code]).toEqual([403, 'account-beyond-your-areas'])
    const unseen = await admin.call('POST', `/api/accounts/${stranger.accountId}/sign-in-code`)
    expect([unseen.statusCode, unseen.json().code]).toEqual([404, 'not-found'])
  })
})
