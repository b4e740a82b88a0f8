import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { alert } from '#server/alerts/schemas.ts'
import { deviceCommand } from '#server/devices/schemas.ts'
import { clip } from '#server/library/schemas.ts'
import { waitFor } from '../../../tools/api-client.ts'
import {
  addSpeaker,
  type Commune,
  makeCommune,
  makeProgramme,
  readOccurrence,
  schedule,
  waitUntilReady,
  waitUntilReported,
} from '../../support/commune.ts'
import { findTones } from '../../support/listen.ts'
import { type Pulse, startPulse } from '../../support/pulse.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../../support/speaker.ts'
import { makeToneWav } from '../../support/tones.ts'

/** An emergency, its cancel, and the commands, through the API to what is heard. */
const programmeHz = 600
const alertHz = 1500
let pulse: Pulse
let server: TestServer
let commune: Commune
let deviceId: string
let speaker: TestSpeaker

beforeAll(async () => {
  pulse = await startPulse({ horns: 1 })
  server = await startServer()
  commune = await makeCommune(server)
  const made = await addSpeaker(commune, 'Loa Đông')
  deviceId = made.deviceId
  const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(0) }
  speaker = await startSpeaker({ name: 'horn-0', serverUrl: server.url, code: made.code, env })
})

afterAll(async () => {
  await speaker?.stop()
  await server?.stop()
  await pulse?.stop()
})

async function uploadTone(frequencyHz: number, durationMs: number) {
  const url = `/api/clips?areaId=${commune.id}&name=tone`
  const { id } = await commune.editor.upload(url, makeToneWav([{ frequencyHz, durationMs }]), clip)
  return waitFor(commune.editor, 'the clip', 60_000, async () => {
    const now = await commune.editor.get(`/api/clips/${id}`, clip)
    return now.state === 'ready' ? now : undefined
  })
}

const untilPlaying = (broadcastId: string) =>
  waitFor(commune.editor, 'the programme to play', 30_000, async () =>
    (await readOccurrence(commune, broadcastId))?.devices.playing === 1 ? true : undefined,
  )

const tell = (kind: string) => commune.administrator.post(`/api/devices/${deviceId}/commands`, { kind }, deviceCommand)

const untilDone = (id: string) =>
  waitFor(commune.administrator, 'the command’s outcome', 30_000, async () => {
    const all = await commune.administrator.get(`/api/devices/${deviceId}/commands`, z.array(deviceCommand))
    const outcome = all.find((one) => one.id === id)?.outcome
    return outcome === 'pending' ? undefined : outcome
  })

test('an emergency interrupts the programme at once, its cancel silences it, and the programme goes on', async () => {
  const { programmeId, durationMs } = await makeProgramme(commune, 'Dài', [
    makeToneWav([{ frequencyHz: programmeHz, durationMs: 15_000 }]),
  ])
  const audio = await uploadTone(alertHz, 3_000)
  const made = await schedule(commune, programmeId, 5_000)
  await waitUntilReady(commune, made.broadcastId, 1)
  const recorder = await pulse.record()
  await untilPlaying(made.broadcastId)
  const request = {
    areaId: commune.id,
    title: 'Lũ về',
    audio: { kind: 'clip', clipId: audio.id },
    repeats: 20,
    gapMs: 0,
  }
  const issued = await commune.approver.post('/api/alerts', request, alert)
  await waitFor(commune.approver, 'the alert to sound', 20_000, async () =>
    (await commune.approver.get(`/api/alerts/${issued.id}`, alert)).devices.started === 1 ? true : undefined,
  )
  const cancelled = await commune.approver.post(`/api/alerts/${issued.id}/cancel`, {}, alert)
  expect(cancelled.inForce).toBe(false)
  const reported = await waitUntilReported(commune, made.broadcastId)
  const tones = findTones(await recorder.stop(), 0, [programmeHz, alertHz]).filter((tone) => tone.durationMs >= 100)
  const order = tones.map((tone) => tone.frequencyHz).filter((hz, index, all) => hz !== all[index - 1])
  expect(order).toEqual([programmeHz, alertHz, programmeHz])
  // Held, not lost: what was heard of it before and after is the whole of it.
  const heardMs = tones.reduce((sum, tone) => sum + (tone.frequencyHz === programmeHz ? tone.durationMs : 0), 0)
  expect(Math.abs(heardMs - durationMs)).toBeLessThan(150)
  expect(reported.items).toMatchObject([{ outcome: 'played' }])
})

test('a speaker identifies itself by a tone, and stops what it plays when it is told', async () => {
  const recorder = await pulse.record()
  const identify = await tell('identify')
  expect(await untilDone(identify.id)).toBe('done')
  const { programmeId } = await makeProgramme(commune, 'Bị dừng', [
    makeToneWav([{ frequencyHz: programmeHz, durationMs: 20_000 }]),
  ])
  const made = await schedule(commune, programmeId, 5_000)
  await waitUntilReady(commune, made.broadcastId, 1)
  await untilPlaying(made.broadcastId)
  const stop = await tell('stop')
  expect(await untilDone(stop.id)).toBe('done')
  const stopped = await waitFor(commune.editor, 'the play to end', 30_000, async () => {
    const [item] = (await readOccurrence(commune, made.broadcastId))?.items ?? []
    return item?.outcome === 'partial' ? item : undefined
  })
  expect(stopped.reason?.code).toBe('stopped')
  expect(stopped.heardMs).toBeLessThan(20_000)
  const recording = await recorder.stop()
  const tones = findTones(recording, 0, [programmeHz]).filter((tone) => tone.durationMs >= 200)
  expect(Math.abs((tones[0]?.durationMs ?? 0) - stopped.heardMs)).toBeLessThan(150)
})

test('a restart ends the agent cleanly, for its supervisor to start it again', async () => {
  await tell('restart')
  expect(await speaker.process().exited).toBe(75)
  await speaker.restart()
})
