import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/app.ts'

let test: TestApp
let province: string
let commune: string
let village: string
let otherCommune: string

beforeAll(async () => {
  test = await createTestApp()
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  village = await test.makeArea('village', 'Na Pao', commune)
  otherCommune = await test.makeArea('commune', 'Mường Hum', province)
  await test.makeDevice(village, 'Nhà văn hóa')
  await test.makeDevice(commune, 'UBND')
})
afterAll(() => test.close())

describe('the tree of areas', () => {
  it('shows what one may read, counted with all below, and nothing of what lies above', async () => {
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    const answer = await editor.call('GET', '/api/areas')
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject([
      { id: commune, parentId: null, path: [commune], deviceCount: 2, onlineCount: 0 },
      { id: village, parentId: commune, path: [commune, village], deviceCount: 1 },
    ])
    expect(answer.body).not.toContain(province)
  })

  it('grows below an area that one administers, and nowhere else', async () => {
    const admin = await test.signInAs({ areaId: commune, role: 'administrator' })
    const made = await admin.call('POST', '/api/areas', { parentId: commune, kind: 'village', name: 'Cốc Phương' })
    expect(made.statusCode, made.body).toBe(201)
    expect(made.json()).toMatchObject({ parentId: commune, kind: 'village', name: 'Cốc Phương', deviceCount: 0 })
    const twice = await admin.call('POST', '/api/areas', { parentId: commune, kind: 'village', name: 'Cốc Phương' })
    expect([twice.statusCode, twice.json().code]).toEqual([409, 'area-name-taken'])
    const elsewhere = await admin.call('POST', '/api/areas', { parentId: otherCommune, kind: 'village', name: 'X' })
    expect([elsewhere.statusCode, elsewhere.json().code]).toEqual([404, 'not-found'])
    const upsideDown = await admin.call('POST', '/api/areas', { parentId: village, kind: 'commune', name: 'X' })
    expect([upsideDown.statusCode, upsideDown.json().code]).toEqual([422, 'area-kind-misplaced'])
  })

  it('renames, but not to the name of a sibling', async () => {
    const admin = await test.signInAs({ areaId: province, role: 'administrator' })
    const renamed = await admin.call('PATCH', `/api/areas/${otherCommune}`, { name: 'Mường Hum mới' })
    expect(renamed.json()).toMatchObject({ id: otherCommune, name: 'Mường Hum mới' })
    const taken = await admin.call('PATCH', `/api/areas/${otherCommune}`, { name: 'Bản Lầu' })
    expect([taken.statusCode, taken.json().code]).toEqual([409, 'area-name-taken'])
  })

  it('gives a name to one of those who ask for it in the same instant, and refuses the others', async () => {
    const admin = await test.signInAs({ areaId: province, role: 'administrator' })
    const statuses = (answers: { statusCode: number }[]) => answers.map((one) => one.statusCode).sort()
    const make = (name: string) => admin.call('POST', '/api/areas', { parentId: commune, kind: 'village', name })
    expect(statuses(await Promise.all([1, 2, 3, 4].map(() => make('Cùng tên'))))).toEqual([201, 409, 409, 409])
    const made = await Promise.all([1, 2, 3, 4].map((number) => make(`Thôn ${number}`)))
    const renamed = await Promise.all(
      made.map((one) => admin.call('PATCH', `/api/areas/${one.json().id}`, { name: 'Thôn mới' })),
    )
    expect(statuses(renamed)).toEqual([200, 409, 409, 409])
    expect(renamed.find((one) => one.statusCode === 409)?.json().code).toBe('area-name-taken')
  })

  it('lets go of an area that was added by mistake, and of none in which there is or was anything', async () => {
    const admin = await test.signInAs({ areaId: commune, role: 'administrator' })
    const asked = { parentId: commune, kind: 'village', name: 'Thôn gõ nhầm' }
    const { id } = (await admin.call('POST', '/api/areas', asked)).json()
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    expect((await editor.call('DELETE', `/api/areas/${id}`)).statusCode).toBe(403)
    expect((await admin.call('DELETE', `/api/areas/${id}`)).statusCode).toBe(204)
    expect((await admin.call('DELETE', `/api/areas/${id}`)).statusCode).toBe(404)
    const used = await admin.call('DELETE', `/api/areas/${village}`)
    expect([used.statusCode, used.json().code]).toEqual([409, 'area-in-use'])
    // One’s own topmost area stands in a place of which one does not know.
    expect((await admin.call('DELETE', `/api/areas/${commune}`)).statusCode).toBe(404)
  })

  it('is not changed by who only reads', async () => {
    const auditor = await test.signInAs({ areaId: province, role: 'auditor' })
    const refused = await auditor.call('PATCH', `/api/areas/${commune}`, { name: 'Khác' })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'not-allowed'])
  })
})
