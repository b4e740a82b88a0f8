import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { composeAuth } from '#server/auth/compose.ts'
import { loadSealing } from '#server/auth/sealing.ts'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createAuthenticator, createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
const MINUTE = 60_000
let test: TestApp
let commune: string
beforeEach(async () => {
  test = await createTestApp()
  commune = await test.makeArea('commune', 'Bản Lầu')
  await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
})
afterEach(() => test.close())

const codesReported = (): string[] => test.reported.map((one) => one.code)

/** Failed attempts against one account, each from another address, until no more is let through. */
async function attack(userName: string): Promise<number> {
  for (let n = 0; n < 60; n++) {
    const answer = await createVisitor(test, `203.0.113.${n}`).signIn(userName, 'wrong wrong wrong')
    if (answer.statusCode === 429) return n
    expect(outcomeOf(answer)).toEqual([401, 'wrong-credentials'])
  }
  throw new Error('every attempt was let through')
}

describe('guessing from many addresses', () => {
  it('locks out unknown browsers, and not the one in which the owner has signed in before', async () => {
    const own = createVisitor(test, '10.0.0.1')
    expect((await own.signIn('lan', PASSWORD)).statusCode).toBe(200)
    const cookie = own.cookies.loaxa_browser
    expect(cookie).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const stored = JSON.stringify(await test.db.prisma.knownBrowser.findMany())
    expect(stored).not.toContain(cookie)
    await own.call('DELETE', '/api/session')
    expect(own.cookies).toEqual({ loaxa_browser: cookie })

    expect(await attack('lan')).toBe(20)
    expect(codesReported().filter((code) => code === 'sign-in-locked')).toHaveLength(1)
    const elsewhere = await createVisitor(test, '198.51.100.7').signIn('lan', PASSWORD)
    expect(outcomeOf(elsewhere)).toEqual([429, 'sign-in-must-wait'])
    expect(elsewhere.headers['retry-after']).toBe('60')
    expect(elsewhere.json().title).toContain('60 seconds')

    expect(outcomeOf(await own.signIn('lan', PASSWORD))).toEqual([200])
    test.clock.advance(MINUTE)
    expect(outcomeOf(await createVisitor(test, '198.51.100.7').signIn('lan', PASSWORD))).toEqual([200])
  })

  it('is the same for accounts that do not exist', async () => {
    expect(await attack('nobody')).toBe(20)
    const answer = await createVisitor(test, '198.51.100.7').signIn('nobody', PASSWORD)
    expect(outcomeOf(answer)).toEqual([429, 'sign-in-must-wait'])
    expect(answer.headers['retry-after']).toBe('60')
    // What was typed as a name may be a password: only names that exist are told.
    expect(test.reported.every((one) => one.facts.userName === undefined)).toBe(true)
    const trail = await test.db.prisma.auditEntry.findMany()
    expect(trail.map((one) => Buffer.from(one.bytes).toString()).join()).not.toContain('nobody')
  })

  it('counts a known browser for itself, and a cookie of another account for nothing', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'editor' })
    const own = createVisitor(test)
    await own.signIn('lan', PASSWORD)
    for (let n = 0; n < 3; n++) expect((await own.signIn('lan', 'wrong wrong')).statusCode).toBe(401)
    const slowed = await own.signIn('lan', PASSWORD)
    expect(outcomeOf(slowed)).toEqual([429, 'sign-in-must-wait'])
    expect(slowed.headers['retry-after']).toBe('1')
    // Others are not slowed down by it.
    expect((await createVisitor(test).signIn('lan', PASSWORD)).statusCode).toBe(200)
    await attack('hoa')
    expect((await own.signIn('hoa', PASSWORD)).statusCode).toBe(429)
  })

  it('keeps two people at one PC known, each with a token of their own', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    const shared = createVisitor(test)
    await shared.signIn('lan', PASSWORD)
    const answer = await shared.signIn('hoa', PASSWORD)
    // Renewing a session (a new password) renews this cookie, so it has to come along there too.
    expect(answer.cookies.find((one) => one.name === 'loaxa_browser')).toMatchObject({
      path: '/api',
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: 180 * 24 * 3_600,
    })
    await attack('lan')
    await attack('hoa')
    expect((await shared.signIn('hoa', PASSWORD)).statusCode).toBe(200)
    expect((await shared.signIn('lan', PASSWORD)).statusCode).toBe(200)
    expect(shared.cookies.loaxa_browser?.split('.')).toHaveLength(2)
    expect(await test.db.prisma.knownBrowser.count()).toBe(2)
  })

  it('remembers ten browsers of an account, each for 180 days', async () => {
    const first = createVisitor(test)
    await first.signIn('lan', PASSWORD)
    test.clock.advance(1)
    for (let n = 0; n < 10; n++) await createVisitor(test).signIn('lan', PASSWORD)
    expect(await test.db.prisma.knownBrowser.count()).toBe(10)
    const last = createVisitor(test)
    await last.signIn('lan', PASSWORD)
    test.clock.advance(180 * 24 * 60 * MINUTE)
    await attack('lan')
    expect((await first.signIn('lan', PASSWORD)).statusCode).toBe(429)
    expect((await last.signIn('lan', PASSWORD)).statusCode).toBe(429)
    await test.auth.tidy()
    expect(await test.db.prisma.knownBrowser.count()).toBe(0)
  })
})

