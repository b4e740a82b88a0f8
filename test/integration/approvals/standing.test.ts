import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { standingApproval } from '#server/approvals/schemas.ts'
import { toDate } from '#server/clock.ts'
import type { TestUser } from '../../support/app.ts'
import { type ApprovalWorld, type Bulletin, DAY_MS, makeApprovalWorld } from './world.ts'

/** "What is submitted for this programme until then is approved", through the public API on a real database. */
let world: ApprovalWorld
let editor: TestUser
let approver: TestUser
/** Writes, and approves. */
let both: TestUser

beforeAll(async () => {
  world = await makeApprovalWorld()
  ;({ editor, approver } = world)
  both = await world.app.signInAs(
    { areaId: world.commune, role: 'editor' },
    { areaId: world.commune, role: 'approver' },
  )
})
afterAll(() => world?.app.close())

/** A bulletin that stands in a programme of its own. */
async function writeInProgramme(author = editor): Promise<{ draft: Bulletin; programmeId: string }> {
  const draft = await world.write(author)
  return { draft, programmeId: await world.makeProgramme([draft.id]) }
}

describe('what is submitted for the programme', () => {
  test('is approved at once, by the giver, and says by what; it is on record with its hash', async () => {
    const { draft, programmeId } = await writeInProgramme()
    const given = await world.giveStanding(approver, programmeId)
    expect(given).toMatchObject({ isInForce: true, mayWithdraw: true, programmeTitle: 'Sáng' })
    const { current } = await world.submit(editor, draft)
    expect(current).toMatchObject({
      state: 'approved',
      deciderName: given.givenByName,
      standingApproval: { id: given.id, validUntil: given.validUntil },
    })
    expect((await world.trail('approval.standing-given')).at(-1)).toMatchObject({
      actorId: approver.accountId,
      subjectId: given.id,
      after: { programmeId, validUntil: given.validUntil },
    })
    expect((await world.trail('bulletin.submitted')).at(-1)).toMatchObject({ subjectId: draft.id })
    expect((await world.trail('bulletin.approved')).at(-1)).toMatchObject({
      actorId: editor.accountId,
      subjectId: draft.id,
      after: {
        contentHash: current.contentHash,
        standingApprovalId: given.id,
        deciderId: approver.accountId,
      },
    })
  })

  test('waits when one of its programmes has no standing approval, or it stands in none', async () => {
    const { draft, programmeId } = await writeInProgramme()
    await world.giveStanding(approver, programmeId)
    await world.makeProgramme([draft.id])
    expect((await world.submit(editor, draft)).current.state).toBe('pending')
    expect((await world.submit(editor, await world.write(editor))).current.state).toBe('pending')
  })

  test('waits when the giver had a hand in it, and what waits already is not approved afterwards', async () => {
    const own = await writeInProgramme(both)
    await world.giveStanding(both, own.programmeId)
    const pending = await world.submit(both, own.draft)
    expect(pending.current.state).toBe('pending')
    await world.giveStanding(approver, own.programmeId)
    const again = await editor.call('GET', `/api/bulletins/${pending.id}`)
    expect(again.json().current.state).toBe('pending')
  })

  test('waits for the province’s approver when it is the province’s', async () => {
    const official = await world.app.signInAs({ areaId: world.province, role: 'province_official' })
    const draft = await world.write(official, 'Của tỉnh', world.province)
    const order = { areaId: world.commune, title: 'Sáng', bulletinIds: [draft.id] }
    const { id } = (await official.call('POST', '/api/programmes', order)).json()
    await world.giveStanding(approver, id)
    expect((await world.submit(official, draft)).current.state).toBe('pending')
  })

  test('waits after somebody returned it, be it edited or not, until a person has approved it again', async () => {
    const { draft, programmeId } = await writeInProgramme()
    await world.giveStanding(approver, programmeId)
    const { current } = await world.submit(editor, draft)
    const judged = { revisionId: current.id, contentHash: current.contentHash, comment: 'Sai số liệu.' }
    const returned = (await both.call('POST', `/api/bulletins/${draft.id}/return`, judged)).json()
    const pending = await world.submit(editor, returned)
    expect(pending.current).toMatchObject({ state: 'pending', number: 2 })
    const { title: _title, ...content } = pending.current
    const edit = { ...content, title: 'Đã sửa' }
    const { topic, language, clipId } = edit
    const url = `/api/bulletins/${draft.id}`
    const edited = (await editor.call('PUT', url, { title: edit.title, topic, language, clipId })).json()
    const again = await world.submit(editor, edited)
    expect(again.current.state).toBe('pending')
    expect(await world.approve(approver, again)).toBe('approved')
    const fresh = (await editor.call('PUT', url, { title: 'Hôm sau', topic, language, clipId })).json()
    expect((await world.submit(editor, fresh)).current.state).toBe('approved')
  })
})

