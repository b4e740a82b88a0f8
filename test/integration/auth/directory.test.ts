import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import type { Role } from '#server/auth/rules.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
let test: TestApp
let province: string
let commune: string
let neighbour: string
let above: TestUser
let admin: TestUser
let auditor: TestUser
let lanId: string
let hoaId: string

async function makeAccount(userName: string, displayName: string, ...held: [areaId: string, role: Role][]) {
  const id = newId(test.clock.now())
  const createdAt = new Date(test.clock.now())
  const grants = { create: held.map(([areaId, role]) => ({ areaId, role })) }
  await test.db.prisma.account.create({ data: { id, userName, displayName, passwordHash: 'x', createdAt, grants } })
  return id
}

beforeAll(async () => {
  test = await createTestApp()
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  neighbour = await test.makeArea('commune', 'Mường Hum', province)
  above = await test.signInAs({ areaId: province, role: 'administrator' })
  admin = await test.signInAs({ areaId: commune, role: 'administrator' })
  auditor = await test.signInAs({ areaId: commune, role: 'auditor' })
  lanId = await makeAccount('lan.nguyen', 'Nguyễn Thị Lan', [commune, 'editor'])
  hoaId = await makeAccount('hoa.do', 'Đỗ Hòa', [commune, 'approver'], [neighbour, 'editor'])
  await makeAccount('tuan', 'Trần Tuấn', [neighbour, 'technician'])
})
afterAll(() => test?.close())

const names = (answer: { json(): { displayName: string }[] }): string[] => answer.json().map((one) => one.displayName)
const list = (by: TestUser, query: string) => by.call('GET', `/api/accounts?${query}`)
const act = (by: TestUser, method: 'POST' | 'DELETE', id: string, what: string) =>
  by.call(method, `/api/accounts/${id}/${what}`)

