import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { delegate, delegation } from '#server/approvals/schemas.ts'
import { toDate } from '#server/clock.ts'
import { bulletin } from '#server/library/schemas.ts'
import type { TestUser } from '../../support/app.ts'
import { type ApprovalWorld, type Bulletin, DAY_MS, look, makeApprovalWorld } from './world.ts'

/** Approving in the place of who is away, through the public API on a real database. */
let world: ApprovalWorld
let editor: TestUser
let approver: TestUser
/** Reads and writes, and approves only for others. */
let deputy: TestUser

beforeAll(async () => {
  world = await makeApprovalWorld()
  ;({ editor } = world)
})
afterAll(() => world?.app.close())
beforeEach(async () => {
  approver = await world.app.signInAs({ areaId: world.commune, role: 'approver' })
  deputy = await world.app.signInAs({ areaId: world.commune, role: 'editor' })
})

const writePending = async (author = editor): Promise<Bulletin> => world.submit(author, await world.write(author))
const read = async (who: TestUser, id: string) => bulletin.parse((await who.call('GET', `/api/bulletins/${id}`)).json())
const listFor = async (who: TestUser) => delegation.array().parse((await who.call('GET', '/api/delegations')).json())

describe('while an approver is away', () => {
  test('the deputy approves in their place, which the bulletin and the trail say', async () => {
    const pending = await writePending()
    expect(await world.approve(deputy, pending)).toBe('403 not-allowed')
    const given = await world.delegate(approver, deputy)
    expect(given).toMatchObject({ state: 'in-force', mayEnd: true, toId: deputy.accountId })
    expect(await read(deputy, pending.id)).toMatchObject({ mayApprove: true, inPlaceOfName: given.fromName })
    expect(await world.approve(deputy, pending)).toBe('approved')
    const { current } = await read(editor, pending.id)
    expect(current).toMatchObject({ deciderName: given.toName, onBehalfOfName: given.fromName })
    expect((await world.trail('bulletin.approved')).at(-1)).toMatchObject({
      actorId: deputy.accountId,
      onBehalfOfId: approver.accountId,
      after: { contentHash: current.contentHash },
    })
    expect((await world.trail('approval.delegated')).at(-1)).toMatchObject({
      actorId: approver.accountId,
      after: { toId: deputy.accountId, endsAt: given.endsAt },
    })
  })

  test('the deputy’s open consoles are told when it begins and when it ends', async () => {
    const told: string[] = []
    const stop = world.app.sessions.onChange((accountId) => told.push(accountId))
    const given = await world.delegate(approver, deputy)
    expect(told).toEqual([deputy.accountId])
    expect((await approver.call('POST', `/api/delegations/${given.id}/end`)).statusCode).toBe(200)
    expect(told).toEqual([deputy.accountId, deputy.accountId])
    stop()
  })

  test('nobody approves the own work in that way: neither the deputy’s nor that of who is away', async () => {
    const writer = await world.app.signInAs(
      { areaId: world.commune, role: 'approver' },
      { areaId: world.commune, role: 'editor' },
    )
    await world.delegate(writer, deputy)
    const ofDeputy = await writePending(deputy)
    const ofWriter = await writePending(writer)
    expect(await world.approve(deputy, ofDeputy)).toBe('403 author-may-not-decide')
    expect(await read(deputy, ofWriter.id)).toMatchObject({ mayApprove: false, isContributor: false })
    world.app.reported.length = 0
    expect(await world.approve(deputy, ofWriter)).toBe('403 delegator-may-not-decide')
    expect(world.app.reported).toMatchObject([
      { code: 'permission-denied', facts: { accountId: deputy.accountId, detail: 'delegator-may-not-decide' } },
    ])
    expect((await world.trail('bulletin.approved')).at(-1)).toMatchObject({
      actorId: deputy.accountId,
      subjectId: ofWriter.id,
      outcome: 'refused',
      reason: 'delegator-may-not-decide',
      after: { contentHash: ofWriter.current.contentHash },
    })
    // Another approver lent the right too, and had no hand in it.
    await world.delegate(approver, deputy)
    expect(await world.approve(deputy, ofWriter)).toBe('approved')
  })

  test('who is an approver already decides in the own right', async () => {
    const other = await world.app.signInAs({ areaId: world.commune, role: 'approver' })
    await world.delegate(approver, other)
    const pending = await writePending()
    expect(await world.approve(other, pending)).toBe('approved')
    expect((await read(editor, pending.id)).current.onBehalfOfName).toBeNull()
  })

  test('a standing approval that the deputy gave ends with the delegation', async () => {
    const drafts = [await world.write(editor), await world.write(editor)]
    const programmeId = await world.makeProgramme(drafts.map((one) => one.id))
    const { id } = await world.delegate(approver, deputy)
    const standing = await world.giveStanding(deputy, programmeId)
    expect(standing.onBehalfOfName).not.toBeNull()
    const submitted = drafts.map((draft) => ({ draft, state: '' }))
    for (const one of submitted) {
      one.state = (await world.submit(editor, one.draft)).current.state
      await approver.call('POST', `/api/delegations/${id}/end`)
    }
    expect(submitted.map((one) => one.state)).toEqual(['approved', 'pending'])
  })
})

