import { stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFfmpeg } from '#server/audio/ffmpeg.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { openEspeakNg } from '#server/audio/speech.ts'
import { csrfTokenFor } from '#server/auth/tokens.ts'
import { openClipFiles } from '#server/library/clip-files.ts'
import { type ClipProcessing, createClipProcessing } from '#server/library/clip-processing.ts'
import { createClipsService } from '#server/library/clips-service.ts'
import { clipRoutes } from '#server/library/routes.ts'
import { createUploadFiles } from '#server/library/uploads-files.ts'
import { uploadRoutes } from '#server/library/uploads-routes.ts'
import { createUploadsService, type UploadsService } from '#server/library/uploads-service.ts'
import { createTestApp, type TestApp, type TestParts, type TestUser } from '../../support/app.ts'
import { makeToneWav } from '../../support/tones.ts'

/** Uploads in pieces (tus 1.0), and cutting, through the public API on a real database, disk and ffmpeg. */
let app: TestApp
let parts: TestParts
let processing: ClipProcessing
let uploads: UploadsService
let commune: string
let editor: TestUser
let colleague: TestUser
let reader: TestUser
const uploadMaxBytes = 1_048_576
const wav = Buffer.from(makeToneWav([{ frequencyHz: 700, durationMs: 3_000 }]))

beforeAll(async () => {
  app = await createTestApp({
    routes: (given) => {
      parts = given
      return [
        async (server) => {
          const files = await openClipFiles(given.dir)
          const directory = path.join(given.dir, 'jail')
          const [ffmpeg, speech] = [await openFfmpeg({ directory }), await openEspeakNg({ directory })]
          if (!ffmpeg.ok || !speech.ok) throw new Error('ffmpeg or espeak-ng is missing')
          const tools = { files, ffmpeg: ffmpeg.ffmpeg, speech: speech.engine }
          processing = createClipProcessing({ ...given, ...tools, limits: defaultClipLimits })
          const clips = createClipsService({ ...given, files, processing, speech: speech.engine, uploadMaxBytes })
          uploads = createUploadsService({ ...given, files: createUploadFiles(files), processing, uploadMaxBytes })
          await server.register(clipRoutes({ clips, files }))
          await server.register(uploadRoutes({ uploads, uploadMaxBytes }))
        },
      ]
    },
  })
  commune = await app.makeArea('commune', 'Xã Hòa Bình')
  editor = await app.signInAs({ areaId: commune, role: 'editor' })
  colleague = await app.signInAs({ areaId: commune, role: 'editor' })
  reader = await app.signInAs({ areaId: commune, role: 'auditor' })
})
afterAll(async () => {
  await processing?.close()
  await app?.close()
})

type Method = 'POST' | 'PATCH' | 'HEAD' | 'GET' | 'DELETE'
const ask = (user: TestUser, method: Method, url: string, headers: Record<string, string> = {}, payload?: Buffer) =>
  app.inject({
    method,
    url,
    headers: { 'tus-resumable': '1.0.0', 'x-csrf-token': csrfTokenFor(user.token), ...headers },
    cookies: { loaxa_session: user.token },
    ...(payload === undefined ? {} : { payload }),
  })
const base64 = (text: string): string => Buffer.from(text).toString('base64')
function begin(user: TestUser, bytes = wav.length, source = 'upload', areaId = commune) {
  const metadata = `areaId ${base64(areaId)},filename ${base64('thông báo.wav')},source ${base64(source)}`
  return ask(user, 'POST', '/api/uploads', { 'upload-length': String(bytes), 'upload-metadata': metadata })
}
const send = (user: TestUser, url: string, offset: number, piece: Buffer) =>
  ask(user, 'PATCH', url, { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }, piece)
async function begun(user = editor, bytes = wav.length): Promise<string> {
  const answer = await begin(user, bytes)
  expect(answer.statusCode).toBe(201)
  return String(answer.headers.location)
}
const idOf = (url: string): string => url.split('/').at(-1) ?? ''
const pathOf = (url: string): string => path.join(parts.dir, 'incoming', idOf(url))

test('goes on piece by piece, tells how far it has come, and becomes a clip of the same id', async () => {
  const url = await begun()
  expect((await send(editor, url, 0, wav.subarray(0, 1000))).headers['upload-offset']).toBe('1000')
  const head = await ask(editor, 'HEAD', url)
  expect(head.statusCode).toBe(200)
  expect(head.headers).toMatchObject({
    'upload-offset': '1000',
    'upload-length': String(wav.length),
    'tus-resumable': '1.0.0',
    'cache-control': 'no-store',
  })
  expect((await ask(editor, 'GET', '/api/uploads')).json()).toMatchObject([{ id: idOf(url), receivedBytes: 1000 }])
  // The wrong place is refused, and told.
  expect((await send(editor, url, 0, wav.subarray(0, 1000))).statusCode).toBe(409)
  expect((await send(editor, url, 2000, wav.subarray(2000))).statusCode).toBe(409)
  const last = await send(editor, url, 1000, wav.subarray(1000))
  expect(last.statusCode).toBe(204)
  expect(last.headers['upload-offset']).toBe(String(wav.length))
  // The answer was lost: asking once more is no harm.
  expect((await send(editor, url, wav.length, Buffer.alloc(0))).statusCode).toBe(204)
  await processing.drained()
  const clip = (await editor.call('GET', `/api/clips/${idOf(url)}`)).json()
  expect(clip).toMatchObject({ state: 'ready', source: 'upload', originalName: 'thông báo.wav' })
  expect(Math.abs(clip.durationMs - 3_000)).toBeLessThan(20)
  expect((await ask(editor, 'GET', url)).json()).toMatchObject({ clipId: idOf(url), receivedBytes: wav.length })
  expect((await ask(editor, 'GET', '/api/uploads')).json()).toEqual([])
  expect((await ask(editor, 'DELETE', url)).json()).toMatchObject({ code: 'upload-done' })
})

