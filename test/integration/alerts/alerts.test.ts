import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AlertMessage, alertMessage, commandMessage } from '#protocol/alert.ts'
import { areaId, type DeviceId, hashBytes, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { verifySigned } from '#protocol/signing.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { alertsRoutes } from '#server/alerts/routes.ts'
import { alert } from '#server/alerts/schemas.ts'
import { type AlertsService, createAlertsService } from '#server/alerts/service.ts'
import { toDate } from '#server/clock.ts'
import { commandsRoutes } from '#server/devices/commands/routes.ts'
import { type CommandsService, createCommandsService } from '#server/devices/commands/service.ts'
import { deviceCommand } from '#server/devices/schemas.ts'
import { rotateKey } from '#server/keys/rotate.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

interface Sent {
  topic: string
  payload: string
}

let app: TestApp
let alerts: AlertsService
let commands: CommandsService
let approver: TestUser
let stranger: TestUser
let editor: TestUser
let technician: TestUser
let [communeId, villageId, otherId] = ['', '', '']
let device: DeviceId
const sent: Sent[] = []
const online = new Set<string>()
let isLinkUp = true
const takers: (() => void)[] = []
const nextSent = (): Promise<void> => new Promise((resolve) => takers.push(resolve))

const link = {
  publish: async (topic: string, payload: Uint8Array) => {
    if (!isLinkUp) throw new LinkError('link-down', 'no broker')
    sent.push({ topic, payload: Buffer.from(payload).toString() })
    for (const take of takers.splice(0)) take()
  },
  disconnect: async () => {},
  isUp: () => isLinkUp,
  close: async () => {},
}

beforeAll(async () => {
  app = await createTestApp({
    parts: { link },
    routes: (parts) => {
      alerts = createAlertsService({
        ...parts,
        files: {
          open: async (hash) => ({ path: path.join(parts.dir, hash), bytes: hash === tooLarge ? 400_001 : 9 }),
        },
        renderSpeech: async (text, voice) => {
          if (voice !== 'vi') return { ok: false, code: 'voice-unknown' }
          if (text === '😀') return { ok: false, code: 'nothing-to-say' }
          if (text === 'hỏng') return { ok: false, code: 'speech-failed' }
          if (text === 'dài') return { ok: false, code: 'too-long' }
          return { ok: true, audio: { bytes: Buffer.from(`OggS ${text}`), durationMs: 2_000 } }
        },
        retryMs: 10,
      })
      commands = createCommandsService({ ...parts, onlineAmong: async (ids) => ids.filter((id) => online.has(id)) })
      return [alertsRoutes({ alerts }), commandsRoutes({ commands })]
    },
  })
  communeId = await app.makeArea('commune', 'Phú Lộc')
  villageId = await app.makeArea('village', 'Thôn Một', communeId)
  otherId = await app.makeArea('commune', 'Vinh Mỹ')
  device = await app.makeDevice(villageId, 'Cụm loa 1')
})
afterAll(async () => {
  await alerts.close()
  await app.close()
})
beforeEach(async () => {
  app.clock.advance(3_600_000)
  sent.length = 0
  isLinkUp = true
  online.clear()
  approver = await app.signInAs({ areaId: communeId, role: 'approver' })
  editor = await app.signInAs({ areaId: communeId, role: 'editor' })
  technician = await app.signInAs({ areaId: communeId, role: 'technician' })
  stranger = await app.signInAs({ areaId: otherId, role: 'administrator' })
})

const [small, tooLarge] = [hashBytes('small'), hashBytes('large')]
const speech = (text = 'Lũ đang về') => ({ kind: 'speech' as const, text, voice: 'vi' })
const issue = (user: TestUser, change: object = {}) =>
  user.call('POST', '/api/alerts', { areaId: communeId, title: 'Lũ quét', audio: speech(), ...change })
async function issueOk(change: object = {}): Promise<z.infer<typeof alert>> {
  const answer = await issue(approver, change)
  expect([answer.statusCode, answer.body.slice(0, 200)]).toEqual([201, expect.anything()])
  await alerts.idle()
  return alert.parse(answer.json())
}
async function readAlert(jws: string): Promise<AlertMessage> {
  const read = await verifySigned('alert', alertMessage, [app.keys.publicKey], jws)
  if (!read.ok) throw new Error(read.error)
  return read.value
}
async function makeClip(hash: string | null, areaId = communeId): Promise<string> {
  const id = newId(app.clock.now())
  const at = toDate(app.clock.now())
  const state = hash === null ? 'processing' : 'ready'
  const made = { sha256: hash, bytes: 9, durationMs: 1_500 }
  await app.db.prisma.clip.create({
    data: {
      id,
      areaId,
      source: 'upload',
      state,
      originalName: 'a.mp3',
      createdById: approver.accountId,
      createdAt: at,
      updatedAt: at,
      ...made,
    },
  })
  return id
}

describe('alerts', () => {
  it('are signed, kept and sent to the area', async () => {
    const made = await issueOk({ repeats: 2, volumePercent: 100, expiresInMs: 60_000 })
    expect(made).toMatchObject({ title: 'Lũ quét', areaName: 'Phú Lộc', inForce: true, cancelledAt: null })
    expect(sent.map((one) => one.topic)).toEqual([alertTopic(areaId.parse(communeId))])
    const message = await readAlert(sent[0]?.payload ?? '')
    expect(message).toMatchObject({ alertId: made.id, area: communeId, sequence: 1, issuedAt: app.clock.now() })
    expect(message.expiresAt - message.issuedAt).toBe(60_000)
    expect(message.body).toMatchObject({
      kind: 'alert',
      repeats: 2,
      gapMs: 5_000,
      durationMs: 2_000,
      volumePercent: 100,
    })
    if (message.body.kind === 'alert')
      expect(Buffer.from(message.body.audio, 'base64').toString()).toBe('OggS Lũ đang về')
    expect((await approver.call('GET', `/api/alerts/${made.id}`)).json()).toEqual(made)
    const kept = await app.db.prisma.alert.findUniqueOrThrow({ where: { id: made.id }, include: { messages: true } })
    expect([kept.issuedById, kept.messages.map((one) => one.jws)]).toEqual([approver.accountId, [sent[0]?.payload]])
  })

  it('take a ready clip', async () => {
    await writeFile(path.join(app.dir, small), 'OggS clip')
    const made = await issueOk({ audio: { kind: 'clip', clipId: await makeClip(small) } })
    const { body } = await readAlert(sent[0]?.payload ?? '')
    expect(body).toMatchObject({ durationMs: 1_500, audio: Buffer.from('OggS clip').toString('base64') })
    expect(made.inForce).toBe(true)
  })

  it.each<[string, () => Promise<object>, number, string]>([
    [
      'a clip that is not ready',
      async () => ({ audio: { kind: 'clip', clipId: await makeClip(null) } }),
      409,
      'alert-clip-not-ready',
    ],
    [
      'a clip that is too long',
      async () => ({ audio: { kind: 'clip', clipId: await makeClip(tooLarge) } }),
      422,
      'alert-audio-too-long',
    ],
    [
      'a clip of another area',
      async () => ({ audio: { kind: 'clip', clipId: await makeClip(small, otherId) } }),
      404,
      'not-found',
    ],
    ['no such clip', async () => ({ audio: { kind: 'clip', clipId: newId(1) } }), 404, 'not-found'],
    ['an unknown voice', async () => ({ audio: { ...speech(), voice: 'xx' } }), 400, 'voice-unknown'],
    ['a text that is too long', async () => ({ audio: speech('dài') }), 422, 'alert-audio-too-long'],
    ['a text without a word', async () => ({ audio: speech('😀') }), 422, 'alert-text-not-speakable'],
    ['a speech engine that fails', async () => ({ audio: speech('hỏng') }), 503, 'alert-speech-failed'],
    ['an endless expiry', async () => ({ expiresInMs: limits.maxAlertExpiryMs + 1 }), 400, 'bad-request'],
    ['a title that no database keeps', async () => ({ title: 'x\u0000' }), 400, 'nul-character'],
    ['an area of others', async () => ({ areaId: otherId }), 404, 'not-found'],
    ['no such area', async () => ({ areaId: newId(1) }), 404, 'not-found'],
  ])('refuse %s, and nothing sounds', async (_name, change, status, code) => {
    const answer = await issue(approver, await change())
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(sent).toEqual([])
  })

  it('belong to those who may', async () => {
    expect((await issue(editor)).statusCode).toBe(403)
    expect((await issue(stranger)).statusCode).toBe(404)
    const made = await issueOk()
    expect((await editor.call('POST', `/api/alerts/${made.id}/cancel`, {})).statusCode).toBe(403)
    expect((await editor.call('GET', `/api/alerts/${made.id}`)).statusCode).toBe(200)
    for (const [method, url] of [
      ['GET', ''],
      ['POST', '/cancel'],
    ] as const)
      expect(
        (await stranger.call(method, `/api/alerts/${made.id}${url}`, method === 'POST' ? {} : undefined)).statusCode,
      ).toBe(404)
    expect((await stranger.call('GET', '/api/alerts')).json()).toEqual([])
    const listed = z.array(alert).parse((await approver.call('GET', `/api/alerts?areaId=${communeId}`)).json())
    expect(listed[0]).toEqual(made)
    expect((await approver.call('GET', `/api/alerts?areaId=${villageId}`)).json()).toEqual([])
  })

  it('are cancelled by a higher sequence, once', async () => {
    const made = await issueOk()
    app.clock.advance(1_000)
    const cancelled = await approver.call('POST', `/api/alerts/${made.id}/cancel`, {})
    expect(alert.parse(cancelled.json())).toMatchObject({
      inForce: false,
      cancelledAt: new Date(app.clock.now()).toISOString(),
    })
    await approver.call('POST', `/api/alerts/${made.id}/cancel`, {})
    await alerts.idle()
    expect(sent).toHaveLength(2)
    const message = await readAlert(sent[1]?.payload ?? '')
    expect(message).toMatchObject({ alertId: made.id, sequence: 2, body: { kind: 'cancel' } })
    expect(message.expiresAt).toBe((await readAlert(sent[0]?.payload ?? '')).expiresAt)
    const late = await issueOk({ expiresInMs: 10_000 })
    app.clock.advance(10_000)
    const answer = await approver.call('POST', `/api/alerts/${late.id}/cancel`, {})
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'alert-over'])
  })

  it('in force are what a device of the area hears in its welcome, cancels too', async () => {
    const alive = await issueOk({ areaId: villageId })
    const cancelled = await issueOk()
    await issueOk({ expiresInMs: 10_000 })
    await approver.call('POST', `/api/alerts/${cancelled.id}/cancel`, {})
    await alerts.idle()
    app.clock.advance(10_000)
    const ofVillage = await Promise.all((await alerts.inForce([communeId, villageId])).map(readAlert))
    expect(new Map(ofVillage.map((one) => [one.alertId as string, one.body.kind]))).toEqual(
      new Map([
        [alive.id, 'alert'],
        [cancelled.id, 'cancel'],
      ]),
    )
    expect(await alerts.inForce([otherId])).toEqual([])
  })

  it('in force bear the signature of the key in force, also when they were issued before a rotation', async () => {
    const ofVillage = [communeId, villageId]
    await issueOk({ areaId: villageId })
    const before = await alerts.inForce(ofVillage)
    expect(before.length).toBeGreaterThan(0)
    expect(await rotateKey(path.join(app.dir, 'keys'), app.clock.now())).toMatchObject({ ok: true })
    expect(await app.keys.reload()).toBe(true)
    const after = await alerts.inForce(ofVillage)
    expect(after).not.toEqual(before)
    expect(after.map((jws) => jws.split('.')[1])).toEqual(before.map((jws) => jws.split('.')[1]))
    for (const jws of after)
      expect(await verifySigned('alert', alertMessage, [app.keys.publicKey], jws)).toMatchObject({ ok: true })
  })

  it('reach the broker when it is back, and not after they have expired', async () => {
    isLinkUp = false
    const answer = await issue(approver)
    expect(answer.statusCode).toBe(201)
    const arrived = nextSent()
    isLinkUp = true
    await arrived
    expect((await readAlert(sent[0]?.payload ?? '')).alertId).toBe(answer.json().id)
  })

  it('are sent again after a restart', async () => {
    const made = await issueOk()
    sent.length = 0
    await alerts.resume()
    await alerts.idle()
    expect((await Promise.all(sent.map((one) => readAlert(one.payload)))).map((one) => one.alertId)).toContain(made.id)
  })

  it('count where they were heard', async () => {
    const made = await issueOk()
    const installation = {
      publicKey: newId(1),
      secretHash: 'x',
      hardwareSerial: 'x',
      enrolledAt: toDate(app.clock.now()),
    }
    await app.db.prisma.installation.create({ data: { id: newId(1), deviceId: device, ...installation } })
    const play = {
      ledgerId: newId(1),
      deviceId: device,
      areaId: villageId,
      areaPath: [communeId, villageId],
      alertId: made.id,
    }
    const at = toDate(app.clock.now())
    const rest = { clip: small, plannedStartAt: at, startedAt: at, clock: 'trusted', targetRevision: 1, startedSeq: 1 }
    await app.db.prisma.play.createMany({
      data: [
        { id: newId(1), ...play, ...rest, outcome: 'played' },
        { id: newId(1), ...play, ...rest, outcome: 'partial' },
      ],
    })
    const { devices } = alert.parse((await approver.call('GET', `/api/alerts/${made.id}`)).json())
    expect(devices).toEqual({ total: 1, started: 1, played: 1 })
  })
})

