import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { hashBytes, newId } from '#protocol/ids.ts'
import { toDate } from '#server/clock.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { beginProcessing, finishClip, insertClip } from '#server/library/clips-store.ts'
import { bulletinRoutes } from '#server/library/routes.ts'
import { bulletin as bulletinSchema } from '#server/library/schemas.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

/** One bulletin in several languages: all of them are approved together, by who had a hand in none. */
let app: TestApp
let commune: string
let editor: TestUser
let approver: TestUser
/** Speaks Hmong, edits and approves. */
let pao: TestUser

beforeAll(async () => {
  app = await createTestApp({ routes: (parts) => [bulletinRoutes({ bulletins: createBulletinsService(parts) })] })
  commune = await app.makeArea('commune', 'Xã Tả Van')
  editor = await app.signInAs({ areaId: commune, role: 'editor' })
  approver = await app.signInAs({ areaId: commune, role: 'approver' })
  pao = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: commune, role: 'approver' })
})
afterAll(() => app?.close())

type Bulletin = z.output<typeof bulletinSchema>
const now = () => toDate(app.clock.now())

async function addClip(uploader: TestUser, finish = true): Promise<string> {
  const id = newId(app.clock.now())
  const source = { source: 'upload', originalName: 'x', sourceBytes: 1, speechText: null, speechVoice: null } as const
  await insertClip(app.db.prisma, { ...source, id, areaId: commune, createdById: uploader.accountId, at: now() })
  if (finish) await finishAudio(id)
  return id
}
async function finishAudio(id: string): Promise<void> {
  await beginProcessing(app.db.prisma, id, now())
  const levels = { bytes: 1_000, durationMs: 30_000, loudnessLufs: -16, peakDbfs: -1, peaks: new Uint8Array() }
  await finishClip(app.db.prisma, id, { sha256: hashBytes(id), ...levels }, now())
}

const makeContent = async (variants: { language: string; clipId: string }[]) => ({
  title: 'Lịch tiêm chủng',
  topic: 'society',
  language: 'vi',
  clipId: await addClip(editor),
  variants,
})
type Content = Awaited<ReturnType<typeof makeContent>>

async function make(content: Content): Promise<Bulletin> {
  const answer = await editor.call('POST', '/api/bulletins', { areaId: commune, ...content })
  expect(answer.statusCode).toBe(201)
  return bulletinSchema.parse(answer.json())
}
const submit = (who: TestUser, { id, current }: Bulletin) =>
  who.call('POST', `/api/bulletins/${id}/submit`, { revisionId: current.id })
const approve = (who: TestUser, { id, current }: Bulletin) =>
  who.call('POST', `/api/bulletins/${id}/approve`, { revisionId: current.id, contentHash: current.contentHash })
async function makeApproved(content: Content): Promise<Bulletin> {
  const pending = bulletinSchema.parse((await submit(editor, await make(content))).json())
  const approved = bulletinSchema.parse((await approve(approver, pending)).json())
  expect(approved.current.state).toBe('approved')
  return approved
}

test('another variant, or one more or less, takes the bulletin off the air until it is approved again', async () => {
  const hmong = { language: 'hmn', clipId: await addClip(editor) }
  const tay = { language: 'tyz', clipId: await addClip(editor) }
  const content = await makeContent([hmong, tay])
  const { id, current } = await makeApproved(content)
  const revise = async (variants: Content['variants']): Promise<Bulletin> =>
    bulletinSchema.parse((await editor.call('PUT', `/api/bulletins/${id}`, { ...content, variants })).json())

  expect((await revise([tay, hmong])).current).toMatchObject({ id: current.id, state: 'approved' })
  const exchanged = await revise([{ ...hmong, clipId: await addClip(editor) }, tay])
  expect(exchanged.current).toMatchObject({ number: 2, state: 'draft' })
  expect(exchanged.current.variants.map((one) => one.language)).toEqual(['hmn', 'tyz'])
  expect((await revise([hmong])).current).toMatchObject({ number: 3, state: 'draft' })
  const back = await revise([hmong, tay])
  expect(back.current).toMatchObject({ number: 4, state: 'draft', contentHash: current.contentHash })
})

test('it is submitted once the audio of every language is ready, and approved with all of them', async () => {
  const clipId = await addClip(editor, false)
  const content = await makeContent([{ language: 'nut', clipId }])
  const draft = await make(content)
  expect((await submit(editor, draft)).json().code).toBe('clip-not-ready')
  await finishAudio(clipId)
  const pending = bulletinSchema.parse((await submit(editor, draft)).json())
  // Only now the hash is final: it covers the variant's audio, and not only its id.
  expect(pending.current.contentHash).not.toBe(draft.current.contentHash)
  expect(pending.current.variants).toEqual([{ language: 'nut', clipId, clipState: 'ready', durationMs: 30_000 }])
  expect((await approve(approver, pending)).json().current).toMatchObject({ state: 'approved' })
})

test('whoever brought a variant’s audio had a hand in the bulletin, also when another submits it in their own name', async () => {
  const draft = await make(await makeContent([{ language: 'hmn', clipId: await addClip(pao) }]))
  const sent = bulletinSchema.parse((await submit(editor, draft)).json())
  const refused = await approve(pao, sent)
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'author-may-not-decide'])
  // What was withdrawn goes on in the name of who sends it again, with all its languages.
  const seen = { revisionId: sent.current.id, contentHash: sent.current.contentHash, comment: 'Đọc lại.' }
  const returned = await approver.call('POST', `/api/bulletins/${draft.id}/return`, seen)
  const again = bulletinSchema.parse((await submit(pao, bulletinSchema.parse(returned.json()))).json())
  expect(again.current).toMatchObject({ number: 2, authorId: pao.accountId, variants: [{ language: 'hmn' }] })
  expect((await approve(approver, again)).statusCode).toBe(200)
})

test.each([
  ['the main language again', ['vi']],
  ['one language twice', ['hmn', 'hmn']],
])('%s is refused, with the language', async (_what, languages) => {
  const clipId = await addClip(editor)
  const content = await makeContent(languages.map((language) => ({ language, clipId })))
  const answer = await editor.call('POST', '/api/bulletins', { areaId: commune, ...content })
  expect([answer.statusCode, answer.json().code]).toEqual([422, 'bulletin-language-twice'])
  expect(answer.json().title).toContain(languages.at(-1))
})

test('audio of a neighbour is none of a commune’s variants', async () => {
  const neighbour = await app.makeArea('commune', 'Xã Hầu Thào')
  const both = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: neighbour, role: 'editor' })
  const clipId = await addClip(editor)
  await app.db.prisma.clip.update({ where: { id: clipId }, data: { areaId: neighbour } })
  const content = await makeContent([{ language: 'hmn', clipId }])
  const answer = await both.call('POST', '/api/bulletins', { areaId: commune, ...content })
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'bulletin-out-of-area'])
})
