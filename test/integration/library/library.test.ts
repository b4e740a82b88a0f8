import { copyFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import { openFfmpeg } from '#server/audio/ffmpeg.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { openEspeakNg } from '#server/audio/speech.ts'
import { csrfTokenFor } from '#server/auth/tokens.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { type ClipFiles, openClipFiles } from '#server/library/clip-files.ts'
import { type ClipProcessing, createClipProcessing } from '#server/library/clip-processing.ts'
import { createClipsService } from '#server/library/clips-service.ts'
import { insertClip } from '#server/library/clips-store.ts'
import { createProgrammesService } from '#server/library/programmes-service.ts'
import { bulletinRoutes, clipRoutes, programmeRoutes } from '#server/library/routes.ts'
import { createTestApp, type TestApp, type TestParts, type TestUser } from '../../support/app.ts'
import { makeToneWav } from '../../support/tones.ts'
import { openWire } from '../../support/wire.ts'

/** Uploads, approval and programmes through the public API, on a real database and real ffmpeg. */
let app: TestApp
let files: ClipFiles
let processing: ClipProcessing
let commune: string
let editor: TestUser
let otherEditor: TestUser
let approver: TestUser
let neighbour: TestUser
const uploadMaxBytes = 2 * 1_048_576

async function makeProcessing(parts: TestParts): Promise<ClipProcessing> {
  const directory = path.join(parts.dir, 'jail')
  const [ffmpeg, speech] = [await openFfmpeg({ directory }), await openEspeakNg({ directory })]
  if (!ffmpeg.ok || !speech.ok) throw new Error('ffmpeg or espeak-ng is missing')
  return createClipProcessing({
    ...parts,
    files,
    ffmpeg: ffmpeg.ffmpeg,
    limits: defaultClipLimits,
    speech: speech.engine,
  })
}

beforeAll(async () => {
  let parts: TestParts | undefined
  app = await createTestApp({
    routes: (given) => {
      parts = given
      return [
        async (server) => {
          files = await openClipFiles(given.dir)
          processing = await makeProcessing(given)
          const speech = await openEspeakNg({ directory: path.join(given.dir, 'jail') })
          if (!speech.ok) throw new Error('espeak-ng is missing')
          const clips = createClipsService({ ...given, files, processing, speech: speech.engine, uploadMaxBytes })
          await server.register(clipRoutes({ clips, files }))
          await server.register(bulletinRoutes({ bulletins: createBulletinsService(given) }))
          await server.register(programmeRoutes({ programmes: createProgrammesService(given) }))
        },
      ]
    },
  })
  if (parts === undefined) throw new Error('no parts')
  commune = await app.makeArea('commune', 'Xã Hòa Bình')
  const other = await app.makeArea('commune', 'Xã Bên')
  editor = await app.signInAs({ areaId: commune, role: 'editor' })
  otherEditor = await app.signInAs({ areaId: commune, role: 'editor' }, { areaId: commune, role: 'approver' })
  approver = await app.signInAs({ areaId: commune, role: 'approver' })
  neighbour = await app.signInAs({ areaId: other, role: 'editor' }, { areaId: other, role: 'approver' })
})

afterAll(async () => {
  await processing?.close()
  await app?.close()
})

const tone = (frequencyHz = 700) => makeToneWav([{ frequencyHz, durationMs: 1500 }])

function upload(user: TestUser, bytes: Uint8Array, csrfToken = csrfTokenFor(user.token)) {
  return app.inject({
    method: 'POST',
    url: `/api/clips?areaId=${commune}&name=${encodeURIComponent('thông báo.wav')}`,
    payload: Buffer.from(bytes),
    headers: { 'content-type': 'application/octet-stream', 'x-csrf-token': csrfToken },
    cookies: { loaxa_session: user.token },
  })
}

async function readyClip(frequencyHz = 700): Promise<string> {
  const answer = await upload(editor, tone(frequencyHz))
  await processing.drained()
  return answer.json().id
}

async function newBulletin(clipId: string, title = 'Lịch tiêm chủng') {
  const answer = await editor.call('POST', '/api/bulletins', {
    areaId: commune,
    title,
    topic: 'society',
    language: 'vi',
    clipId,
  })
  expect(answer.statusCode).toBe(201)
  return answer.json()
}

describe('clips', () => {
  test('an upload becomes a levelled clip with a waveform, and its source is gone', async () => {
    const events: unknown[] = []
    const end = app.events.subscribe((_sequence, event) => events.push(event))
    const answer = await upload(editor, tone())
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({ state: 'uploaded', originalName: 'thông báo.wav' })
    await processing.drained()
    end()
    const clip = (await editor.call('GET', `/api/clips/${answer.json().id}`)).json()
    expect(clip).toMatchObject({ state: 'ready', rejection: null })
    expect(Math.abs(clip.durationMs - 1500)).toBeLessThan(20)
    expect(Math.abs(clip.loudnessLufs + 16)).toBeLessThan(1)
    expect(Buffer.from(clip.peaks, 'base64').length).toBeGreaterThan(100)
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'clip-progress', id: clip.id, stage: 'normalising', fraction: 1 }),
    )
    expect(await readdir(path.dirname(files.incomingPath('x')))).toEqual([])
  })

  test('are sent up four at a time by one account, whatever others do', async () => {
    const bodies = Array.from({ length: 4 }, () => new PassThrough())
    const sent = bodies.map((body) =>
      app.inject({
        method: 'POST',
        url: `/api/clips?areaId=${commune}&name=a.wav`,
        payload: body,
        headers: { 'content-type': 'application/octet-stream', 'x-csrf-token': csrfTokenFor(editor.token) },
        cookies: { loaxa_session: editor.token },
      }),
    )
    await expect.poll(async () => (await readdir(path.dirname(files.incomingPath('x')))).length).toBe(4)
    const fifth = await upload(editor, tone())
    expect([fifth.statusCode, fifth.json().code]).toEqual([429, 'too-many-uploads'])
    expect((await upload(otherEditor, tone())).statusCode).toBe(202)
    for (const body of bodies) body.end()
    expect((await Promise.all(sent)).map((one) => one.json().code)).toEqual(Array(4).fill('upload-empty'))
    expect((await upload(editor, tone())).statusCode).toBe(202)
    await processing.drained()
  })

  test('its audio is served to those who may read it, in ranges, and to nobody else', async () => {
    const id = await readyClip()
    const part = await editor.call('GET', `/api/clips/${id}/audio`, undefined, { range: 'bytes=0-3' })
    expect(part.statusCode).toBe(206)
    expect(part.headers['content-type']).toBe('audio/ogg')
    expect(part.body).toBe('OggS')
    expect((await neighbour.call('GET', `/api/clips/${id}/audio`)).statusCode).toBe(404)
    expect((await app.inject({ method: 'GET', url: `/api/clips/${id}/audio` })).statusCode).toBe(401)
  })

  test('a range that lies outside its audio is refused with its length; a malformed one is ignored', async () => {
    const url = `/api/clips/${await readyClip()}/audio`
    const whole = await editor.call('GET', url)
    const bytes = whole.rawPayload.byteLength
    expect(whole.headers).toMatchObject({ 'content-length': `${bytes}`, 'accept-ranges': 'bytes' })
    const outside = await editor.call('GET', url, undefined, { range: `bytes=${bytes}-` })
    expect([outside.statusCode, outside.headers['content-range']]).toEqual([416, `bytes */${bytes}`])
    expect(outside.headers['content-type']).toContain('application/problem+json')
    expect(outside.headers['cache-control']).toBe('no-store')
    expect(outside.json().code).toBe('range-not-satisfiable')
    for (const range of ['bytes', 'bytes=b-', 'bytes=9-1', 'items=0-1']) {
      const answer = await editor.call('GET', url, undefined, { range })
      expect([range, answer.statusCode, answer.rawPayload.byteLength]).toEqual([range, 200, bytes])
    }
    const last = await editor.call('GET', url, undefined, { range: 'bytes=-4' })
    expect([last.statusCode, last.rawPayload]).toEqual([206, whole.rawPayload.subarray(-4)])
    const known = await editor.call('GET', url, undefined, { 'if-none-match': String(whole.headers.etag) })
    expect(known.statusCode).toBe(304)
    const headOnly = await editor.call('HEAD', url)
    expect([headOnly.statusCode, headOnly.headers['content-length'], headOnly.body]).toEqual([200, `${bytes}`, ''])
  })

  test('an upload in chunks is refused as soon as it passes the limit, and the refusal can be read', async () => {
    await app.app.listen({ host: '127.0.0.1', port: 0 })
    const address = app.app.server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    const wire = openWire(address.port)
    const query = new URLSearchParams({ areaId: commune, name: 'dài.wav' })
    wire.send(
      [
        `POST /api/clips?${query} HTTP/1.1`,
        'Host: x',
        'Content-Type: application/octet-stream',
        'Transfer-Encoding: chunked',
        `Cookie: loaxa_session=${editor.token}`,
        `X-CSRF-Token: ${csrfTokenFor(editor.token)}`,
        '',
        '',
      ].join('\r\n'),
    )
    const block = Buffer.alloc(1_048_576)
    const sendBlock = (): void => {
      wire.send('100000\r\n')
      wire.send(block)
      wire.send('\r\n')
    }
    for (let i = 0; i < 3; i++) sendBlock()
    // The body has no end yet.
    const answer = await wire.answer()
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, 'upload-too-large'])
    expect(await readdir(path.dirname(files.incomingPath('x')))).toEqual([])
    for (let i = 0; i < 30; i++) sendBlock()
    wire.send('0\r\n\r\n')
    await expect(wire.closed).resolves.toBeUndefined()
    wire.destroy()
  })

  test.each(['--- !!!', '😀', '\u200b.'])('a text that no voice can say is refused: %j', async (text) => {
    const request = { areaId: commune, name: 'x', text, voice: 'vi' }
    const answer = await editor.call('POST', '/api/clips/speech', request)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'text-not-speakable'])
  })

  test.each([
    ['an empty file', new Uint8Array(0), 400, 'upload-empty'],
    ['a file beyond the limit', new Uint8Array(uploadMaxBytes + 1), 413, 'upload-too-large'],
  ])('%s is refused and leaves nothing behind', async (_what, bytes, status, code) => {
    const answer = await upload(editor, bytes)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ code })
    expect(await readdir(path.dirname(files.incomingPath('x')))).toEqual([])
  })

  test('what is no audio is rejected with a sentence in the reader’s language', async () => {
    const answer = await upload(editor, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    await processing.drained()
    const url = `/api/clips/${answer.json().id}`
    expect((await editor.call('GET', url)).json()).toMatchObject({
      state: 'rejected',
      rejection: { code: 'not-audio', text: /không phải tệp âm thanh/ },
    })
    expect((await editor.call('GET', url, undefined, { 'accept-language': 'en' })).json().rejection.text).toMatch(
      /not an audio file/,
    )
  })

  test('a text is read aloud and takes the same road', async () => {
    const answer = await editor.call('POST', '/api/clips/speech', {
      areaId: commune,
      name: 'Tiêm chủng',
      text: 'UBND xã thông báo: 7h30 ngày 05/12/2026.',
      voice: 'vi',
    })
    expect(answer.statusCode).toBe(202)
    await processing.drained()
    const clip = (await editor.call('GET', `/api/clips/${answer.json().id}`)).json()
    expect(clip).toMatchObject({ state: 'ready', source: 'speech' })
    expect(clip.durationMs).toBeGreaterThan(3000)
    const unknown = await editor.call('POST', '/api/clips/speech', {
      areaId: commune,
      name: 'x',
      text: 'x',
      voice: 'klingon',
    })
    expect(unknown.json()).toMatchObject({ code: 'voice-unknown' })
  })

  test('a request without the console’s token is refused', async () => {
    expect((await upload(editor, tone(), '')).json()).toMatchObject({ code: 'csrf-missing' })
  })

  test('work that a crash interrupted is taken up again; what an aborted upload left is removed', async () => {
    const id = await readyClip(900)
    const clip = (await editor.call('GET', `/api/clips/${id}`)).json()
    const source = files.clipPath(clip.sha256)
    const interrupted = newId(app.clock.now())
    await copyFile(source, files.incomingPath(interrupted))
    await copyFile(source, files.incomingPath('left-by-a-crash'))
    const row = {
      areaId: commune,
      source: 'upload',
      originalName: 'x',
      sourceBytes: clip.bytes,
      speechText: null,
      speechVoice: null,
    } as const
    await insertClip(app.db.prisma, {
      ...row,
      id: interrupted,
      createdById: editor.accountId,
      at: new Date(app.clock.now()),
    })
    await app.db.prisma.clip.update({ where: { id: interrupted }, data: { state: 'processing', attempts: 1 } })
    const restarted = await makeProcessing(app)
    await restarted.resume()
    await restarted.drained()
    await restarted.close()
    expect((await editor.call('GET', `/api/clips/${interrupted}`)).json()).toMatchObject({ state: 'ready' })
    expect(await readdir(path.dirname(files.incomingPath('x')))).toEqual([])
  })
})

