import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { hashBytes, newId } from '#protocol/ids.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { insertBroadcast } from '#server/broadcasts/store.ts'
import { toDate } from '#server/clock.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { beginProcessing, finishClip, insertClip } from '#server/library/clips-store.ts'
import { createProgrammesService } from '#server/library/programmes-service.ts'
import { bulletinRoutes, programmeRoutes } from '#server/library/routes.ts'
import { bulletin as bulletinSchema, programme as programmeSchema } from '#server/library/schemas.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

/** Who may approve what, and that nothing else is heard: through the public API, on a real database. */
let app: TestApp
let commune: string
let village: string
let editor: TestUser
/** Editors who may approve too, as in a commune of few people. */
let an: TestUser
let binh: TestUser
let approver: TestUser

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => [
      bulletinRoutes({ bulletins: createBulletinsService(parts) }),
      programmeRoutes({ programmes: createProgrammesService(parts) }),
    ],
  })
  commune = await app.makeArea('commune', 'Xã Hòa Bình')
  village = await app.makeArea('village', 'Thôn Đông', commune)
  editor = await app.signInAs({ areaId: commune, role: 'editor' })
  an = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: commune, role: 'approver' })
  binh = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: commune, role: 'approver' })
  approver = await app.signInAs({ areaId: commune, role: 'approver' })
})

afterAll(() => app?.close())

const now = () => toDate(app.clock.now())
type Bulletin = z.output<typeof bulletinSchema>
interface Content {
  title: string
  topic: string
  language: string
  clipId: string
}

const audio = (sha256: string) => ({
  sha256,
  bytes: 1_000,
  durationMs: 30_000,
  loudnessLufs: -16,
  peakDbfs: -1,
  peaks: new Uint8Array(),
})

/** A clip that is ready, as processing leaves it. */
async function addClip(uploader: TestUser, sha256 = hashBytes(newId(app.clock.now()))): Promise<string> {
  const id = newId(app.clock.now())
  const source = {
    source: 'upload',
    originalName: 'x.wav',
    sourceBytes: 1,
    speechText: null,
    speechVoice: null,
  } as const
  await insertClip(app.db.prisma, { ...source, id, areaId: commune, createdById: uploader.accountId, at: now() })
  await beginProcessing(app.db.prisma, id, now())
  await finishClip(app.db.prisma, id, audio(sha256), now())
  return id
}

/** A piece of a clip, cut by somebody. */
async function addPiece(cutter: TestUser, trimmedFromId: string): Promise<string> {
  const id = newId(app.clock.now())
  const cut = { source: 'trim', originalName: 'x.wav', trimmedFromId, trimStartMs: 0, trimEndMs: 10_000 } as const
  await insertClip(app.db.prisma, { ...cut, id, areaId: commune, createdById: cutter.accountId, at: now() })
  await beginProcessing(app.db.prisma, id, now())
  await finishClip(app.db.prisma, id, audio(hashBytes(id)), now())
  return id
}

async function makeContent(uploader: TestUser): Promise<Content> {
  return { title: 'Lịch tiêm chủng', topic: 'society', language: 'vi', clipId: await addClip(uploader) }
}

async function make(author: TestUser, content: Content, areaId = commune): Promise<Bulletin> {
  const answer = await author.call('POST', '/api/bulletins', { areaId, ...content })
  expect(answer.statusCode).toBe(201)
  return bulletinSchema.parse(answer.json())
}

async function revise(author: TestUser, id: string, content: Content): Promise<Bulletin> {
  return bulletinSchema.parse((await author.call('PUT', `/api/bulletins/${id}`, content)).json())
}

async function submit(author: TestUser, id: string): Promise<Bulletin> {
  const { current } = bulletinSchema.parse((await author.call('GET', `/api/bulletins/${id}`)).json())
  const answer = await author.call('POST', `/api/bulletins/${id}/submit`, { revisionId: current.id })
  return bulletinSchema.parse(answer.json())
}

const seenOf = ({ current }: Bulletin) => ({ revisionId: current.id, contentHash: current.contentHash })

async function approve(who: TestUser, seen: Bulletin): Promise<string> {
  const answer = await who.call('POST', `/api/bulletins/${seen.id}/approve`, seenOf(seen))
  return answer.statusCode === 200
    ? bulletinSchema.parse(answer.json()).current.state
    : `${answer.statusCode} ${answer.json().code}`
}

async function isContributor(who: TestUser, id: string): Promise<boolean> {
  return bulletinSchema.parse((await who.call('GET', `/api/bulletins/${id}`)).json()).isContributor
}

async function makeApproved(): Promise<{ bulletin: Bulletin; content: Content }> {
  const content = await makeContent(editor)
  const { id } = await make(editor, content)
  const bulletin = await submit(editor, id)
  expect(await approve(approver, bulletin)).toBe('approved')
  return { bulletin, content }
}

async function makeProgramme(bulletinIds: readonly string[]): Promise<string> {
  const answer = await editor.call('POST', '/api/programmes', { areaId: commune, title: 'Sáng', bulletinIds })
  return programmeSchema.parse(answer.json()).id
}

