import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { toDate } from '#server/clock.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
const HOUR = 3_600_000
const DAY = 24 * HOUR
let test: TestApp
let province: string
let commune: string
beforeEach(async () => {
  test = await createTestApp({ sessions: { limits: { idleMs: 2 * HOUR, absoluteMs: 5 * HOUR } } })
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
})
afterEach(() => test.close())

const isOpen = async (user: TestUser): Promise<boolean> => (await user.call('GET', '/api/session')).statusCode === 200

/** Opens an event stream; `ended` resolves when the server has cut it off. */
async function openStream(user: TestUser): Promise<{ ended: Promise<void> }> {
  const base = test.app.listeningOrigin
  const response = await fetch(`${base}/api/events`, { headers: { cookie: `loaxa_session=${user.token}` } })
  const reader = response.body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  const drain = async (): Promise<void> => {
    for (;;) {
      // The server cuts a connection in the middle of a chunked answer, which fetch reports as an error.
      const chunk = await reader?.read().catch(() => undefined)
      if (chunk === undefined || chunk.done) return
    }
  }
  return { ended: drain() }
}

describe('one’s sessions', () => {
  it('are listed with where they are from, ended one by one, and all at once', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const stranger = await test.signInAs({ areaId: commune, role: 'editor' })
    const office = createVisitor(test, '10.0.0.1')
    const phone = createVisitor(test, '10.0.0.2')
    await office.signIn('lan', PASSWORD)
    test.clock.advance(2 * 60_000)
    await phone.signIn('lan', PASSWORD)
    const list = (await office.call('GET', '/api/account/sessions')).json()
    expect(list).toHaveLength(2)
    expect(list).toContainEqual(
      expect.objectContaining({ address: '10.0.0.1', userAgent: 'browser at 10.0.0.1', isCurrent: true }),
    )
    expect(list).toContainEqual(
      expect.objectContaining({ address: '10.0.0.2', userAgent: 'browser at 10.0.0.2', isCurrent: false }),
    )
    const ofPhone = list.find((one: { isCurrent: boolean }) => !one.isCurrent).id
    const others = await stranger.call('DELETE', `/api/account/sessions/${ofPhone}`)
    expect(outcomeOf(others)).toEqual([404, 'not-found'])
    expect(outcomeOf(await office.call('DELETE', `/api/account/sessions/${ofPhone}`))).toEqual([204])
    expect(outcomeOf(await phone.call('GET', '/api/session'))).toEqual([401, 'not-signed-in'])
    expect(outcomeOf(await office.call('DELETE', `/api/account/sessions/${ofPhone}`))).toEqual([404, 'not-found'])

    await phone.signIn('lan', PASSWORD)
    expect(outcomeOf(await office.call('DELETE', '/api/account/sessions'))).toEqual([204])
    expect(office.cookies.loaxa_session).toBeUndefined()
    expect((await phone.call('GET', '/api/session')).statusCode).toBe(401)
    expect(await test.db.prisma.knownBrowser.count()).toBe(0)
    expect(await isOpen(stranger)).toBe(true)
    const entries = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    expect(entries.map((one) => one.action)).toEqual([
      'session.opened',
      'session.opened',
      // The stranger's attempt at a session that is not theirs.
      'request.refused',
      'session.revoked',
      'request.refused',
      'session.opened',
      'session.revoked',
    ])
  })

  it('are thirty at most: the one used the longest ago ends for a new one', async () => {
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    const other = await test.signInAs({ areaId: commune, role: 'editor' })
    const open = () => test.sessions.open(test.db.prisma, lan.accountId, { address: '10.0.0.1', userAgent: 'test' })
    test.clock.advance(1_000)
    const second = { ...lan, token: await open() }
    test.clock.advance(61_000)
    expect(await isOpen(lan)).toBe(true)
    for (let n = 0; n < 28; n++) await open()
    expect(await test.sessions.list(lan.accountId)).toHaveLength(30)
    await open()
    expect(await test.sessions.list(lan.accountId)).toHaveLength(30)
    expect(await test.sessions.find(second.token)).toBeUndefined()
    expect([await isOpen(lan), await isOpen(other)]).toEqual([true, true])
  })

  it('end when nobody used them, and in any case, as the settings say', async () => {
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    test.clock.advance(2 * HOUR - 1)
    expect(await isOpen(lan)).toBe(true)
    test.clock.advance(2 * HOUR - 1)
    expect(await isOpen(lan)).toBe(true)
    test.clock.advance(HOUR + 2)
    expect(await isOpen(lan)).toBe(false)
    const idle = await test.signInAs({ areaId: commune, role: 'editor' })
    test.clock.advance(2 * HOUR)
    expect(await isOpen(idle)).toBe(false)
  })
})