describe('approval', () => {
  test('draft → pending → approved by another person, and only for what that person saw', async () => {
    const draft = await newBulletin(await readyClip())
    expect(draft.current).toMatchObject({ number: 1, state: 'draft' })
    const pending = (
      await editor.call('POST', `/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id })
    ).json().current
    expect(pending.state).toBe('pending')
    const seen = { revisionId: pending.id, contentHash: pending.contentHash }
    const url = `/api/bulletins/${draft.id}/approve`
    expect((await editor.call('POST', url, seen)).json()).toMatchObject({ code: 'not-allowed' })
    expect((await neighbour.call('POST', url, seen)).statusCode).toBe(404)
    expect((await approver.call('POST', url, { ...seen, contentHash: 'other' })).json()).toMatchObject({
      code: 'revision-outdated',
    })
    expect((await approver.call('POST', url, seen)).json().current).toMatchObject({ state: 'approved' })
    expect((await approver.call('POST', url, seen)).json()).toMatchObject({ code: 'revision-not-pending' })
  })

  test('an author who is also an approver may not approve the own bulletin', async () => {
    const clipId = await readyClip()
    const content = { areaId: commune, title: 'Của tôi', topic: 'policy', language: 'vi', clipId }
    const draft = (await otherEditor.call('POST', '/api/bulletins', content)).json()
    const { id } = draft
    const named = { revisionId: draft.current.id }
    const { current } = (await otherEditor.call('POST', `/api/bulletins/${id}/submit`, named)).json()
    const answer = await otherEditor.call('POST', `/api/bulletins/${id}/approve`, {
      revisionId: current.id,
      contentHash: current.contentHash,
    })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'author-may-not-decide' })
  })

  test('changed content is a new draft; unchanged content is not; returning carries a comment', async () => {
    const clipId = await readyClip()
    const draft = await newBulletin(clipId, 'Bản một')
    const same = { title: 'Bản một', topic: 'society', language: 'vi', clipId }
    expect((await editor.call('PUT', `/api/bulletins/${draft.id}`, same)).json().current.number).toBe(1)
    const changed = (await editor.call('PUT', `/api/bulletins/${draft.id}`, { ...same, title: 'Bản hai' })).json()
      .current
    expect(changed).toMatchObject({ number: 2, state: 'draft', title: 'Bản hai' })
    const submitUrl = `/api/bulletins/${draft.id}/submit`
    const outdated = await editor.call('POST', submitUrl, { revisionId: draft.current.id })
    expect([outdated.statusCode, outdated.json().code]).toEqual([409, 'revision-outdated'])
    const { current } = (await editor.call('POST', submitUrl, { revisionId: changed.id })).json()
    const judged = { revisionId: current.id, contentHash: current.contentHash, comment: 'Thiếu giờ.' }
    expect((await approver.call('POST', `/api/bulletins/${draft.id}/return`, judged)).json().current).toMatchObject({
      state: 'returned',
      comment: 'Thiếu giờ.',
    })
    const revisions = (await editor.call('GET', `/api/bulletins/${draft.id}/revisions`)).json()
    expect(revisions.map((one: { number: number; state: string }) => [one.number, one.state])).toEqual([
      [2, 'returned'],
      [1, 'draft'],
    ])
  })

  test('two approvers deciding at once: one decision stands', async () => {
    // A sound that neither approver has uploaded too: who did had a hand in it, and would be refused for that, if first.
    const draft = await newBulletin(await readyClip(1_310))
    const { current } = (
      await editor.call('POST', `/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id })
    ).json()
    const seen = { revisionId: current.id, contentHash: current.contentHash }
    const answers = await Promise.all(
      [approver, otherEditor, approver].map((one) => one.call('POST', `/api/bulletins/${draft.id}/approve`, seen)),
    )
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409, 409])
  })
})