describe('guessing at many accounts from one address', () => {
  it('is slowed down, while an office behind that address goes on working', async () => {
    const known = createVisitor(test, '10.0.0.1')
    await known.signIn('lan', PASSWORD)
    const spray = async (): Promise<number> => {
      for (let n = 0; n < 60; n++) {
        const answer = await createVisitor(test, '10.0.0.1').signIn(`user${n}`, PASSWORD)
        if (answer.statusCode === 429) return n
      }
      throw new Error('every attempt was let through')
    }
    expect(await spray()).toBe(30)
    expect((await known.signIn('lan', PASSWORD)).statusCode).toBe(200)
    expect((await createVisitor(test, '10.0.0.2').signIn('lan', PASSWORD)).statusCode).toBe(200)
    // A new browser in the office waits at most half a minute.
    test.clock.advance(30_000)
    expect((await createVisitor(test, '10.0.0.1').signIn('lan', PASSWORD)).statusCode).toBe(200)
  })

  it('is not held against an office in which sixty people sign in one after the other', async () => {
    for (let n = 0; n < 60; n++) {
      expect((await createVisitor(test, '10.0.0.1').signIn('lan', PASSWORD)).statusCode).toBe(200)
    }
    expect(codesReported()).not.toContain('sign-in-delayed')
  })

  it('is not forgiven by who signs in with an account and its code, as often as they like', async () => {
    const own = createVisitor(test, '10.0.0.1')
    await own.signIn('lan', PASSWORD)
    const begun = await own.call('POST', '/api/account/second-factor', { password: PASSWORD })
    const app = createAuthenticator(test, begun.json().secret)
    expect(outcomeOf(await own.call('POST', '/api/account/second-factor/confirm', { code: app.code() }))).toEqual([200])
    for (let n = 0; n < 10; n++) await createVisitor(test, '10.0.0.9').signIn(`user${n}`, 'wrong wrong')
    const most = async (): Promise<number> =>
      Math.max(...(await test.db.prisma.signInAttempt.findMany()).map((row) => row.failures))
    expect(await most()).toBe(10)
    for (let n = 0; n < 3; n++) {
      test.clock.advance(1_000)
      await createVisitor(test, '10.0.0.9').signIn('lan', PASSWORD)
    }
    expect(await most()).toBe(10)
    test.clock.advance(29_000)
    expect(outcomeOf(await createVisitor(test, '10.0.0.9').signIn('lan', PASSWORD, app.code()))).toEqual([200])
    expect(await most()).toBe(10)
  })

  it('takes a whole IPv6 subnet for one address', async () => {
    const answers: number[] = []
    for (let n = 0; n < 4; n++) {
      answers.push((await createVisitor(test, `2001:db8::${n + 1}`).signIn('lan', 'wrong wrong')).statusCode)
    }
    expect(answers).toEqual([401, 401, 401, 429])
  })
})

describe('the counters', () => {
  it('count attempts made at once one after the other, and outlive a restart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => createVisitor(test).signIn('lan', 'wrong wrong')),
    )
    expect(answers.filter((one) => one.statusCode === 401)).toHaveLength(3)
    const rows = await test.db.prisma.signInAttempt.findMany()
    expect(rows.map((row) => row.failures)).toEqual([3, 3, 3])
    expect(JSON.stringify(rows)).not.toMatch(/lan|127\.0\.0\.1/)
    expect(rows.every((row) => /^[0-9a-f]{64}$/.test(row.key))).toBe(true)
    const again = await composeAuth({
      ...test,
      zone: 'Asia/Ho_Chi_Minh',
      publicUrl: '',
      invitationValidMs: MINUTE,
      sealing: await loadSealing(path.join(test.dir, 'keys')),
    })
    const client = { address: '127.0.0.1', userAgent: '', requestId: 'r' }
    await expect(again.auth.signIn({ userName: 'lan', password: PASSWORD }, client)).rejects.toThrow('must-wait')
  })

  it('are forgotten when nothing of them counts any more', async () => {
    await createVisitor(test).signIn('lan', 'wrong wrong')
    await test.auth.tidy()
    expect(await test.db.prisma.signInAttempt.count()).toBe(3)
    test.clock.advance(24 * 60 * MINUTE)
    await test.auth.tidy()
    expect(await test.db.prisma.signInAttempt.count()).toBe(0)
  })
})

describe('the audit trail', () => {
  it('tells who came in and how, who was refused and why, and of a flood how many were left out', async () => {
    await createVisitor(test, '10.0.0.9').signIn('lan', PASSWORD)
    for (let n = 0; n < 14; n++) await createVisitor(test, '10.0.0.1').signIn(`nobody${n}`, PASSWORD)
    test.clock.advance(MINUTE)
    await test.audit.sayLeftOut()
    const entries = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    const bodies = entries.map((one) => JSON.parse(Buffer.from(one.bytes).toString()))
    expect(bodies).toHaveLength(12)
    expect(bodies[0]).toMatchObject({
      action: 'session.opened',
      outcome: 'done',
      actorName: 'lan',
      address: '10.0.0.9',
      areaPath: [commune],
      after: { provenBy: 'password', factor: null },
    })
    expect(bodies[1]).toMatchObject({ outcome: 'refused', reason: 'wrong-credentials', actorName: null, areaPath: [] })
    expect(bodies[11]).toMatchObject({ outcome: 'refused', reason: 'too-many-to-note', after: { leftOut: 4 } })
    expect(JSON.stringify(bodies)).not.toContain(PASSWORD)
    expect(codesReported().filter((code) => code === 'sign-in-failed')).toHaveLength(14)
  })
})