describe('the list of accounts', () => {
  it('is searched without diacritics, by area and by role, as far as one may know', async () => {
    expect(names(await list(admin, 'q=nguyen%20lan'))).toEqual(['Nguyễn Thị Lan'])
    expect(names(await list(admin, 'q=do'))).toEqual(['Đỗ Hòa'])
    expect(names(await list(admin, 'role=approver'))).toEqual(['Đỗ Hòa'])
    expect(names(await list(above, `areaId=${neighbour}`))).toEqual(['Đỗ Hòa', 'Trần Tuấn'])
    // A filter tells nothing that the list does not: her role elsewhere is unknown here.
    expect(names(await list(admin, 'role=editor'))).toEqual(['Nguyễn Thị Lan'])
    expect(names(await list(admin, `areaId=${neighbour}`))).toEqual([])
    expect((await list(admin, 'q=do')).json()[0].grants).toEqual([{ areaId: commune, role: 'approver' }])
  })

  it('comes in pages that have everybody once, and counts how they stand', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(above, `limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      expect(page.json().length).toBeLessThanOrEqual(2)
      seen.push(...names(page))
      cursor = page.headers['next-cursor']?.toString()
    } while (cursor !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    const all = (await above.call('GET', '/api/accounts/summary')).json()
    expect(all.all).toBe(seen.length)
    expect((await above.call('GET', '/api/accounts/summary?q=lan')).json()).toMatchObject({
      all: 1,
      waiting: 0,
      unprotected: 1,
      disabled: 0,
    })
    expect((await list(above, 'cursor=nonsense')).statusCode).toBe(400)
  })
})

describe('one account', () => {
  it('is told with its open link, which can be withdrawn; the link then opens nothing', async () => {
    const made = (await act(admin, 'POST', lanId, 'sign-in-code')).json()
    expect(made.qrSvg).toContain('<svg')
    const read = (await admin.call('GET', `/api/accounts/${lanId}`)).json()
    expect(read).toMatchObject({ isWhollyYours: true, openLink: { expiresAt: made.expiresAt }, lastSeenAt: null })
    expect(JSON.stringify(read)).not.toContain(made.signInCode)
    const withdrawn = await act(admin, 'DELETE', lanId, 'sign-in-code')
    expect(outcomeOf(withdrawn)).toEqual([200])
    expect((await admin.call('GET', `/api/accounts/${lanId}`)).json().openLink).toBeNull()
    const once = await createVisitor(test).call('POST', '/api/session/one-time', { code: made.signInCode })
    expect(outcomeOf(once)).toEqual([401, 'code-not-valid'])
    // There is none any more: nothing happens, and nothing is on record.
    const entries = await test.db.prisma.auditEntry.count()
    expect(outcomeOf(await act(admin, 'DELETE', lanId, 'sign-in-code'))).toEqual([200])
    expect(await test.db.prisma.auditEntry.count()).toBe(entries)
  })

  it('that also holds roles elsewhere is told in part, and left to the administrator above', async () => {
    expect((await admin.call('GET', `/api/accounts/${hoaId}`)).json()).toMatchObject({
      isWhollyYours: false,
      grants: [{ areaId: commune, role: 'approver' }],
    })
    for (const [method, what] of [
      ['DELETE', 'sign-in-code'],
      ['DELETE', 'sessions'],
    ] as const)
      expect(outcomeOf(await act(admin, method, hoaId, what))).toEqual([403, 'account-beyond-your-areas'])
    expect(outcomeOf(await admin.call('GET', `/api/accounts/${hoaId}/sessions`))).toEqual([
      403,
      'account-beyond-your-areas',
    ])
    expect(outcomeOf(await admin.call('GET', `/api/accounts/${above.accountId}`))).toEqual([404, 'not-found'])
  })

  it('is read, but not touched, by an auditor', async () => {
    expect((await auditor.call('GET', `/api/accounts/${lanId}`)).json()).toMatchObject({ isWhollyYours: false })
    expect((await auditor.call('GET', `/api/accounts/${lanId}/sessions`)).statusCode).toBe(403)
    expect((await act(auditor, 'DELETE', lanId, 'sessions')).statusCode).toBe(403)
  })
})

describe('somebody’s sessions', () => {
  it('are seen and ended one by one, or all, on record; the person is out at once', async () => {
    const id = await makePerson(test, 'minh', PASSWORD, { areaId: commune, role: 'editor' })
    const [pc, phone, tablet] = [createVisitor(test), createVisitor(test), createVisitor(test)]
    for (const one of [pc, phone, tablet]) await one.signIn('minh', PASSWORD)
    const seen = (await admin.call('GET', `/api/accounts/${id}/sessions`)).json()
    expect(seen).toHaveLength(3)
    expect(Object.keys(seen[0]).sort()).toEqual(['address', 'createdAt', 'id', 'lastSeenAt', 'userAgent'])
    expect((await admin.call('GET', `/api/accounts/${id}`)).json().lastSeenAt).not.toBeNull()

    expect((await act(admin, 'DELETE', id, `sessions/${seen[0].id}`)).statusCode).toBe(204)
    const states = () =>
      Promise.all([pc, phone, tablet].map(async (one) => (await one.call('GET', '/api/session')).statusCode))
    expect((await states()).sort()).toEqual([200, 200, 401])
    expect(outcomeOf(await act(admin, 'DELETE', id, `sessions/${seen[0].id}`))).toEqual([404, 'not-found'])
    // A session of somebody else is none of this account's.
    const [own] = (await admin.call('GET', '/api/account/sessions')).json()
    expect(outcomeOf(await act(admin, 'DELETE', id, `sessions/${own.id}`))).toEqual([404, 'not-found'])
    expect((await act(admin, 'DELETE', id, 'sessions')).statusCode).toBe(204)
    expect(await states()).toEqual([401, 401, 401])
    const entry = await test.db.prisma.auditEntry.findFirstOrThrow({ orderBy: { seq: 'desc' } })
    expect(JSON.parse(Buffer.from(entry.bytes).toString())).toMatchObject({
      action: 'account.sessions-ended',
      actorId: admin.accountId,
      subjectId: id,
      areaPath: [province, commune],
      after: { all: true },
    })
    expect(outcomeOf(await act(admin, 'DELETE', admin.accountId, 'sessions'))).toEqual([403, 'not-your-own-account'])
  })
})

describe('open consoles', () => {
  it('are told of accounts where one administers or audits them', async () => {
    const told: { kind: string; areaPath: readonly string[]; id?: string }[] = []
    const stop = test.events.subscribe((_sequence, event) => void told.push(event))
    await admin.call('PATCH', `/api/accounts/${lanId}`, { displayName: 'Nguyễn Thị Lan' })
    await act(admin, 'POST', lanId, 'sign-in-code')
    stop()
    expect(told.filter(({ kind }) => kind === 'accounts')).toEqual([
      { kind: 'accounts', areaPath: [province, commune], id: lanId },
      { kind: 'accounts', areaPath: [province, commune], id: lanId },
    ])
  })
})

describe('the trail', () => {
  it('names the things in its entries as far as they lie where one audits, and finds people by some letters', async () => {
    const deviceId = await test.makeDevice(commune, 'Cột loa chợ')
    await above.call('PATCH', `/api/devices/${deviceId}`, { volumePercent: 55 })
    await above.call('PUT', `/api/accounts/${hoaId}/grants`, {
      grants: [
        { areaId: commune, role: 'approver' },
        { areaId: neighbour, role: 'technician' },
      ],
    })
    const entriesFor = async (by: TestUser) => (await by.call('GET', '/api/audit?limit=20')).json().entries
    const [changed] = (await entriesFor(auditor)).filter((one: { action: string }) => one.action === 'device.changed')
    expect(changed.subject).toEqual({ type: 'device', id: deviceId, name: 'Cột loa chợ' })
    const [roles] = (await entriesFor(above)).filter(
      (one: { action: string }) => one.action === 'account.grants-changed',
    )
    expect(roles.names).toMatchObject({ [commune]: 'Bản Lầu', [neighbour]: 'Mường Hum', [hoaId]: 'Đỗ Hòa' })
    const found = await auditor.call('GET', '/api/audit/people?q=hoa')
    expect(names(found)).toEqual(['Đỗ Hòa'])
    expect(names(await auditor.call('GET', '/api/audit/people?q=tuan'))).toEqual([])
  })
})