describe('programmes', () => {
  test('an order of bulletins keeps the ids of what stays', async () => {
    const clipId = await readyClip()
    const [a, b] = [await newBulletin(clipId, 'A'), await newBulletin(clipId, 'B')]
    const made = (
      await editor.call('POST', '/api/programmes', {
        areaId: commune,
        title: 'Bản tin sáng',
        bulletinIds: [a.id, b.id],
      })
    ).json()
    expect(made.items.map((item: { title: string }) => item.title)).toEqual(['A', 'B'])
    const changed = (
      await editor.call('PUT', `/api/programmes/${made.id}`, { title: 'Bản tin sáng', bulletinIds: [b.id, a.id] })
    ).json()
    expect(changed.items.map((item: { itemId: string }) => item.itemId)).toEqual([
      made.items[1].itemId,
      made.items[0].itemId,
    ])
    expect((await neighbour.call('GET', `/api/programmes/${made.id}`)).statusCode).toBe(404)
    expect((await neighbour.call('GET', '/api/programmes')).json()).toEqual([])
  })

  test('are searched without diacritics, found by their only bulletin, and paged by when they changed', async () => {
    const clipId = await readyClip()
    const [{ id: a }, { id: b }] = [await newBulletin(clipId, 'A'), await newBulletin(clipId, 'B')]
    const make = async (title: string, bulletinIds: string[]) => {
      app.clock.advance(1_000)
      return (await editor.call('POST', '/api/programmes', { areaId: commune, title, bulletinIds })).json().id
    }
    const single = await make('Đêm giao thừa', [a])
    const both = await make('Đêm hội', [a, b])
    await make('Nhắc lại', [a, a])
    const other = await make('Điểm báo', [b])
    const ask = async (query: string) => {
      const answer = await editor.call('GET', `/api/programmes?${query}`)
      const ids = answer.json().map((one: { id: string }) => one.id)
      return { ids, next: answer.headers['next-cursor'] }
    }
    expect((await ask('search=dem')).ids).toEqual([both, single])
    expect((await ask(`onlyBulletinId=${a}`)).ids).toEqual([single])
    app.clock.advance(1_000)
    await editor.call('PUT', `/api/programmes/${single}`, { title: 'Đêm giao thừa', bulletinIds: [a] })
    const first = await ask('limit=2')
    expect(first.ids).toEqual([single, other])
    const second = await ask(`limit=2&cursor=${first.next}`)
    expect(second.ids).toContain(both)
    expect((await editor.call('GET', '/api/programmes?cursor=x')).statusCode).toBe(400)
  })
})

