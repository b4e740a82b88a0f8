import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createAuthenticator, createVisitor, makePerson, outcomeOf, type TestVisitor } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
const STEP_MS = 30_000
let test: TestApp
let commune: string
beforeEach(async () => {
  test = await createTestApp({ sessions: { secondFactorRoles: ['administrator', 'approver'] } })
  commune = await test.makeArea('commune', 'Bản Lầu')
})
afterEach(() => test.close())

const trail = async (): Promise<{ action: string; outcome: string; reason: string | null }[]> => {
  const entries = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
  return entries.map((one) => JSON.parse(Buffer.from(one.bytes).toString()))
}

/** Signs in by password and sets a second factor up. The code of the present step is used up then. */
async function protect(visitor: TestVisitor, userName: string) {
  expect(outcomeOf(await visitor.signIn(userName, PASSWORD))).toEqual([200])
  const offer = await visitor.call('POST', '/api/account/second-factor', { password: PASSWORD })
  expect(offer.statusCode, offer.body).toBe(201)
  const app = createAuthenticator(test, offer.json().secret)
  const confirmed = await visitor.call('POST', '/api/account/second-factor/confirm', { code: app.code() })
  expect(confirmed.statusCode, confirmed.body).toBe(200)
  const recoveryCodes: string[] = confirmed.json().recoveryCodes
  return { app, recoveryCodes, session: confirmed.json().session, offer: offer.json() }
}

describe('somebody whose role needs a second factor', () => {
  beforeEach(async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
  })

  it('reaches nothing but their own account until it is set up', async () => {
    const hoa = createVisitor(test)
    const session = await hoa.signIn('hoa', PASSWORD)
    expect(session.json()).toMatchObject({ actions: [], secondFactor: { needed: true, active: false } })
    const reachable = ['/api/session', '/api/server', '/api/account/second-factor', '/api/account/sessions']
    for (const url of reachable) expect((await hoa.call('GET', url)).statusCode, url).toBe(200)
    for (const url of ['/api/areas', '/api/devices', '/api/accounts', '/api/events', '/api/bulletins']) {
      const answer = await hoa.call('GET', url)
      if (answer.statusCode === 404) continue
      expect(outcomeOf(answer), url).toEqual([403, 'second-factor-setup-needed'])
    }
    expect(outcomeOf(await hoa.call('POST', '/api/areas', {}))).toEqual([403, 'second-factor-setup-needed'])
    // Every other route that a session opens: none was forgotten.
    const open = test.routeList.filter(({ action }) => action === 'signed-in').map(({ url }) => url)
    const expected = /^\/api\/(session|server|events|account\/(password|sessions|second-factor).*)$/
    expect(open.filter((url) => !expected.test(url))).toEqual([])

    const before = hoa.cookies.loaxa_session
    const offer = await hoa.call('POST', '/api/account/second-factor', { password: PASSWORD })
    const app = createAuthenticator(test, offer.json().secret)
    const wrong = await hoa.call('POST', '/api/account/second-factor/confirm', { code: '000000' })
    expect(outcomeOf(wrong)).toEqual([422, 'second-factor-code-wrong'])
    const right = await hoa.call('POST', '/api/account/second-factor/confirm', { code: app.code() })
    expect(right.json().session).toMatchObject({ secondFactor: { needed: true, active: true } })
    expect(right.json().session.actions).toContain('library.approve')
    expect(hoa.cookies.loaxa_session).not.toBe(before)
    expect((await hoa.call('GET', '/api/areas')).statusCode).toBe(200)
    const stale = await test.inject({ url: '/api/session', cookies: { loaxa_session: before ?? '' } })
    expect(stale.statusCode).toBe(401)
  })

  it('is let work at once where nobody needs one', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const lan = createVisitor(test)
    const session = await lan.signIn('lan', PASSWORD)
    expect(session.json().secondFactor).toEqual({ needed: false, active: false })
    expect((await lan.call('GET', '/api/areas')).statusCode).toBe(200)
  })
})

