import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { type AuditBody, auditBody } from '#server/audit/rules.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

/** What is refused to somebody signed in is told to the auditors, and to whoever watches; within bounds. */
let test: TestApp
let province: string
let own: string
let other: string
let auditor: TestUser
let admin: TestUser

const forgetful: FastifyPluginAsyncZod = async (app) => {
  app.post('/forgotten', { config: { action: 'signed-in' } }, async () => 'changed')
  app.post('/remembered', { config: { action: 'signed-in', unaudited: 'changes nothing' } }, async () => 'same')
}

beforeAll(async () => {
  test = await createTestApp({
    routes: () => [forgetful],
    app: { rateLimits: { perMinute: 100_000, strictPerMinute: 2 } },
  })
  province = await test.makeArea('province', 'Lào Cai')
  own = await test.makeArea('commune', 'Bản Lầu', province)
  other = await test.makeArea('commune', 'Mường Hum', province)
  auditor = await test.signInAs({ areaId: own, role: 'auditor' })
  admin = await test.signInAs({ areaId: own, role: 'administrator' })
})
afterAll(() => test.close())

let seen = 0
beforeEach(async () => {
  test.clock.advance(60_000)
  await test.audit.sayLeftOut()
  seen = (await readTrail()).length
  test.reported.length = 0
})

async function readTrail(): Promise<AuditBody[]> {
  const rows = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
  return rows.map((row) => auditBody.parse(JSON.parse(Buffer.from(row.bytes).toString())))
}
const added = async (): Promise<AuditBody[]> => (await readTrail()).slice(seen)

describe('a refused change', () => {
  it('is on record too when a rule of two refuses it', async () => {
    const approver = await test.signInAs({ areaId: own, role: 'approver' })
    expect((await admin.call('POST', `/api/accounts/${approver.accountId}/sign-in-code`)).statusCode).toBe(201)
    const data = { totpConfirmedAt: new Date(test.clock.now()) }
    await test.db.prisma.account.update({ where: { id: approver.accountId }, data })
    seen = (await readTrail()).length
    const answer = await admin.call('POST', `/api/accounts/${approver.accountId}/second-factor/reset`)
    expect(answer.json().code).toBe('reset-after-link')
    expect(await added()).toMatchObject([
      { outcome: 'refused', reason: 'reset-after-link', actorId: admin.accountId, after: { id: approver.accountId } },
    ])
    expect(test.reported.map(({ code }) => code)).toContain('permission-denied')
  })

  it('is on record with who, where from, what and why, and is a security event', async () => {
    const answer = await auditor.call('PATCH', `/api/areas/${own}`, { name: 'Khác' })
    expect(answer.statusCode).toBe(403)
    const requestId = answer.headers['x-request-id']
    const [entry, ...rest] = await added()
    expect(rest).toEqual([])
    expect(entry).toMatchObject({
      action: 'request.refused',
      outcome: 'refused',
      reason: 'not-allowed',
      actorId: auditor.accountId,
      address: '127.0.0.1',
      requestId,
      subjectType: 'route',
      subjectId: 'PATCH /api/areas/:id',
    })
    // Those who audit the person's own area may read it.
    expect(entry?.areaPath.at(-1)).toBe(own)
    expect(test.reported).toEqual([
      {
        code: 'permission-denied',
        facts: expect.objectContaining({ accountId: auditor.accountId, address: '127.0.0.1', requestId }),
      },
    ])
  })

  it('of what lies in another area is on record with the id that was named', async () => {
    expect((await admin.call('PATCH', `/api/areas/${other}`, { name: 'Khác' })).statusCode).toBe(404)
    expect(await added()).toMatchObject([{ reason: 'not-found', after: { id: other } }])
    expect(test.reported.map(({ code }) => code)).toEqual(['permission-denied'])
  })

  it('without the token of its session is on record as theirs whose cookie it came with', async () => {
    const answer = await admin.call('POST', '/api/areas', { parentId: own }, { 'x-csrf-token': 'forged' })
    expect(answer.statusCode).toBe(403)
    expect(await added()).toMatchObject([{ reason: 'csrf-missing', actorId: admin.accountId }])
    expect(test.reported.map(({ code }) => code)).toEqual(['csrf-refused'])
  })

  it('is on record a few times a minute; then only how many more there were', async () => {
    for (let n = 0; n < 25; n++) await auditor.call('PATCH', `/api/areas/${own}`, { name: 'Khác' })
    expect(await added()).toHaveLength(10)
    test.clock.advance(60_000)
    await test.audit.sayLeftOut()
    expect((await added()).slice(10)).toMatchObject([
      { action: 'request.refused', reason: 'too-many-to-note', after: { leftOut: 15 }, actorId: null },
    ])
    expect(test.reported).toHaveLength(25)
  })

  it('for what was filled in is nobody’s business', async () => {
    expect((await admin.call('POST', '/api/areas', { parentId: own })).statusCode).toBe(400)
    const taken = { parentId: own, kind: 'village', name: 'Thôn 1' }
    expect((await admin.call('POST', '/api/areas', taken)).statusCode).toBe(201)
    expect((await admin.call('POST', '/api/areas', taken)).statusCode).toBe(409)
    expect((await added()).map(({ action }) => action)).toEqual(['area.created'])
    expect(test.reported).toEqual([])
  })
})

