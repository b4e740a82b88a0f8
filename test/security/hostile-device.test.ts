import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { alertMessage } from '#protocol/alert.ts'
import { areaId, type DeviceId, deviceId, hashBytes, type LedgerId, ledgerId, newId } from '#protocol/ids.ts'
import type { LedgerBatch } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { createSigner } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { alertTopic, deviceTopic, parseTopic } from '#protocol/topics.ts'
import { alert } from '#server/alerts/schemas.ts'
import { device, deviceCommand } from '#server/devices/schemas.ts'
import { loadServerKeys } from '#server/keys.ts'
import { clip } from '#server/library/schemas.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import { waitFor } from '../../tools/api-client.ts'
import type { RunningProcess } from '../../tools/processes.ts'
import {
  addSpeaker,
  type Commune,
  makeCommune,
  makeProgramme,
  readOccurrence,
  schedule,
  waitUntilReady,
} from '../support/commune.ts'
import { findSounds, findTones } from '../support/listen.ts'
import { type ManInTheMiddle, startManInTheMiddle } from '../support/man-in-the-middle.ts'
import { type Pulse, startPulse } from '../support/pulse.ts'
import type { Recorder } from '../support/pulse-recorder.ts'
import { connectRaw, openDevice, openRawMqtt, type RawMqtt } from '../support/raw-mqtt.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../support/speaker.ts'
import { makeToneWav } from '../support/tones.ts'
import { listAttacks } from './broker-attacks.ts'
import { listForgeries, payloadOf } from './forgeries.ts'
import { type Claimant, makeClaimant } from './online-device.ts'

/**
 * A speaker plays its programme while somebody who holds another device, and the line between the speaker and its broker,
 * does to both whatever can be done. The speaker is listened to all the while.
 */
const programmeHz = 600
const alertHz = 1500
const programmeMs = 25_000

let pulse: Pulse
let server: TestServer
let commune: Commune
let middle: ManInTheMiddle
let speaker: TestSpeaker
let victimId: DeviceId
let hostile: { id: DeviceId; claimant: Claimant }
let recorder: Recorder
let broadcastId: string
let durationMs: number

const port = (): number => Number(new URL(server.mqttUrl ?? '').port)

/** Resolves when the process has said something of this kind once more than before `act`. */
async function heardAfter(
  of: RunningProcess,
  isIt: (line: string) => boolean,
  what: string,
  act: () => void | Promise<void>,
): Promise<void> {
  let before = of.output().split('\n').filter(isIt).length
  const heard = of.line((line) => isIt(line) && before-- <= 0, what)
  const deadline = AbortSignal.timeout(20_000)
  const late = once(deadline, 'abort').then(() => {
    throw new Error(`not within 20 s: ${what}`)
  })
  await Promise.race([late, Promise.all([heard, act()])])
}

const reportedAfter = (code: SecurityCode, about: string, act: () => void | Promise<void>): Promise<void> =>
  heardAfter(
    server.process(),
    (line) => line.includes(`"securityEvent":"${code}"`) && line.includes(about),
    `${code} of ${about}`,
    act,
  )

async function uploadTone(frequencyHz: number, toneMs: number): Promise<string> {
  const url = `/api/clips?areaId=${commune.id}&name=tone`
  const { id } = await commune.editor.upload(url, makeToneWav([{ frequencyHz, durationMs: toneMs }]), clip)
  await waitFor(commune.editor, 'the clip', 60_000, async () => {
    const now = await commune.editor.get(`/api/clips/${id}`, clip)
    return now.state === 'ready' ? now : undefined
  })
  return id
}

/** A real emergency: sounds once, and is over. */
async function soundAlert(clipId: string): Promise<void> {
  const request = { areaId: commune.id, title: 'Lũ về', audio: { kind: 'clip', clipId }, repeats: 1 }
  const { id } = await commune.approver.post('/api/alerts', request, alert)
  await waitFor(commune.approver, 'the alert to have been heard', 30_000, async () =>
    (await commune.approver.get(`/api/alerts/${id}`, alert)).devices.played === 1 ? true : undefined,
  )
}

async function hearAlert(clipId: string): Promise<void> {
  const own = await pulse.record()
  await soundAlert(clipId)
  const tones = findTones(await own.stop(), 0, [programmeHz, alertHz])
  expect(tones.filter(({ durationMs: ms }) => ms > 300).map(({ frequencyHz }) => frequencyHz)).toEqual([alertHz])
}

let alertClipId: string