describe('it ends', () => {
  let draft: Bulletin
  let programmeId: string
  beforeEach(async () => {
    ;({ draft, programmeId } = await writeInProgramme())
  })
  const isListed = async (id: string) =>
    standingApproval
      .array()
      .parse((await approver.call('GET', `/api/standing-approvals?areaId=${world.commune}`)).json())
      .find((one) => one.id === id)

  test('at its time', async () => {
    const { id } = await world.giveStanding(approver, programmeId, 1)
    expect(await isListed(id)).toMatchObject({ isInForce: true })
    world.app.clock.advance(DAY_MS)
    expect((await world.submit(editor, draft)).current.state).toBe('pending')
    expect(await isListed(id)).toBeUndefined()
  })

  test('when it is withdrawn, which another approver may do, once; what it approved stays', async () => {
    const { id } = await world.giveStanding(approver, programmeId)
    const approved = await world.submit(editor, draft)
    expect((await editor.call('POST', `/api/standing-approvals/${id}/withdraw`)).statusCode).toBe(403)
    expect((await both.call('POST', `/api/standing-approvals/${id}/withdraw`)).statusCode).toBe(200)
    expect(world.refusalOf(await both.call('POST', `/api/standing-approvals/${id}/withdraw`))).toBe('409 standing-over')
    expect((await world.trail('approval.standing-withdrawn')).at(-1)).toMatchObject({ subjectId: id })
    const now = (await editor.call('GET', `/api/bulletins/${draft.id}`)).json().current
    expect([now.id, now.state]).toEqual([approved.current.id, 'approved'])
    const { topic, language, clipId } = now
    const change = { title: 'Khác', topic, language, clipId }
    const edited = (await editor.call('PUT', `/api/bulletins/${draft.id}`, change)).json()
    expect((await world.submit(editor, edited)).current.state).toBe('pending')
  })

  test.each(['the role', 'the account'])('when the giver loses %s', async (what) => {
    const giver = await world.app.signInAs({ areaId: world.commune, role: 'approver' })
    const { id } = await world.giveStanding(giver, programmeId)
    const { prisma } = world.app.db
    const accountId = giver.accountId
    if (what === 'the role') await prisma.roleGrant.deleteMany({ where: { accountId } })
    else await prisma.account.update({ where: { id: accountId }, data: { disabledAt: toDate(world.app.clock.now()) } })
    expect(await isListed(id)).toMatchObject({ isInForce: false })
    expect((await world.submit(editor, draft)).current.state).toBe('pending')
  })
})

describe('it is given', () => {
  test('by approvers of the area only, for a year at most', async () => {
    const { programmeId } = await writeInProgramme()
    const other = await world.app.makeArea('commune', 'Xã Bên')
    const stranger = await world.app.signInAs({ areaId: other, role: 'approver' })
    const body = { programmeId, validUntil: world.inDays(30), reason: 'x' }
    const give = async (who: TestUser, change = {}) =>
      world.refusalOf(await who.call('POST', '/api/standing-approvals', { ...body, ...change }))
    expect(await give(editor)).toBe('403 not-allowed')
    expect(await give(stranger)).toBe('404 not-found')
    expect(await give(approver, { validUntil: world.inDays(367) })).toBe('400 standing-too-long')
    expect(await give(approver, { validUntil: world.inDays(-1) })).toBe('400 approval-period-invalid')
    const { id } = await world.giveStanding(approver, programmeId)
    const seen = (await stranger.call('GET', '/api/standing-approvals')).json()
    expect(seen).toEqual([])
    expect(world.refusalOf(await stranger.call('POST', `/api/standing-approvals/${id}/withdraw`))).toBe('404 not-found')
  })
})

describe('one programme’s standing approval is no approval for others', () => {
  test('what it approved comes into no programme without one, until a person has approved it', async () => {
    const { draft, programmeId } = await writeInProgramme()
    await world.giveStanding(approver, programmeId)
    const approved = await world.submit(editor, draft)
    const order = { areaId: world.commune, title: 'Chiều', bulletinIds: [draft.id] }
    const refused = await editor.call('POST', '/api/programmes', order)
    expect(world.refusalOf(refused)).toBe('409 bulletin-standing-only')
    expect(refused.json().title).toContain(draft.current.title)
    const other = await writeInProgramme()
    const change = { title: 'Chiều', bulletinIds: [other.draft.id, draft.id] }
    const url = `/api/programmes/${other.programmeId}`
    expect(world.refusalOf(await editor.call('PUT', url, change))).toBe('409 bulletin-standing-only')
    // Its own programme may be put into another order.
    const same = { title: 'Sáng', bulletinIds: [other.draft.id, draft.id] }
    expect((await editor.call('PUT', `/api/programmes/${programmeId}`, same)).statusCode).toBe(200)
    expect(await world.approve(approver, approved)).toBe('approved')
    const confirmed = (await editor.call('GET', `/api/bulletins/${draft.id}`)).json().current
    expect(confirmed).toMatchObject({ state: 'approved', standingApproval: null })
    expect((await editor.call('PUT', url, change)).statusCode).toBe(200)
    expect((await world.trail('programme.changed')).at(-1)).toMatchObject({
      subjectId: other.programmeId,
      before: { title: 'Sáng', bulletins: [other.draft.id] },
      after: { title: 'Chiều', bulletins: [other.draft.id, draft.id] },
    })
  })
})