/** What a broadcast of this programme would play: the titles, in order. */
async function readAiring(programmeId: string): Promise<string[]> {
  const id = newId(app.clock.now())
  await insertBroadcast(app.db.prisma, {
    id,
    programmeId,
    areaId: commune,
    priority: 'normal',
    rule: 'FREQ=DAILY',
    localTimes: ['05:30:00'],
    extraDates: [],
    exceptDates: [],
    timeZone: 'Asia/Ho_Chi_Minh',
    firstDate: '2030-01-01',
    lastDate: null,
    createdById: editor.accountId,
    at: app.clock.now(),
  })
  const [row] = await readBroadcasts(app.db.prisma, { ids: [id] })
  return (row?.items ?? []).map((item) => item.title)
}

const refused = '403 author-may-not-decide'

describe('whoever had a hand in a bulletin may not approve it', () => {
  test('not the earlier author, whose text a colleague edited trivially', async () => {
    const content = await makeContent(an)
    const { id } = await make(an, content)
    await revise(editor, id, { ...content, title: `${content.title}.` })
    const pending = await submit(editor, id)
    expect(await approve(an, pending)).toBe(refused)
    expect([await isContributor(an, id), await isContributor(approver, id)]).toEqual([true, false])
    expect(await approve(approver, pending)).toBe('approved')
  })

  test('not whoever brought a sound of which only a piece of a piece is heard', async () => {
    const piece = await addPiece(editor, await addPiece(editor, await addClip(an)))
    const { id } = await make(editor, { ...(await makeContent(editor)), clipId: piece })
    const seen = await submit(editor, id)
    expect(await isContributor(an, id)).toBe(true)
    expect(await approve(an, seen)).toBe('403 author-may-not-decide')
    expect(await approve(approver, seen)).toBe('approved')
  })

  test('not the author of what was approved before, nor of what was gone back to', async () => {
    const [content, other] = [await makeContent(an), await makeContent(editor)]
    const { id } = await make(an, content)
    expect(await approve(approver, await submit(an, id))).toBe('approved')
    await revise(editor, id, other)
    expect(await approve(an, await submit(editor, id))).toBe(refused)
    await revise(editor, id, content)
    const pending = await submit(editor, id)
    expect(await approve(an, pending)).toBe(refused)
    expect(await approve(binh, pending)).toBe('approved')
  })

  test('not the uploader of its audio, be it the same clip or the same bytes uploaded again', async () => {
    const sha256 = hashBytes('the same audio')
    const [first, again] = [await addClip(an, sha256), await addClip(editor, sha256)]
    for (const clipId of [first, again]) {
      const { id } = await make(editor, { ...(await makeContent(editor)), clipId })
      const pending = await submit(editor, id)
      expect(await approve(an, pending)).toBe(refused)
      expect(await approve(approver, pending)).toBe('approved')
    }
  })

  test('not who submitted another’s draft: it goes on as a revision in the submitter’s name', async () => {
    const { id } = await make(editor, await makeContent(editor))
    const pending = await submit(an, id)
    expect(pending.current).toMatchObject({ number: 2, state: 'pending', authorId: an.accountId })
    expect(await approve(an, pending)).toBe(refused)
    expect(await approve(binh, pending)).toBe('approved')
  })

  test('but may return it, as long as the pending revision is another’s', async () => {
    const content = await makeContent(an)
    const { id } = await make(an, content)
    await revise(editor, id, { ...content, title: 'Sửa' })
    const pending = await submit(editor, id)
    const returned = await an.call('POST', `/api/bulletins/${id}/return`, { ...seenOf(pending), comment: 'Chưa đúng.' })
    expect(returned.json().current).toMatchObject({ state: 'returned' })
  })

  test('the list tells each reader which are the own', async () => {
    const { id } = await make(editor, await makeContent(binh))
    const read = async (who: TestUser) =>
      bulletinSchema
        .array()
        .parse((await who.call('GET', '/api/bulletins')).json())
        .find((one) => one.id === id)?.isContributor
    expect([await read(editor), await read(binh), await read(an)]).toEqual([true, true, false])
  })
})

