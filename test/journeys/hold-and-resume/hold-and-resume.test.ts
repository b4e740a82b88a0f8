import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addSpeaker,
  type Commune,
  makeCommune,
  makeProgramme,
  schedule,
  waitUntilReady,
  waitUntilReported,
} from '../../support/commune.ts'
import { findSounds, findTones } from '../../support/listen.ts'
import { type Pulse, startPulse } from '../../support/pulse.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../../support/speaker.ts'
import { makeToneWav } from '../../support/tones.ts'

/** A programme whose pitch tells the position, and two of higher priority that begin while it sounds. */
const programmeHz = [400, 520, 640, 760, 880, 1_000, 1_120, 1_240]
const toneMs = 1_500
const higherHz = [1_700, 2_000]
const higherMs = 1_200

let pulse: Pulse
let server: TestServer
let commune: Commune
let speaker: TestSpeaker

beforeAll(async () => {
  pulse = await startPulse({ horns: 1 })
  server = await startServer()
  commune = await makeCommune(server)
  const { code } = await addSpeaker(commune, 'Loa Đông')
  const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(0) }
  speaker = await startSpeaker({ name: 'horn-0', serverUrl: server.url, code, env })
})

afterAll(async () => {
  await speaker?.stop()
  await server?.stop()
  await pulse?.stop()
})

test('a programme that is interrupted twice is held and resumes where it stopped, and all of it is heard', async () => {
  const { programmeId, durationMs } = await makeProgramme(commune, 'Dài', [
    makeToneWav(programmeHz.map((frequencyHz) => ({ frequencyHz, durationMs: toneMs }))),
  ])
  const higher = []
  for (const frequencyHz of higherHz) {
    const wav = makeToneWav([{ frequencyHz, durationMs: higherMs }])
    higher.push(await makeProgramme(commune, `Ưu tiên ${frequencyHz}`, [wav]))
  }
  const planned = await schedule(commune, programmeId, 9_000)
  const interruptions = []
  for (const [index, each] of higher.entries()) {
    const delayMs = planned.startAtMs - Date.now() + 3_000 + index * 5_000
    interruptions.push(await schedule(commune, each.programmeId, delayMs, 'priority'))
  }
  for (const { broadcastId } of [planned, ...interruptions]) await waitUntilReady(commune, broadcastId, 1)
  const recorder = await pulse.record()
  const reported = await waitUntilReported(commune, planned.broadcastId)
  for (const { broadcastId } of interruptions) await waitUntilReported(commune, broadcastId)
  const recording = await recorder.stop()

  // In the air: one stretch of sound, in which the higher ones sound at their instants and the programme loses nothing.
  const sounds = findSounds(recording, 0, { minGapMs: 150 })
  expect(sounds, 'one stretch of sound').toHaveLength(1)
  const higherTotalMs = higher.reduce((sum, each) => sum + each.durationMs, 0)
  const programmeMs = (sounds[0]?.durationMs ?? 0) - higherTotalMs
  expect(Math.abs(programmeMs - durationMs), 'heard of the programme').toBeLessThan(50)

  const tones = findTones(recording, 0, [...programmeHz, ...higherHz]).filter((tone) => tone.durationMs >= 100)
  const stretches = tones.filter(({ frequencyHz }, index) => frequencyHz !== tones[index - 1]?.frequencyHz)
  const ofProgramme = stretches.map(({ frequencyHz }) => frequencyHz).filter((hz) => programmeHz.includes(hz))
  // Its pitch only ever climbs: where it was cut in two the same tone goes on, and nothing comes again.
  expect(ofProgramme.filter((hz, index) => hz !== ofProgramme[index - 1])).toEqual(programmeHz)
  for (const [index, frequencyHz] of higherHz.entries()) {
    const heard = stretches.filter((tone) => tone.frequencyHz === frequencyHz)
    expect(heard, `the interruption of ${frequencyHz} Hz`).toHaveLength(1)
    const startAtMs = interruptions[index]?.startAtMs ?? 0
    expect(Math.abs((heard[0]?.startedAtMs ?? 0) - startAtMs), 'its instant').toBeLessThan(60)
  }

  // In the ledger: played, as long as it is, and later by what held it.
  const [item, ...more] = reported.items
  expect(more).toEqual([])
  expect(item).toMatchObject({ outcome: 'played', reason: null })
  expect(Math.abs((item?.heardMs ?? 0) - durationMs), 'heard by the ledger').toBeLessThan(50)
  const tookMs = Date.parse(item?.endedAt ?? '') - Date.parse(item?.startedAt ?? '')
  expect(Math.abs(tookMs - durationMs - higherTotalMs), 'from its start to its end').toBeLessThan(50)
  expect(Math.abs(Date.parse(item?.startedAt ?? '') - (sounds[0]?.startedAtMs ?? 0)), 'its start').toBeLessThan(60)
})