test('keeps what had come when a piece breaks off in the middle', async () => {
  const url = await begun()
  const broken = new PassThrough()
  const actor = { accountId: editor.accountId, userName: 'x', displayName: 'x', grants: grants() }
  const piece = uploads.append(actor, idOf(url), 0, broken)
  broken.write(wav.subarray(0, 5_000))
  await expect.poll(async () => (await stat(pathOf(url))).size).toBe(5_000)
  broken.destroy(new Error('the line is dead'))
  await expect(piece).rejects.toThrow('the line is dead')
  expect((await ask(editor, 'GET', url)).json().receivedBytes).toBe(5_000)
  // A piece whose connection hangs gives way to whoever asks anew.
  const hanging = new PassThrough()
  const stuck = uploads.append(actor, idOf(url), 5_000, hanging).then(
    () => 'taken',
    () => 'given up',
  )
  hanging.write(wav.subarray(5_000, 6_000))
  await expect.poll(async () => (await stat(pathOf(url))).size).toBe(6_000)
  expect((await ask(editor, 'HEAD', url)).headers['upload-offset']).toBe('6000')
  expect(await stuck).toBe('given up')
  expect((await send(editor, url, 6_000, wav.subarray(6_000))).statusCode).toBe(204)
  await processing.drained()
})
const grants = () => [{ areaId: commune, areaPath: [commune], role: 'editor' as const }]

test('exists for nobody else, and for nobody who may not bring sounds in', async () => {
  const url = await begun()
  for (const [method, code] of [
    ['GET', 404],
    ['HEAD', 404],
    ['DELETE', 404],
  ] as const) {
    expect((await ask(colleague, method, url)).statusCode).toBe(code)
  }
  expect((await send(colleague, url, 0, wav)).statusCode).toBe(404)
  expect((await begin(reader)).statusCode).toBe(403)
  expect((await ask(editor, 'DELETE', url)).statusCode).toBe(204)
  expect((await ask(editor, 'GET', url)).statusCode).toBe(404)
  await expect(stat(pathOf(url))).rejects.toThrow()
})

test('refuses what is too large, empty, longer than was said, or not tus', async () => {
  expect((await begin(editor, uploadMaxBytes + 1)).json()).toMatchObject({ code: 'upload-too-large', status: 413 })
  expect((await begin(editor, 0)).json()).toMatchObject({ code: 'upload-empty' })
  const url = await begun(editor, 10)
  expect((await send(editor, url, 0, wav.subarray(0, 11))).json()).toMatchObject({ code: 'upload-longer-than-said' })
  const other = await ask(editor, 'POST', '/api/uploads', { 'tus-resumable': '0.2.2', 'upload-length': '10' })
  expect(other.statusCode).toBe(412)
  expect(other.headers['tus-version']).toBe('1.0.0')
  expect((await ask(editor, 'POST', '/api/uploads', { 'upload-length': '10' })).statusCode).toBe(412)
  await ask(editor, 'DELETE', url)
})

test('lets one person have ten on the way, gives up after three days, and makes a clip of what a crash left whole', async () => {
  const urls: string[] = []
  for (let n = 0; n < 10; n++) urls.push(await begun())
  expect((await begin(editor)).json()).toMatchObject({ code: 'too-many-uploads', status: 429 })
  const [first = '', second = ''] = urls
  // All bytes are on the disk, but the server ended before it could say so.
  await writeFile(pathOf(second), wav)
  await uploads.resume()
  await processing.drained()
  expect((await editor.call('GET', `/api/clips/${idOf(second)}`)).json()).toMatchObject({ state: 'ready' })
  app.clock.advance(73 * 3_600_000)
  const again = await app.signInAs({ areaId: commune, role: 'editor' })
  expect((await ask(again, 'GET', first)).statusCode).toBe(404)
  await uploads.sweep()
  await expect(stat(pathOf(first))).rejects.toThrow()
  expect(await parts.db.prisma.upload.count()).toBe(0)
})

test('cuts start and end off a clip: a new one, of which whoever brought the whole counts as a maker too', async () => {
  const user = await app.signInAs({ areaId: commune, role: 'editor' })
  const url = await begun(user)
  await send(user, url, 0, wav)
  await processing.drained()
  const id = idOf(url)
  const cut = await user.call('POST', `/api/clips/${id}/trim`, { startMs: 500, endMs: 2_000 })
  expect(cut.statusCode).toBe(202)
  await processing.drained()
  const clip = (await user.call('GET', `/api/clips/${cut.json().id}`)).json()
  expect(clip).toMatchObject({ state: 'ready', source: 'trim', trimmedFromId: id })
  expect(Math.abs(clip.durationMs - 1_500)).toBeLessThan(20)
  expect(Math.abs(clip.loudnessLufs + 16)).toBeLessThan(1)
  const refuse = async (startMs: number, endMs: number) =>
    (await user.call('POST', `/api/clips/${id}/trim`, { startMs, endMs })).json().code
  expect(await refuse(2_000, 1_000)).toBe('trim-outside')
  expect(await refuse(0, 9_000)).toBe('trim-outside')
  expect(await refuse(0, 200)).toBe('trim-too-short')
  expect(await refuse(0, 3_000)).toBe('trim-nothing')
})
