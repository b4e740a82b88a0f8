import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { airtimeRoutes } from '#server/airtime/routes.ts'
import { airtimeReport, playEvidence, playsPage } from '#server/airtime/schemas.ts'
import { createAirtimeService } from '#server/airtime/service.ts'
import { makeReported } from '../../support/airtime.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { readXlsx } from '../../support/xlsx.ts'

let app: TestApp
let auditor: TestUser
let stranger: TestUser
let ids: { commune: string; village: string; device: string }
const START = Date.parse('2026-03-01T22:30:00Z')
const range = 'from=2026-03-01T00:00:00Z&to=2026-03-04T00:00:00Z'

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => [airtimeRoutes({ airtime: createAirtimeService(parts), zone: 'Asia/Ho_Chi_Minh' })],
  })
  const province = await app.makeArea('province', 'Tỉnh Nhất')
  const commune = await app.makeArea('commune', 'Xã Hòa Bình', province)
  const village = await app.makeArea('village', 'Thôn Đông', commune)
  const other = await app.makeArea('commune', 'Xã Khác', province)
  auditor = await app.signInAs({ areaId: commune, role: 'auditor' })
  stranger = await app.signInAs({ areaId: other, role: 'auditor' })
  const [device, broadcastId] = [newId(START), newId(START)]
  ids = { commune, village, device }
  const createdAt = new Date(START - 86_400_000)
  await app.db.prisma.device.create({ data: { id: device, areaId: village, name: 'Loa chợ', createdAt } })
  await app.db.prisma.programme.create({
    data: { id: broadcastId, areaId: commune, title: 'x', createdAt, updatedAt: createdAt },
  })
  await app.db.prisma.broadcast.create({
    data: {
      id: broadcastId,
      programmeId: broadcastId,
      areaId: commune,
      priority: 'normal',
      localTimes: ['05:30:00'],
      timeZone: 'Asia/Ho_Chi_Minh',
      firstDate: '2026-03-02',
      createdById: auditor.accountId,
      createdAt,
      updatedAt: createdAt,
    },
  })
  await makeReported(app.db, broadcastId, [
    { deviceId: device, title: '=cmd|calc', topic: 'policy', startAtMs: START, durationMs: 60_000, heardMs: 60_000 },
    {
      deviceId: device,
      title: 'Hai',
      topic: 'society',
      startAtMs: START + 60_000,
      durationMs: 60_000,
      heardMs: 20_000,
    },
    ...Array.from({ length: 30 }, (_, index) => ({
      deviceId: device,
      title: `Bài ${index}`,
      topic: 'policy',
      campaign: 'Chuyển đổi số',
      startAtMs: START + 3_600_000 + index * 60_000,
      durationMs: 60_000,
      heardMs: 60_000,
    })),
  ])
})
afterAll(() => app.close())

const get = async (who: TestUser, path: string) => who.call('GET', `/api/airtime${path}`)