describe('signing in with a second factor', () => {
  it('asks for the code only after the password was right, and takes each code once', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const { app, offer } = await protect(createVisitor(test), 'hoa')
    expect(offer.qrSvg).toMatch(/^<svg/)
    expect(offer.otpauthUrl).toMatch(/^otpauth:\/\/totp\//)
    const hoa = createVisitor(test, '10.0.0.1')
    expect(outcomeOf(await hoa.signIn('hoa', 'wrong wrong', app.code()))).toEqual([401, 'wrong-credentials'])
    const asked = await hoa.signIn('hoa', PASSWORD)
    expect(outcomeOf(asked)).toEqual([401, 'second-factor-needed'])
    expect(asked.cookies).toEqual([])
    // The code that confirmed the set-up is used up.
    expect(outcomeOf(await hoa.signIn('hoa', PASSWORD, app.code()))).toEqual([401, 'second-factor-wrong'])
    test.clock.advance(STEP_MS)
    const code = app.code()
    const both = await Promise.all([
      createVisitor(test, '10.0.0.2').signIn('hoa', PASSWORD, `${code.slice(0, 3)} ${code.slice(3)}`),
      createVisitor(test, '10.0.0.3').signIn('hoa', PASSWORD, code),
    ])
    expect(both.map((one) => one.statusCode).sort()).toEqual([200, 401])
    expect(outcomeOf(await createVisitor(test, '10.0.0.4').signIn('hoa', PASSWORD, code))).toEqual([
      401,
      'second-factor-wrong',
    ])
    expect(test.reported.map((one) => one.code)).toContain('second-factor-failed')
    expect((await trail()).filter((one) => one.outcome === 'refused').map((one) => one.reason)).toEqual([
      'wrong-credentials',
      'second-factor-wrong',
      'second-factor-wrong',
      'second-factor-wrong',
    ])
  })

  it('slows down guessing of codes by who knows the password, and forgives the asking', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const { app } = await protect(createVisitor(test), 'hoa')
    const thief = createVisitor(test, '203.0.113.1')
    for (let n = 0; n < 3; n++) {
      expect(outcomeOf(await thief.signIn('hoa', PASSWORD, '123456'))).toEqual([401, 'second-factor-wrong'])
    }
    test.clock.advance(STEP_MS - 1)
    for (let n = 0; n < 6; n++) {
      const hoa = createVisitor(test, '10.0.0.1')
      expect(outcomeOf(await hoa.signIn('hoa', PASSWORD))).toEqual([401, 'second-factor-needed'])
      test.clock.advance(STEP_MS)
      expect(outcomeOf(await hoa.signIn('hoa', PASSWORD, app.code()))).toEqual([200])
    }
    const account = (await test.db.prisma.signInAttempt.findMany()).map((row) => row.failures)
    expect(Math.max(...account)).toBe(3)
  })

  it('takes each recovery code once, and says in the trail that one was used', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const { recoveryCodes, app } = await protect(createVisitor(test), 'hoa')
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    const hoa = createVisitor(test)
    expect(outcomeOf(await hoa.signIn('hoa', PASSWORD, first.toLowerCase().replaceAll('-', ' ')))).toEqual([200])
    expect(outcomeOf(await createVisitor(test).signIn('hoa', PASSWORD, first))).toEqual([401, 'second-factor-wrong'])
    expect((await hoa.call('GET', '/api/account/second-factor')).json()).toMatchObject({
      active: true,
      recoveryCodesLeft: 9,
    })
    test.clock.advance(STEP_MS)
    const proof = { password: PASSWORD, code: app.code() }
    const renewed = await hoa.call('POST', '/api/account/second-factor/recovery-codes', proof)
    expect(renewed.json().recoveryCodes).toHaveLength(10)
    expect(outcomeOf(await createVisitor(test).signIn('hoa', PASSWORD, second))).toEqual([401, 'second-factor-wrong'])
    const [fresh = ''] = renewed.json().recoveryCodes
    expect(outcomeOf(await createVisitor(test, '10.0.0.1').signIn('hoa', PASSWORD, fresh))).toEqual([200])
    expect((await trail()).map((one) => one.action)).toEqual([
      'session.opened',
      'account.second-factor-begun',
      'account.second-factor-set',
      'account.recovery-code-used',
      'session.opened',
      'session.opened',
      'account.recovery-codes-made',
      'session.opened',
      'account.recovery-code-used',
      'session.opened',
    ])
  })

  it('keeps no secret in clear: not in the database, not in the trail, not in what is reported', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const { offer, recoveryCodes } = await protect(createVisitor(test), 'hoa')
    const tables = ['account', 'recovery_code', 'session', 'known_browser', 'sign_in_attempt', 'invitation']
    const dumps = await Promise.all(
      tables.map(async (table) => JSON.stringify((await test.db.pool.query(`SELECT * FROM ${table}`)).rows)),
    )
    const told = [...dumps, JSON.stringify(await trail()), JSON.stringify(test.reported)].join()
    const secret = offer.secret.replaceAll(' ', '')
    for (const one of [secret, ...recoveryCodes, PASSWORD]) expect(told).not.toContain(one)
    const { totpSealed } = await test.db.prisma.account.findFirstOrThrow()
    expect(totpSealed).toHaveLength(1 + 12 + 16 + 20)
  })

  it('is asked of one-time codes too, which are not used up before it was right', async () => {
    const id = await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const { app } = await protect(createVisitor(test), 'hoa')
    const admin = await test.signInAs({ areaId: commune, role: 'administrator' })
    await test.db.prisma.account.update({
      where: { id: admin.accountId },
      data: { totpConfirmedAt: new Date(test.clock.now()) },
    })
    const invited = await admin.call('POST', `/api/accounts/${id}/sign-in-code`)
    expect(invited.statusCode, invited.body).toBe(201)
    const { signInCode: code, signInLink } = invited.json()
    expect(signInLink).toBe(`http://localhost:8080/#/dang-nhap/${code}`)
    const hoa = createVisitor(test)
    const once = (secondFactor?: string) => hoa.call('POST', '/api/session/one-time', { code, secondFactor })
    expect(outcomeOf(await once())).toEqual([401, 'second-factor-needed'])
    expect(outcomeOf(await once('123456'))).toEqual([401, 'second-factor-wrong'])
    test.clock.advance(STEP_MS)
    expect(outcomeOf(await once(app.code()))).toEqual([200])
    test.clock.advance(STEP_MS)
    expect(outcomeOf(await once(app.code()))).toEqual([401, 'code-not-valid'])
  })
})