describe('a refused read', () => {
  it('of what is not allowed is on record, but not an address that can name nothing', async () => {
    const editor = await test.signInAs({ areaId: own, role: 'editor' })
    expect((await editor.call('GET', '/api/accounts')).statusCode).toBe(403)
    expect((await editor.call('GET', '/api/devices/loa-cho')).statusCode).toBe(404)
    expect((await editor.call('GET', '/api/no-such-thing')).statusCode).toBe(404)
    expect(await added()).toMatchObject([
      { outcome: 'refused', reason: 'not-allowed', actorId: editor.accountId, subjectId: 'GET /api/accounts' },
    ])
    expect(test.reported.map(({ code }) => code)).toEqual(['permission-denied'])
  })

  it('of what is in another area and of what is nowhere leave the same answer and the same entry, before it', async () => {
    const editor = await test.signInAs({ areaId: own, role: 'editor' })
    const theirs = await test.makeDevice(other, 'Loa chợ')
    const above = await test.makeDevice(province, 'Loa tỉnh')
    const told: unknown[] = []
    for (const named of [theirs, above, newId(test.clock.now())]) {
      const { statusCode, headers, body } = await editor.call('GET', `/api/devices/${named}`)
      const { 'x-request-id': requestId, date: _now, ...rest } = headers
      const entry = (await added()).at(-1)
      const { seq: _seq, prevHash: _hash, requestId: _id, after, ...left } = entry ?? ({} as AuditBody)
      expect(after).toEqual({ id: named })
      told.push({ statusCode, rest, body: body.replace(String(requestId), ''), left })
    }
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    expect(told[0]).toMatchObject({
      statusCode: 404,
      left: { action: 'request.refused', outcome: 'refused', reason: 'not-found', subjectId: 'GET /api/devices/:id' },
    })
    expect(await added()).toHaveLength(3)
    expect(test.reported.map(({ code }) => code)).toEqual(Array(3).fill('permission-denied'))
  })

  it('says in the trail that something was asked for that is not visible to whom asked', async () => {
    const reader = await test.signInAs({ areaId: own, role: 'auditor' })
    await reader.call('GET', `/api/devices/${newId(test.clock.now())}`)
    const { entries } = (await reader.call('GET', '/api/audit?limit=1')).json()
    expect(entries[0]).toMatchObject({ actionText: 'Yêu cầu điều mà người này không thấy được' })
  })

  it('by a page that outlasted a lent right is nobody’s business for some minutes', async () => {
    const approver = await test.signInAs({ areaId: other, role: 'approver' })
    const deputy = await test.signInAs({ areaId: own, role: 'editor' })
    const theirs = await test.makeDevice(other, 'Loa đình')
    const now = test.clock.now()
    const span = { startsAt: new Date(now), endsAt: new Date(now + 60_000), createdAt: new Date(now) }
    const people = { fromId: approver.accountId, toId: deputy.accountId, areaId: other, reason: 'nghỉ phép' }
    await test.db.prisma.approvalDelegation.create({ data: { id: newId(now), ...people, ...span } })
    const ask = async (): Promise<number> => (await deputy.call('GET', `/api/devices/${theirs}`)).statusCode
    expect(await ask()).toBe(200)
    test.clock.advance(60_000)
    expect(await ask()).toBe(404)
    test.clock.advance(10 * 60_000)
    expect(await ask()).toBe(404)
    expect(await added()).toHaveLength(1)
    expect(test.reported).toHaveLength(1)
  })

  it('is on record a few times a minute; then only how many more there were', async () => {
    const editor = await test.signInAs({ areaId: own, role: 'editor' })
    const theirs = await test.makeDevice(other, 'Loa trường')
    for (let n = 0; n < 15; n++) await editor.call('GET', `/api/devices/${theirs}`)
    expect(test.reported).toHaveLength(15)
    expect(await added()).toHaveLength(10)
    test.clock.advance(60_000)
    await test.audit.sayLeftOut()
    expect((await added()).slice(10)).toMatchObject([{ reason: 'too-many-to-note', after: { leftOut: 5 } }])
  })
})

describe('an address that asks too often', () => {
  const ask = (remoteAddress = '127.0.0.1') =>
    test.inject({ method: 'POST', url: '/api/session', payload: {}, remoteAddress })

  it('is told of, and its attempts to change something or to sign in are on record, within bounds', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 17; n++) statuses.push((await ask()).statusCode)
    expect(statuses).toEqual([400, 400, ...Array(15).fill(429)])
    expect(test.reported).toHaveLength(15)
    expect(test.reported[0]).toMatchObject({ code: 'rate-limited', facts: { address: '127.0.0.1' } })
    const entries = await added()
    expect(entries).toHaveLength(10)
    expect(entries[0]).toMatchObject({
      action: 'request.refused',
      outcome: 'refused',
      reason: 'too-many-requests',
      actorId: null,
      address: '127.0.0.1',
      subjectId: 'POST /api/session',
    })
    test.clock.advance(60_000)
    await test.audit.sayLeftOut()
    expect((await added()).slice(10)).toMatchObject([{ reason: 'too-many-to-note', after: { leftOut: 5 } }])
  })
})

it('fails here, and tells in production, when a change leaves no entry', async () => {
  expect((await admin.call('POST', '/api/forgotten')).statusCode).toBe(500)
  expect((await admin.call('POST', '/api/remembered')).statusCode).toBe(200)
})