describe('an approval is of what the approver saw', () => {
  test.each([
    ['approve', {}],
    ['return', { comment: 'Thiếu giờ.' }],
  ])('content exchanged between reading and deciding: %s is refused', async (decision, more) => {
    const content = await makeContent(editor)
    const { id } = await make(editor, content)
    const seen = await submit(editor, id)
    await revise(editor, id, { ...content, clipId: await addClip(editor) })
    const url = `/api/bulletins/${id}/${decision}`
    const whileDraft = await approver.call('POST', url, { ...seenOf(seen), ...more })
    expect([whileDraft.statusCode, whileDraft.json().code]).toEqual([409, 'revision-outdated'])
    const swapped = await submit(editor, id)
    const afterwards = await approver.call('POST', url, { ...seenOf(seen), ...more })
    expect([afterwards.statusCode, afterwards.json().code]).toEqual([409, 'revision-outdated'])
    const mixed = { revisionId: swapped.current.id, contentHash: seen.current.contentHash }
    expect((await approver.call('POST', url, { ...mixed, ...more })).json().code).toBe('revision-outdated')
  })

  test('deciding without naming the content is refused', async () => {
    const { id } = await make(editor, await makeContent(editor))
    await submit(editor, id)
    expect((await approver.call('POST', `/api/bulletins/${id}/approve`, {})).statusCode).toBe(400)
  })

  test.each([
    ['title', async () => ({ title: 'Tên khác' })],
    ['topic', async () => ({ topic: 'policy' })],
    ['language', async () => ({ language: 'hmn' })],
    ['audio', async () => ({ clipId: await addClip(editor) })],
  ])('another %s takes it off the air until it is approved again', async (_what, change) => {
    const { bulletin, content } = await makeApproved()
    const programmeId = await makeProgramme([bulletin.id])
    expect(await readAiring(programmeId)).toEqual([content.title])
    const changed = { ...content, ...(await change()) }
    const draft = await revise(editor, bulletin.id, changed)
    expect(draft.current.state).toBe('draft')
    expect(draft.current.contentHash).not.toBe(bulletin.current.contentHash)
    expect(await readAiring(programmeId)).toEqual([])
    const pending = await submit(editor, bulletin.id)
    expect(await readAiring(programmeId)).toEqual([])
    expect(await approve(approver, bulletin)).toBe('409 revision-outdated')
    expect(await approve(approver, pending)).toBe('approved')
    expect(await readAiring(programmeId)).toEqual([changed.title])
  })

  test('the audio of a clip that is ready is never exchanged', async () => {
    const id = await addClip(editor, hashBytes('approved audio'))
    expect(await beginProcessing(app.db.prisma, id, now())).toBeNull()
    await finishClip(app.db.prisma, id, audio(hashBytes('other audio')), now())
    const clip = await app.db.prisma.clip.findUniqueOrThrow({ where: { id } })
    expect(clip.sha256).toBe(hashBytes('approved audio'))
  })
})

describe('a programme is no way round approval', () => {
  test('what lacks approval is not heard, wherever it is put', async () => {
    const [first, second] = [await makeApproved(), await makeApproved()]
    const draft = await make(editor, { ...(await makeContent(editor)), title: 'Chưa duyệt' })
    const ids = [draft.id, first.bulletin.id, second.bulletin.id]
    const programmeId = await makeProgramme(ids)
    const both = [first.content.title, second.content.title]
    expect(await readAiring(programmeId)).toEqual(both)
    const url = `/api/programmes/${programmeId}`
    for (const bulletinIds of [ids.toReversed(), [draft.id, draft.id, ...ids]]) {
      expect((await editor.call('PUT', url, { title: 'Sáng', bulletinIds })).statusCode).toBe(200)
      expect(await readAiring(programmeId)).toEqual(both)
    }
    expect((await editor.call('PUT', url, { title: 'Sáng', bulletinIds: [draft.id] })).statusCode).toBe(200)
    expect(await readAiring(programmeId)).toEqual([])
  })

  test('only editors change it; approvers do not', async () => {
    const { bulletin } = await makeApproved()
    const programmeId = await makeProgramme([bulletin.id])
    const change = { title: 'Khác', bulletinIds: [bulletin.id] }
    expect((await approver.call('PUT', `/api/programmes/${programmeId}`, change)).json().code).toBe('not-allowed')
  })

  test('neither a bulletin nor a programme goes to another area, where others would approve', async () => {
    const villageLeader = await app.signInAs({ areaId: village, role: 'approver' })
    const { bulletin, content } = await makeApproved()
    const programmeId = await makeProgramme([bulletin.id])
    await editor.call('PUT', `/api/bulletins/${bulletin.id}`, { ...content, title: 'Mới', areaId: village })
    const moved = { title: 'Sáng', bulletinIds: [bulletin.id], areaId: village }
    await editor.call('PUT', `/api/programmes/${programmeId}`, moved)
    const [movedBulletin, movedProgramme] = [
      await editor.call('GET', `/api/bulletins/${bulletin.id}`),
      await editor.call('GET', `/api/programmes/${programmeId}`),
    ]
    expect([movedBulletin.json().areaId, movedProgramme.json().areaId]).toEqual([commune, commune])
    expect(await approve(villageLeader, await submit(editor, bulletin.id))).toBe('404 not-found')
  })

  test('what a village’s leader approved is not heard in the whole commune', async () => {
    const villageLeader = await app.signInAs({ areaId: village, role: 'approver' })
    const { id } = await make(editor, await makeContent(editor), village)
    expect(await approve(villageLeader, await submit(editor, id))).toBe('approved')
    const answer = await editor.call('POST', '/api/programmes', { areaId: commune, title: 'Sáng', bulletinIds: [id] })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'bulletin-out-of-area'])
    const { bulletin } = await makeApproved()
    const change = { title: 'Sáng', bulletinIds: [bulletin.id, id] }
    const url = `/api/programmes/${await makeProgramme([bulletin.id])}`
    expect((await editor.call('PUT', url, change)).json().code).toBe('bulletin-out-of-area')
  })
})