describe('changing the second factor', () => {
  it('needs the password to begin, and password and code to remove', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const lan = createVisitor(test)
    await lan.signIn('lan', PASSWORD)
    const begin = (password?: string) => lan.call('POST', '/api/account/second-factor', { password })
    expect(outcomeOf(await begin())).toEqual([422, 'current-password-wrong'])
    expect(outcomeOf(await begin('wrong wrong'))).toEqual([422, 'current-password-wrong'])
    const early = await lan.call('POST', '/api/account/second-factor/confirm', { code: '123456' })
    expect(outcomeOf(early)).toEqual([409, 'second-factor-not-begun'])
    test.clock.advance(STEP_MS)
    const stale = createAuthenticator(test, (await begin(PASSWORD)).json().secret)
    const app = createAuthenticator(test, (await begin(PASSWORD)).json().secret)
    const confirm = (code: string) => lan.call('POST', '/api/account/second-factor/confirm', { code })
    expect(outcomeOf(await confirm(stale.code()))).toEqual([422, 'second-factor-code-wrong'])
    expect(outcomeOf(await confirm(app.code()))).toEqual([200])
    expect(outcomeOf(await begin(PASSWORD))).toEqual([409, 'second-factor-active'])

    const remove = (password: string, code: string) =>
      lan.call('POST', '/api/account/second-factor/remove', { password, code })
    test.clock.advance(STEP_MS)
    expect(outcomeOf(await remove('wrong wrong', app.code()))).toEqual([422, 'current-password-wrong'])
    test.clock.advance(STEP_MS)
    const before = lan.cookies.loaxa_session
    const removed = await remove(PASSWORD, app.code())
    expect(removed.json().secondFactor).toEqual({ needed: false, active: false })
    expect(lan.cookies.loaxa_session).not.toBe(before)
    expect(await test.db.prisma.recoveryCode.count()).toBe(0)
    expect(outcomeOf(await remove(PASSWORD, app.code()))).toEqual([409, 'second-factor-not-active'])
    expect(outcomeOf(await createVisitor(test).signIn('lan', PASSWORD))).toEqual([200])
    expect((await trail()).map((one) => `${one.action} ${one.outcome}`)).toEqual([
      'session.opened done',
      'account.proof-refused refused',
      'account.proof-refused refused',
      'account.second-factor-begun done',
      'account.second-factor-begun done',
      'account.proof-refused refused',
      'account.second-factor-set done',
      'account.proof-refused refused',
      'account.second-factor-removed done',
      'session.opened done',
    ])
  })

  it('is slowed down at an open session that is not its owner’s', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const lan = createVisitor(test)
    await lan.signIn('lan', PASSWORD)
    const guess = () =>
      lan.call('PUT', '/api/account/password', { password: 'mưa thuận gió hòa', currentPassword: 'x' })
    for (let n = 0; n < 3; n++) expect(outcomeOf(await guess())).toEqual([422, 'current-password-wrong'])
    expect(outcomeOf(await guess())).toEqual([429, 'sign-in-must-wait'])
  })

  it('survives a lost sealing key by recovery codes only', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const { app, recoveryCodes } = await protect(createVisitor(test), 'lan')
    const { id, totpSealed } = await test.db.prisma.account.findFirstOrThrow()
    const damaged = Uint8Array.from(totpSealed ?? [])
    damaged[20] = (damaged[20] ?? 0) ^ 1
    await test.db.prisma.account.update({ where: { id }, data: { totpSealed: damaged } })
    test.clock.advance(STEP_MS)
    expect(outcomeOf(await createVisitor(test).signIn('lan', PASSWORD, app.code()))).toEqual([
      401,
      'second-factor-wrong',
    ])
    expect(outcomeOf(await createVisitor(test).signIn('lan', PASSWORD, recoveryCodes[3]))).toEqual([200])
  })
})