describe('sessions of somebody whose rights change', () => {
  it.each([
    ['disabled', (id: string) => ({ method: 'POST', url: `/api/accounts/${id}/disable` }) as const],
    [
      'given other roles',
      (id: string) =>
        ({
          method: 'PUT',
          url: `/api/accounts/${id}/grants`,
          body: { grants: [{ areaId: commune, role: 'auditor' }] },
        }) as const,
    ],
  ])('end at once when the account is %s, event streams too', async (_what, request) => {
    await test.app.listen({ host: '127.0.0.1', port: 0 })
    const admin = await test.signInAs({ areaId: province, role: 'administrator' })
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    const stream = await openStream(lan)
    const { method, url, ...rest } = request(lan.accountId)
    const done = await admin.call(method, url, 'body' in rest ? rest.body : undefined)
    expect(done.statusCode, done.body).toBe(200)
    expect(await isOpen(lan)).toBe(false)
    // No heartbeat comes within the test: the stream ends because the session did.
    await stream.ended
    expect(await isOpen(admin)).toBe(true)
  })

  it('end event streams at sign-out', async () => {
    await test.app.listen({ host: '127.0.0.1', port: 0 })
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    const stream = await openStream(lan)
    expect((await lan.call('DELETE', '/api/session')).statusCode).toBe(204)
    await stream.ended
  })
})

describe('a delegation', () => {
  it('lends the approver’s role while it is in force, and says for whom', async () => {
    const from = await test.signInAs({ areaId: commune, role: 'approver' })
    const to = await test.signInAs({ areaId: commune, role: 'editor' })
    const now = test.clock.now()
    const village = await test.makeArea('village', 'Thôn Đông', commune)
    const delegation = {
      id: newId(now),
      fromId: from.accountId,
      toId: to.accountId,
      areaId: village,
      reason: 'nghỉ phép',
      createdAt: toDate(now),
      startsAt: new Date(now + HOUR),
      endsAt: new Date(now + 3 * HOUR),
    }
    await test.db.prisma.approvalDelegation.create({ data: delegation })
    const lent = async (): Promise<unknown[]> => {
      await to.call('GET', '/api/session')
      const signedIn = await test.sessions.find(to.token)
      return (signedIn?.actor.grants ?? []).filter((grant) => grant.role === 'approver')
    }
    expect(await lent()).toEqual([])
    test.clock.advance(HOUR)
    const grant = { areaId: village, areaPath: [province, commune, village], role: 'approver' }
    expect(await lent()).toEqual([{ ...grant, onBehalfOfId: from.accountId }])
    const own = (await test.sessions.find(to.token))?.actor.grants.find((one) => one.role === 'editor')
    expect(own).toEqual({ areaId: commune, areaPath: [province, commune], role: 'editor' })

    const account = { where: { id: from.accountId } }
    await test.db.prisma.account.update({ ...account, data: { disabledAt: toDate(now) } })
    expect(await lent()).toEqual([])
    await test.db.prisma.account.update({ ...account, data: { disabledAt: null } })
    const role = { accountId: from.accountId, areaId: commune, role: 'approver' } as const
    await test.db.prisma.roleGrant.delete({ where: { accountId_areaId_role: role } })
    expect(await lent()).toEqual([])
    await test.db.prisma.roleGrant.create({ data: role })
    expect(await lent()).toHaveLength(1)
    const which = { where: { id: delegation.id } }
    await test.db.prisma.approvalDelegation.update({ ...which, data: { endedAt: toDate(now) } })
    expect(await lent()).toEqual([])
    await test.db.prisma.approvalDelegation.update({ ...which, data: { endedAt: null } })
    test.clock.advance(HOUR)
    expect(await isOpen(to)).toBe(true)
    expect(await lent()).toHaveLength(1)
    test.clock.advance(HOUR)
    expect(await isOpen(to)).toBe(true)
    expect(await lent()).toEqual([])
  })
})

describe('a delegation where approvers need a second factor', () => {
  it('keeps a delegate without one from nothing of the own work, and lends the right once it is there', async () => {
    const strict = await createTestApp({ sessions: { secondFactorRoles: ['approver'] } })
    try {
      const area = await strict.makeArea('commune', 'Bản Lầu')
      const from = await strict.signInAs({ areaId: area, role: 'approver' })
      const to = await strict.signInAs({ areaId: area, role: 'editor' })
      expect((await to.call('GET', '/api/areas')).statusCode).toBe(200)
      const at = toDate(strict.clock.now())
      const data = { id: newId(strict.clock.now()), fromId: from.accountId, toId: to.accountId, areaId: area }
      const span = { createdAt: at, startsAt: at, endsAt: new Date(at.getTime() + DAY) }
      await strict.db.prisma.approvalDelegation.create({ data: { ...data, ...span, reason: 'x' } })
      const actions = async (): Promise<string[]> => (await to.call('GET', '/api/session')).json().actions
      expect((await to.call('GET', '/api/areas')).statusCode).toBe(200)
      expect(await actions()).toContain('library.edit')
      expect(await actions()).not.toContain('library.approve')
      await strict.db.prisma.account.update({ where: { id: to.accountId }, data: { totpConfirmedAt: at } })
      expect(await actions()).toContain('library.approve')
      // Also when an administrator has reset it meanwhile.
      await strict.db.prisma.account.update({ where: { id: to.accountId }, data: { totpConfirmedAt: null } })
      expect(await actions()).not.toContain('library.approve')
      expect((await to.call('GET', '/api/areas')).statusCode).toBe(200)
    } finally {
      await strict.close()
    }
  })
})