describe('the list of bulletins', () => {
  test('is searched without diacritics, filtered, counted and paged; campaigns are suggested', async () => {
    const place = await app.makeArea('commune', 'Xã Đồng Tâm')
    const writer = await app.signInAs({ areaId: place, role: 'editor' })
    const clipId = newId(app.clock.now())
    const source = { source: 'upload', originalName: 'x', createdById: writer.accountId } as const
    await insertClip(app.db.prisma, { ...source, id: clipId, areaId: place, at: new Date(app.clock.now()) })
    const campaign = 'Tiêm chủng mở rộng 2026'
    for (const [title, rest] of [
      ['Lịch cắt điện thôn Đoài', {}],
      ['Tiêm phòng dại', { campaign }],
      ['Tiêm vắc-xin sởi', { campaign, topic: 'policy' }],
    ] as const) {
      app.clock.advance(1_000)
      const content = { areaId: place, title, topic: 'society', language: 'vi', clipId, ...rest }
      expect((await writer.call('POST', '/api/bulletins', content)).statusCode).toBe(201)
    }
    const titles = async (query: string): Promise<string[]> =>
      (await writer.call('GET', `/api/bulletins?${query}`))
        .json()
        .map((one: { current: { title: string } }) => one.current.title)
    expect(await titles('')).toEqual(['Tiêm vắc-xin sởi', 'Tiêm phòng dại', 'Lịch cắt điện thôn Đoài'])
    expect(await titles('search=doai+CAT')).toEqual(['Lịch cắt điện thôn Đoài'])
    expect(await titles('search=mo+rong')).toEqual(['Tiêm vắc-xin sởi', 'Tiêm phòng dại'])
    expect(await titles('topic=policy')).toEqual(['Tiêm vắc-xin sởi'])
    expect(await titles(`campaign=${encodeURIComponent(campaign)}&state=draft`)).toHaveLength(2)
    expect(await titles('state=approved')).toEqual([])
    const first = await writer.call('GET', '/api/bulletins?limit=2')
    expect(first.json()).toHaveLength(2)
    expect(await titles(`limit=2&cursor=${first.headers['next-cursor']}`)).toEqual(['Lịch cắt điện thôn Đoài'])
    expect((await writer.call('GET', '/api/bulletins/counts?search=tiem')).json()).toEqual({
      ...{ draft: 2, pending: 0, approved: 0, returned: 0 },
    })
    expect((await writer.call('GET', '/api/campaigns')).json()).toEqual([campaign])
    const found = async (query: string) => (await editor.call('GET', `/api/clips?${query}`)).json().length
    expect(await found('search=THONG+bao&state=ready&limit=1')).toBe(1)
    expect([await found('search=nothing'), await found('search=thong&state=processing')]).toEqual([0, 0])
    expect((await neighbour.call('GET', '/api/campaigns')).json()).toEqual([])
  })
})