describe('it ends', () => {
  test('at its time, and does not begin before', async () => {
    const body = { toId: deputy.accountId, areaId: world.commune, reason: 'Nghỉ phép' }
    const period = { startsAt: world.inDays(1), endsAt: world.inDays(2) }
    const { id } = (await approver.call('POST', '/api/delegations', { ...body, ...period })).json()
    const pending = await writePending()
    const stateOf = async () => (await listFor(approver)).find((one) => one.id === id)?.state
    expect([await stateOf(), await world.approve(deputy, pending)]).toEqual(['upcoming', '403 not-allowed'])
    world.app.clock.advance(DAY_MS)
    expect((await read(deputy, pending.id)).mayApprove).toBe(true)
    world.app.clock.advance(DAY_MS)
    expect([await stateOf(), (await read(editor, pending.id)).mayApprove]).toEqual([undefined, false])
  })

  test.each(['who gave it', 'the deputy', 'an administrator'])('by %s, once', async (by) => {
    const given = await world.delegate(approver, deputy)
    const administrator = await world.app.signInAs({ areaId: world.commune, role: 'administrator' })
    const who = by === 'who gave it' ? approver : by === 'the deputy' ? deputy : administrator
    const url = `/api/delegations/${given.id}/end`
    expect(world.refusalOf(await editor.call('POST', url))).toBe('403 delegation-not-yours')
    expect((await who.call('POST', url)).statusCode).toBe(200)
    expect(world.refusalOf(await who.call('POST', url))).toBe('409 delegation-over')
    expect(await world.approve(deputy, await writePending())).toBe('403 not-allowed')
    expect((await world.trail('approval.delegation-ended')).at(-1)).toMatchObject({
      actorId: who.accountId,
      subjectId: given.id,
    })
  })

  test.each(['the role', 'the account'])('when the approver loses %s', async (what) => {
    const { id } = await world.delegate(approver, deputy)
    const { prisma } = world.app.db
    const { accountId } = approver
    if (what === 'the role') await prisma.roleGrant.deleteMany({ where: { accountId } })
    else await prisma.account.update({ where: { id: accountId }, data: { disabledAt: toDate(world.app.clock.now()) } })
    expect(await world.approve(deputy, await writePending())).toBe('403 not-allowed')
    expect((await listFor(deputy)).find((one) => one.id === id)?.state).toBe('lapsed')
  })
})

describe('it is given', () => {
  test('in the own areas, to somebody who works there, for 90 days at most, and is not passed on', async () => {
    const neighbour = await world.app.makeArea('commune', 'Xã Bên', world.province)
    const stranger = await world.app.signInAs({ areaId: neighbour, role: 'approver' })
    const auditor = await world.app.signInAs({ areaId: world.commune, role: 'auditor' })
    const official = await world.app.signInAs({ areaId: world.province, role: 'province_official' })
    const body = { toId: deputy.accountId, areaId: world.commune, endsAt: world.inDays(7), reason: 'x' }
    const give = async (who: TestUser, change = {}) =>
      world.refusalOf(await who.call('POST', '/api/delegations', { ...body, ...change }))
    expect(await give(deputy)).toBe('403 not-allowed')
    expect(await give(stranger)).toBe('404 not-found')
    expect(await give(approver, { areaId: world.province })).toBe('404 not-found')
    expect(await give(approver, { toId: stranger.accountId })).toBe('409 delegate-unsuitable')
    expect(await give(approver, { toId: approver.accountId })).toBe('409 delegate-unsuitable')
    expect(await give(approver, { toId: auditor.accountId })).toBe('409 delegate-unsuitable')
    expect(await give(approver, { endsAt: world.inDays(91) })).toBe('400 delegation-too-long')
    expect(await give(approver, { endsAt: world.inDays(-1) })).toBe('400 approval-period-invalid')
    await world.delegate(approver, deputy)
    await look(deputy)
    expect(await give(deputy, { toId: official.accountId })).toBe('403 delegation-not-own')
    const url = `/api/delegations/candidates?areaId=${world.commune}`
    const ids = delegate
      .array()
      .parse((await approver.call('GET', url)).json())
      .map((one) => one.id)
    expect(ids).toEqual(expect.arrayContaining([deputy.accountId, official.accountId, editor.accountId]))
    for (const { accountId } of [approver, stranger, auditor]) expect(ids).not.toContain(accountId)
    expect((await stranger.call('GET', url)).statusCode).toBe(404)
    expect(await listFor(stranger)).toEqual([])
  })
})

test('an old bulletin that waits stays in the list of those that wait, however many came after it', async () => {
  const pending = await writePending()
  const { commune, app } = world
  const at = toDate(app.clock.now())
  const ids = Array.from({ length: 501 }, () => crypto.randomUUID())
  const { clipId } = pending.current
  await app.db.prisma.bulletin.createMany({ data: ids.map((id) => ({ id, areaId: commune, createdAt: at })) })
  const content = { title: 'x', topic: 'general', language: 'vi', clipId, contentHash: 'x', state: 'draft' } as const
  await app.db.prisma.bulletinRevision.createMany({
    data: ids.map((id) => ({
      ...content,
      id: crypto.randomUUID(),
      bulletinId: id,
      number: 1,
      authorId: editor.accountId,
      createdAt: at,
    })),
  })
  // One that was edited while it waited is a draft.
  const edited = await writePending()
  await editor.call('PUT', `/api/bulletins/${edited.id}`, {
    title: 'Sửa',
    topic: 'general',
    language: 'vi',
    clipId: edited.current.clipId,
  })
  const found = bulletin.array().parse((await editor.call('GET', '/api/bulletins?state=pending')).json())
  const foundIds = found.map((one) => one.id)
  expect(foundIds).toContain(pending.id)
  expect(foundIds).not.toContain(edited.id)
  expect(found.every((one) => one.current.state === 'pending')).toBe(true)
})