beforeAll(async () => {
  pulse = await startPulse({ horns: 1 })
  middle = await startManInTheMiddle(port)
  server = await startServer({ env: { MQTT_PUBLIC_URL: middle.url } })
  commune = await makeCommune(server)
  const [speakerPlace, hostilePlace] = [await addSpeaker(commune, 'Loa Đông'), await addSpeaker(commune, 'Loa Tây')]
  victimId = deviceId.parse(speakerPlace.deviceId)
  const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(0), LOAXA_LOG_LEVEL: 'debug' }
  speaker = await startSpeaker({ name: 'Loa Đông', serverUrl: server.url, code: speakerPlace.code, env })
  const claimant = makeClaimant()
  const asked = await claimant.claim(hostilePlace.code)
  await commune.administrator.post('/api/enrol', asked, z.unknown())
  hostile = { id: deviceId.parse(hostilePlace.deviceId), claimant }

  // What is real does sound, through the man in the middle: else silence would prove nothing.
  alertClipId = await uploadTone(alertHz, 1_000)
  await hearAlert(alertClipId)
  const { id } = await commune.administrator.post(
    `/api/devices/${victimId}/commands`,
    { kind: 'identify' },
    deviceCommand,
  )
  await waitFor(commune.administrator, 'the command to be obeyed', 30_000, async () => {
    const all = await commune.administrator.get(`/api/devices/${victimId}/commands`, z.array(deviceCommand))
    return all.find((one) => one.id === id)?.outcome === 'done' ? true : undefined
  })

  const programme = await makeProgramme(commune, 'Thời sự', [
    makeToneWav([{ frequencyHz: programmeHz, durationMs: programmeMs }]),
  ])
  durationMs = programme.durationMs
  const planned = await schedule(commune, programme.programmeId, 6_000)
  broadcastId = planned.broadcastId
  // The other speaker is in the attacker's hands, and never ready.
  await waitUntilReady(commune, broadcastId, 1)
  recorder = await pulse.record()
  await waitFor(commune.editor, 'the programme to play', 30_000, async () =>
    (await readOccurrence(commune, broadcastId))?.devices.playing === 1 ? true : undefined,
  )
}, 240_000)

afterAll(async () => {
  await speaker?.stop()
  await server?.stop()
  await middle?.close()
  await pulse?.stop()
})