describe('from the sum to the single play', () => {
  it.each([
    ['below', { 'Thôn Đông': 1_880_000 }],
    ['campaign', { 'Chuyển đổi số': 1_800_000, 'Không thuộc chiến dịch nào': 80_000 }],
    ['priority', { 'Thông thường': 1_880_000 }],
    ['week', { '2026-03-02': 1_880_000 }],
    ['month', { '2026-03': 1_880_000 }],
  ])('sums by %s', async (by, expected) => {
    const report = airtimeReport.parse((await get(auditor, `?${range}&by=${by}&areaId=${ids.commune}`)).json())
    expect(Object.fromEntries(report.rows.map(({ label, playedMs }) => [label, playedMs]))).toEqual(expected)
  })

  it('lists the plays page by page, without a gap or a repetition, and by outcome', async () => {
    const read: string[] = []
    for (let after = ''; ; ) {
      const page = playsPage.parse(
        (await get(auditor, `/plays?${range}&deviceId=${ids.device}&limit=7${after}`)).json(),
      )
      read.push(...page.plays.map(({ itemId }) => itemId ?? ''))
      if (page.next === null) break
      after = `&after=${page.next}`
    }
    expect(read).toHaveLength(32)
    expect(new Set(read).size).toBe(32)
    const partial = playsPage.parse((await get(auditor, `/plays?${range}&outcome=partial`)).json())
    expect(partial.plays.map(({ title, reason }) => [title, reason?.code])).toEqual([['Hai', 'power-lost']])
    expect((await get(auditor, `/plays?${range}&after=nonsense`)).statusCode).toBe(404)
  })

  it('proves a play by its entries, to nobody who may not see it', async () => {
    const { plays } = playsPage.parse((await get(auditor, `/plays?${range}&limit=2`)).json())
    const query = plays.map(
      ({ occurrenceId, itemId }) =>
        `/evidence?deviceId=${ids.device}&language=vi&itemId=${itemId}&occurrenceId=${encodeURIComponent(occurrenceId ?? '')}`,
    )
    const proof = playEvidence.parse((await get(auditor, query[1] ?? '')).json())
    expect(proof.play).toMatchObject({ outcome: 'partial', heardMs: 20_000 })
    expect(proof.reports[0]?.entries.map(({ seq, type, isIntact }) => [seq, type, isIntact])).toEqual([
      [3, 'play-started', true],
      [4, 'play-ended', true],
    ])
    expect((await get(stranger, query[1] ?? '')).statusCode).toBe(404)
    // Somebody changes what the device wrote: the entry no longer gives its hash.
    await app.db.asOwner(
      `UPDATE ledger_entry SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '20000', '60000'), 'UTF8') WHERE seq = 4`,
    )
    const altered = playEvidence.parse((await get(auditor, query[1] ?? '')).json())
    expect(altered.reports[0]?.entries.map(({ isIntact }) => isIntact)).toEqual([true, false])
  })
})

describe('the export', () => {
  it('is CSV for Vietnamese spreadsheets: semicolons, days first, no formulas', async () => {
    const answer = await get(auditor, `/export?${range}&format=csv&what=plays`)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    const [head = '', first = ''] = answer.body.split('\r\n')
    expect(head.startsWith('\uFEFF"Giờ theo kế hoạch";"Địa bàn";"Cụm loa"')).toBe(true)
    expect(first).toContain('02/03/2026 05:30:00;"Thôn Đông";"Loa chợ";"\'=cmd|calc"')
    expect(first).toContain(';0:01:00;0:01:00;')
  })

  it('is a workbook with numbers that Excel counts with, and a head that stays', async () => {
    const { sheets, parts } = readXlsx((await get(auditor, `/export?${range}&format=xlsx&what=plays`)).rawPayload)
    const rows = sheets[0]?.rows ?? []
    const head = rows.findIndex((row) => row[0] === 'Giờ theo kế hoạch')
    expect(rows.slice(0, head).map((row) => row[0])).toEqual([
      'Từng lượt phát',
      'Địa bàn: Mọi địa bàn được xem',
      'Kỳ báo cáo: 01/03/2026 – 04/03/2026',
      expect.stringMatching(/^Người lập: .+, lúc \d\d:\d\d \d\d\/\d\d\/\d{4}$/),
    ])
    const [startAt, , , title] = rows[head + 1] ?? []
    // Day 46083 of Excel is 2 March 2026.
    expect(startAt).toBeCloseTo(46_083 + (5.5 * 60) / 1_440, 6)
    expect(title).toBe('=cmd|calc')
    expect(sheets[0]?.xml).toContain('state="frozen"')
    expect(sheets[0]?.xml).not.toContain('<f')
    expect(parts.get('xl/styles.xml')).toContain('[h]:mm:ss')
    expect(rows).toHaveLength(head + 1 + 32)
  })

  it('holds nothing that one may not see, and says who asked', async () => {
    const { sheets } = readXlsx((await get(stranger, `/export?${range}&format=xlsx&areaId=${ids.commune}`)).rawPayload)
    expect(JSON.stringify(sheets[0]?.rows)).not.toMatch(/Hòa Bình|Thôn Đông/)
    const noted = await app.db.prisma.auditEntry.findMany({
      where: { action: 'airtime.exported' },
      orderBy: { seq: 'asc' },
    })
    expect(noted.map(({ actorId }) => actorId)).toEqual([auditor.accountId, auditor.accountId, stranger.accountId])
  })
})