describe('commands', () => {
  const command = (user: TestUser, body: object, id: string = device) =>
    user.call('POST', `/api/devices/${id}/commands`, body)
  const readCommand = async (index = 0) => {
    const read = await verifySigned('command', commandMessage, [app.keys.publicKey], sent[index]?.payload ?? '')
    if (!read.ok) throw new Error(read.error)
    return read.value
  }

  it('are signed for one device, sent, and kept with their outcome', async () => {
    online.add(device)
    const made = deviceCommand.parse((await command(editor, { kind: 'identify' })).json())
    expect(made).toMatchObject({ kind: 'identify', outcome: 'pending', outcomeAt: null })
    expect(sent.map((one) => one.topic)).toEqual([deviceTopic(device, 'command')])
    const now = app.clock.now()
    const expected = {
      messageId: made.id,
      audience: device,
      issuedAt: now,
      expiresAt: now + 60_000,
      body: { kind: 'identify' },
    }
    expect(await readCommand()).toMatchObject(expected)
    const list = async () =>
      z.array(deviceCommand).parse((await editor.call('GET', `/api/devices/${device}/commands`)).json())
    expect(await list()).toEqual([made])
    app.clock.advance(60_000)
    expect((await list())[0]).toMatchObject({ outcome: 'expired' })
    await app.db.prisma.deviceCommand.update({
      where: { id: made.id },
      data: { outcome: 'done', outcomeAt: toDate(now) },
    })
    expect((await list())[0]).toMatchObject({ outcome: 'done', outcomeAt: new Date(now).toISOString() })
  })

  it.each<[string, () => Promise<{ statusCode: number; json(): { code: string } }>, number, string]>([
    ['a device that is away', () => command(editor, { kind: 'identify' }), 409, 'device-not-connected'],
    ['a restart by an editor: it cuts alerts', () => command(editor, { kind: 'restart' }), 403, 'not-allowed'],
    ['a restart by an approver', () => command(approver, { kind: 'restart' }), 403, 'not-allowed'],
    ['a technician, too, what is away', () => command(technician, { kind: 'restart' }), 409, 'device-not-connected'],
    ['something unknown', () => command(editor, { kind: 'format' }), 400, 'bad-request'],
    ['an occurrence that cannot be', () => command(editor, { kind: 'stop', occurrenceId: 'x' }), 400, 'bad-request'],
    ['a stranger', () => command(stranger, { kind: 'identify' }), 404, 'not-found'],
    ['no such device', () => command(editor, { kind: 'identify' }, newId(1)), 404, 'not-found'],
  ])('refuse %s', async (_name, call, status, code) => {
    const answer = await call()
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(sent).toEqual([])
  })

  it('say so when the device went away in this instant', async () => {
    online.add(device)
    isLinkUp = false
    const answer = await command(editor, { kind: 'stop' })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'device-not-connected'])
  })

  it('stop an occurrence on all devices that are there', async () => {
    const others = await Promise.all([1, 2, 3].map((n) => app.makeDevice(villageId, `Cụm loa dừng ${n}`)))
    const occurrence = makeOccurrenceId(newId(1), Math.floor(app.clock.now() / 1000) * 1000)
    for (const id of others.slice(0, 2)) online.add(id)
    await commands.stopOccurrence(occurrence, others, editor.accountId)
    await commands.idle()
    expect(sent.map((one) => one.topic).sort()).toEqual(
      others
        .slice(0, 2)
        .map((id) => deviceTopic(id, 'command'))
        .sort(),
    )
    expect(await readCommand()).toMatchObject({ body: { kind: 'stop', occurrenceId: occurrence } })
    expect(await app.db.prisma.deviceCommand.count({ where: { deviceId: { in: others } } })).toBe(2)
    isLinkUp = false
    await expect(commands.stopOccurrence(occurrence, others, editor.accountId)).rejects.toThrow('link-down')
  })
})
