import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditNote } from '#server/audit/audit.ts'
import { auditPage, auditVerification } from '#server/audit/schemas.ts'
import { type Role, roles } from '#server/auth/rules.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { readXlsx } from '../../support/xlsx.ts'

let app: TestApp
let province: string
let commune: string
let village: string
let other: string
let auditor: TestUser
let communeAuditor: TestUser

beforeAll(async () => {
  app = await createTestApp()
  province = await app.makeArea('province', 'Tỉnh Nhất')
  commune = await app.makeArea('commune', 'Xã Hoà Bình', province)
  village = await app.makeArea('village', 'Thôn Đông', commune)
  other = await app.makeArea('commune', 'Xã Khác', province)
  auditor = await app.signInAs({ areaId: province, role: 'auditor' })
  communeAuditor = await app.signInAs({ areaId: commune, role: 'auditor' })
  const paths = {
    province: [province],
    commune: [province, commune],
    village: [province, commune, village],
    other: [province, other],
  }
  const write = (who: TestUser, note: Partial<AuditNote> & Pick<AuditNote, 'areaPath'>) => {
    app.clock.advance(60_000)
    const origin = { address: '10.0.0.7', requestId: 'request-1' }
    return app.audit.note(
      { accountId: who.accountId, userName: 'lan', origin },
      { action: 'area.changed', subject: { type: 'area', id: note.areaPath.at(-1) ?? null }, ...note },
    )
  }
  await write(auditor, { areaPath: [], action: 'server.started', subject: { type: 'server', id: null } })
  await write(auditor, { areaPath: paths.province })
  await write(auditor, { areaPath: paths.commune, before: { name: 'Xã Cũ' }, after: { name: 'Xã Hoà Bình' } })
  await write(communeAuditor, {
    areaPath: paths.village,
    action: 'device.created',
    subject: { type: 'device', id: 'd1' },
  })
  await write(communeAuditor, { areaPath: paths.other, outcome: 'refused', reason: 'not-allowed' })
})
afterAll(() => app.close())

const list = async (who: TestUser, query = '', headers: Record<string, string> = {}) => {
  const answer = await who.call('GET', `/api/audit${query}`, undefined, headers)
  expect(answer.statusCode, answer.body).toBe(200)
  return auditPage.parse(answer.json())
}
const seqs = async (who: TestUser, query = '') => (await list(who, query)).entries.map(({ seq }) => seq)

describe('who may read', () => {
  it.each(
    roles.map((role): [Role, number] => [
      role,
      ['administrator', 'province_official', 'auditor'].includes(role) ? 200 : 403,
    ]),
  )('%s: %i', async (role, status) => {
    const user = await app.signInAs({ areaId: province, role })
    for (const url of ['/api/audit', '/api/audit/export', '/api/audit/verification']) {
      expect((await user.call('GET', url)).statusCode).toBe(status)
    }
    expect((await user.call('POST', '/api/audit/verification')).statusCode).toBe(status)
  })

  it('everything for the root, the own areas for everybody else, and what belongs to no area for the root alone', async () => {
    expect((await seqs(auditor, '?action=area.changed')).sort()).toEqual([2, 3, 5])
    expect(await seqs(auditor, '?action=server.started')).toEqual([1])
    expect((await seqs(communeAuditor)).sort()).toEqual([3, 4])
  })
})

describe('what is read', () => {
  it('words in the reader’s language, and names', async () => {
    const query = `?areaId=${commune}&action=area.changed`
    const [entry] = (await list(communeAuditor, query)).entries
    expect(entry).toMatchObject({
      actor: { id: auditor.accountId, userName: 'lan', displayName: expect.stringContaining('Người') },
      address: '10.0.0.7',
      requestId: 'request-1',
      actionText: 'Sửa địa bàn',
      area: { id: commune, name: 'Xã Hoà Bình' },
      before: { name: 'Xã Cũ' },
      after: { name: 'Xã Hoà Bình' },
      outcome: 'done',
    })
    const [english] = (await list(communeAuditor, query, { 'accept-language': 'en' })).entries
    expect(english?.actionText).toBe('Changed an area')
  })

  it.each<[string, () => string, number[]]>([
    ['an area and all below it', () => `?areaId=${commune}`, [3, 4]],
    ['an action', () => '?action=device.created', [4]],
    ['a person', () => `?actorId=${communeAuditor.accountId}`, [4, 5]],
    ['a subject', () => '?subjectId=d1', [4]],
    ['refusals', () => '?outcome=refused', [5]],
    ['a time', () => `?from=2026-03-02T03:02:30.000Z&to=2026-03-02T03:04:30.000Z`, [3, 4]],
    ['an area that is not one’s own', () => `?areaId=${crypto.randomUUID()}`, []],
  ])('filtered by %s', async (_what, query, expected) => {
    const found = await seqs(auditor, query())
    expect(found.filter((seq) => seq <= 5).sort()).toEqual(expected)
  })

  it.each(['?action=nonsense', '?limit=0', '?limit=201', '?before=x', '?areaId=1', '?from=yesterday'])(
    'refuses %s',
    async (query) => {
      expect((await auditor.call('GET', `/api/audit${query}`)).statusCode).toBe(400)
    },
  )

  it('page by page, without a gap or a repetition', async () => {
    const all = await seqs(auditor)
    const read: number[] = []
    let query = '?limit=2'
    for (;;) {
      const page = await list(auditor, query)
      read.push(...page.entries.map(({ seq }) => seq))
      if (page.next === null) break
      query = `?limit=2&before=${page.next}`
    }
    expect(read).toEqual(all)
    expect(all).toEqual([...all].sort((a, b) => b - a))
  })
})