describe('while its programme plays', () => {
  it('the broker lets nothing pass that is not its sender’s, and cuts off whoever tries', async () => {
    const village = middle.passed.find(({ topic }) => parseTopic(topic)?.scope === 'area')
    const parsed = parseTopic(village?.topic ?? '')
    const attacks = listAttacks({
      port: port(),
      id: hostile.id,
      secret: hostile.claimant.secret,
      victimId,
      areaId: parsed?.scope === 'area' ? parsed.areaId : areaId.parse(commune.id),
    })
    for (const { name, code, about, run } of attacks) {
      await reportedAfter(code, about, run).catch((cause: unknown) => {
        throw new Error(name, { cause })
      })
    }
    // What cuts the attacker off once must not wear out: the speaker's own words go the same way meanwhile.
    for (const { run } of attacks.filter(({ name }) => name.includes('floods'))) {
      for (let round = 0; round < 20; round += 1) await run()
    }
    // Nobody took its session.
    expect(middle.connections()).toBe(1)
  }, 120_000)

  it('the speaker does nothing that the server did not say to it, here and now', async () => {
    const down = (kind: 'target' | 'command' | 'welcome') => (message: { direction: string; topic: string }) =>
      message.direction === 'down' && message.topic === deviceTopic(victimId, kind)
    const [target, command, welcome, genuine] = [
      await middle.next(down('target')),
      await middle.next(down('command')),
      await middle.next(down('welcome')),
      await middle.next(({ topic }) => topic === alertTopic(areaId.parse(commune.id))),
    ]
    const { body, area } = alertMessage.parse(payloadOf(genuine.payload.toString()))
    if (body.kind !== 'alert') throw new Error('no alert passed')
    const { signer } = await loadServerKeys(path.join(server.dataDir, 'keys'))
    const forgeries = listForgeries({
      victimId,
      areaId: area,
      serverSigner: signer,
      audio: body.audio,
      durationMs: body.durationMs,
      oldTarget: target.payload.toString(),
      oldCommand: command.payload.toString(),
      oldWelcome: welcome.payload.toString(),
    })
    const told = new Set<string>()
    for (const { name, what, reason, topic, make } of forgeries) {
      const payload = await make()
      const isRefused = (line: string): boolean => line.includes(`${what} refused`) && line.includes(reason)
      const inject = (): Promise<void> =>
        heardAfter(speaker.process(), isRefused, `${name} to be refused`, () => middle.inject(topic, payload))
      const code = ['expired', 'replay', 'wrong-audience'].includes(reason) ? 'replay-refused' : 'signature-refused'
      // The first of each kind is told at once, the others with what is told anyway.
      if (told.has(reason)) await inject()
      else await reportedAfter(code, `refused 1 (${reason})`, inject)
      told.add(reason)
    }
    // The same alert once more, word for word: the server itself repeats it, so that it is no news.
    await heardAfter(
      speaker.process(),
      (line) => line.includes('alert ignored') && line.includes('replay'),
      'the repeated alert to be ignored',
      () => middle.inject(genuine.topic, genuine.payload),
    )
    const ownLedger = z.object({ ledgerId })
    const batch = ownLedger.parse(payloadOf((await middle.next(isLedgerOf(victimId))).payload.toString()))
    const ack = { ledgerId: batch.ledgerId, seq: 1, hash: hashBytes('other'), status: 'forked' }
    await heardAfter(
      speaker.process(),
      (line) => line.includes('a signed word is asked for'),
      'a doubt',
      () => middle.inject(deviceTopic(victimId, 'ledger-ack'), JSON.stringify(ack)),
    )
    expect(middle.connections()).toBe(1)
  }, 120_000)

  it('the server believes no ledger but the one that its device signed', async () => {
    const { id, claimant } = hostile
    const client = await openDevice(port(), id, claimant.secret)
    const genuine = await middle.next(isLedgerOf(victimId))
    const { ledgerId: victims } = z.object({ ledgerId }).parse(payloadOf(genuine.payload.toString()))
    const send = (payload: string | Uint8Array) => (): void =>
      client.publish(deviceTopic(id, 'ledger'), payload, { qos: 1 })
    const stranger = makeClaimant()
    const own = beginLedger(claimant.ledgerId)

    await reportedAfter('signature-refused', id, send(genuine.payload))
    await reportedAfter('signature-refused', id, send(await own.sign(stranger, [own.entry(1, emptyLedgerHash)])))
    const theirs = beginLedger(victims)
    await reportedAfter('ledger-refused', id, send(await theirs.sign(claimant, [theirs.entry(1, emptyLedgerHash)])))
    await reportedAfter('ledger-refused', id, send('no signature at all'))
    // A chain that does not hold, and after it no word of this ledger counts.
    const broken = [own.entry(1, emptyLedgerHash), own.entry(2, hashBytes('another first entry'))]
    await reportedAfter('ledger-forked', id, send(await own.sign(claimant, broken)))
    client.end()
    const { alarms } = await commune.administrator.get(`/api/devices/${victimId}`, device)
    expect(alarms).toEqual([])
  }, 60_000)

  it('a device that was stolen is gone within a second of its revocation, and its clips with it', async () => {
    const { id, claimant } = hostile
    const client: RawMqtt = await openDevice(port(), id, claimant.secret)
    await reportedAfter('device-revoked', id, async () => {
      await commune.administrator.post(`/api/devices/${id}/revoke`, {}, device)
      await client.closed
    })
    await reportedAfter('mqtt-authentication-failed', id, async () => {
      const again = await openRawMqtt(port())
      const credential = { clientId: id, username: id, password: claimant.secret }
      expect((await connectRaw(again, credential)).returnCode).toBe(4)
      await again.closed
    })
    const { sha256 } = await commune.editor.get(`/api/clips/${alertClipId}`, clip)
    const basic = Buffer.from(`${id}:${claimant.secret}`).toString('base64')
    const bytes = await fetch(`${server.url}/clips/${sha256}`, { headers: { authorization: `Basic ${basic}` } })
    expect(bytes.status).toBe(401)
  })

  it('it plays on from beginning to end, and nothing else is heard', async () => {
    const mine = await waitFor(commune.editor, 'its outcome', 90_000, async () => {
      const found = await readOccurrence(commune, broadcastId)
      const items = found?.items.filter(({ deviceId: id }) => id === victimId) ?? []
      return items.some(({ outcome }) => outcome !== 'unknown') ? items : undefined
    })
    const recording = await recorder.stop()
    const [sound, ...others] = findSounds(recording, 0, { minGapMs: 250 })
    expect(others).toEqual([])
    expect(Math.abs((sound?.durationMs ?? 0) - durationMs)).toBeLessThan(250)
    const tones = findTones(recording, 0, [programmeHz, alertHz])
    expect(new Set(tones.map(({ frequencyHz }) => frequencyHz))).toEqual(new Set([programmeHz]))
    expect(mine).toMatchObject([{ outcome: 'played', reason: null }])
  }, 120_000)

  it('and a real emergency still sounds', () => hearAlert(alertClipId), 60_000)
})

const isLedgerOf =
  (id: DeviceId) =>
  ({ direction, topic }: { direction: string; topic: string }): boolean =>
    direction === 'up' && topic === deviceTopic(id, 'ledger')

/** A ledger as its attacker would like it. */
function beginLedger(own: LedgerId) {
  const bootId = newId(Date.now())
  return {
    entry: (seq: number, prevHash: string): string =>
      JSON.stringify({
        version: 1,
        ledgerId: own,
        seq,
        prevHash,
        bootId,
        at: Date.now(),
        monotonicMs: 1_000,
        clock: 'trusted',
        targetRevision: 1,
        type: 'boot',
        agentVersion: '0.1.0',
        cleanShutdown: true,
      }),
    async sign({ privateKey }: Claimant, entries: string[]): Promise<string> {
      const head = { ledgerId: own, seq: entries.length, hash: hashBytes(entries.at(-1) ?? '') }
      const batch: LedgerBatch = {
        version: 1,
        ledgerId: own,
        entries,
        head,
        completeUntil: instantMs.parse(Date.now()),
      }
      return createSigner(privateKey).sign('ledger', JSON.stringify(batch))
    },
  }
}