describe('the export', () => {
  it('is the same as CSV, safe for spreadsheets, and on record', async () => {
    await app.audit.note(
      { accountId: null, userName: '=HYPERLINK("http://evil")' },
      { action: 'session.opened', outcome: 'refused', areaPath: [], subject: { type: 'account', id: '@x' } },
    )
    const answer = await auditor.call('GET', '/api/audit/export?action=session.opened')
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toContain('attachment')
    const [head, row, end] = answer.body.split('\r\n')
    expect(head).toMatch(/^\uFEFF"Số thứ tự";"Thời điểm"/)
    expect(row).toContain(`"'=HYPERLINK(""http://evil"")"`)
    expect(row).toContain(`"'@x"`)
    expect(end).toBe('')
    const [noted] = (await list(auditor, '?action=audit.exported')).entries
    expect(noted).toMatchObject({ area: { id: province }, after: { action: 'session.opened' } })
  })

  it('is the same as a workbook', async () => {
    const answer = await auditor.call('GET', '/api/audit/export?format=xlsx&action=session.opened')
    const { sheets } = readXlsx(answer.rawPayload)
    expect(sheets.map(({ name }) => name)).toEqual(['Nhật ký hệ thống'])
    const [head, row] = sheets[0]?.rows ?? []
    expect(head?.slice(0, 3)).toEqual(['Số thứ tự', 'Thời điểm', 'Tên đăng nhập'])
    // 10:03 on 2 March 2026 in Viet Nam, as Excel counts days.
    expect(row?.[1]).toBeGreaterThan(46_083)
    expect(row).toContain('=HYPERLINK("http://evil")')
  })

  it('holds more than a page, and only what one may see', async () => {
    for (let index = 0; index < 12; index++) {
      await app.audit.act({ accountId: null, userName: null }, async (_tx, note) => {
        for (let part = 0; part < 50; part++) {
          note({ action: 'broadcast.created', areaPath: [province, commune], subject: { type: 'broadcast', id: null } })
        }
      })
    }
    const count = async (who: TestUser) =>
      (await who.call('GET', '/api/audit/export?action=broadcast.created')).body.trim().split('\r\n').length - 1
    expect(await count(auditor)).toBe(600)
    expect(await count(communeAuditor)).toBe(600)
    expect(await count(await app.signInAs({ areaId: other, role: 'auditor' }))).toBe(0)
  })
})

describe('the verification', () => {
  const ask = async (method: 'GET' | 'POST') =>
    auditVerification.parse((await auditor.call(method, '/api/audit/verification')).json())

  it('is intact, once a minute, and names the row that is not', async () => {
    app.clock.advance(60_000)
    const entries = await app.db.prisma.auditEntry.count()
    expect(await ask('POST')).toMatchObject({
      head: { seq: entries },
      result: { isIntact: true, entries, fault: null },
    })
    await app.db.asOwner('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
    await app.db.asOwner(`UPDATE audit_entry SET subject_id = 'd2' WHERE seq = 4`)
    expect((await ask('POST')).result?.isIntact).toBe(true)
    app.clock.advance(60_000)
    expect(await ask('POST')).toMatchObject({
      result: {
        isIntact: false,
        fault: { seq: 4, table: 'audit_entry', code: 'column-differs', text: expect.stringContaining('cột') },
      },
    })
    expect((await ask('GET')).result?.isIntact).toBe(false)
    expect(app.reported).toContainEqual({
      code: 'audit-broken',
      facts: { detail: expect.stringContaining('audit_entry 4 column-differs: subject_id is d2, sealed was d1') },
    })
  })
})

it('only requests that are signed in get that far', async () => {
  for (const url of ['/api/audit', '/api/audit/export', '/api/audit/verification']) {
    expect((await app.inject({ method: 'GET', url })).statusCode).toBe(401)
  }
})
