import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { airtimeReport } from '#server/airtime/schemas.ts'
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
import { startMosquitto, type TestMosquitto, useMosquitto } from '../../support/mosquitto.ts'
import { type Pulse, startPulse } from '../../support/pulse.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../../support/speaker.ts'
import { makeToneWav } from '../../support/tones.ts'

/** From a commune's PC to two horns and back as audited airtime; what counts is what was heard. */
const firstTones = [440, 1000, 660]
const secondTones = [880, 550]
const toneMs = 1000
const candidates = [...firstTones, ...secondTones]

describe.each(['embedded broker', 'mosquitto'])('%s', (broker) => {
  let pulse: Pulse
  let mosquitto: TestMosquitto | undefined
  let server: TestServer
  let commune: Commune
  const speakers: TestSpeaker[] = []

  beforeAll(async () => {
    pulse = await startPulse({ horns: 2 })
    mosquitto = broker === 'mosquitto' ? await startMosquitto() : undefined
    server = await startServer({ env: mosquitto === undefined ? {} : useMosquitto(mosquitto) })
    commune = await makeCommune(server)
    for (const [index, name] of ['Loa Đông', 'Loa Đoài'].entries()) {
      const { code } = await addSpeaker(commune, name)
      const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(index) }
      speakers.push(await startSpeaker({ name: `horn-${index}`, serverUrl: server.url, code, env }))
    }
  })

  afterAll(async () => {
    for (const speaker of speakers) await speaker.stop()
    await server?.stop()
    await mosquitto?.stop()
    await pulse?.stop()
  })

  test('a bulletin is heard on both horns at its instant, and airtime tells what was heard', async () => {
    const wavs = [firstTones, secondTones].map((tones) =>
      makeToneWav(tones.map((frequencyHz) => ({ frequencyHz, durationMs: toneMs }))),
    )
    const { programmeId, durationMs } = await makeProgramme(commune, 'Bản tin âm chuẩn', wavs)
    const { broadcastId, startAtMs } = await schedule(commune, programmeId, 6_000)
    await waitUntilReady(commune, broadcastId, 2)
    const recorder = await pulse.record()
    const reported = await waitUntilReported(commune, broadcastId)
    const recording = await recorder.stop()

    const heard = [0, 1].map((horn) => {
      const sounds = findSounds(recording, horn, { minGapMs: 200 })
      expect(sounds, `one stretch of sound on horn ${horn}`).toHaveLength(1)
      expect(
        findTones(recording, horn, candidates)
          .filter((tone) => tone.durationMs > toneMs / 2)
          .map((tone) => tone.frequencyHz),
      ).toEqual(candidates)
      const [sound] = sounds
      if (sound === undefined) throw new Error('silence')
      return sound
    })
    for (const sound of heard) {
      expect(Math.abs(sound.durationMs - durationMs), 'length').toBeLessThan(50)
      expect(Math.abs(sound.startedAtMs - startAtMs), 'start').toBeLessThan(60)
    }
    const [first, second] = heard
    expect(
      Math.abs((first?.startedAtMs ?? 0) - (second?.startedAtMs ?? Number.POSITIVE_INFINITY)),
      'skew',
    ).toBeLessThan(20)

    expect(reported.devices).toMatchObject({ expected: 2, played: 2, partial: 0, missed: 0, unknown: 0 })
    expect(reported.items).toHaveLength(4)
    for (const horn of [0, 1]) {
      const ofHorn = reported.items.filter((item) => item.deviceName === ['Loa Đông', 'Loa Đoài'][horn])
      const startedAt = Math.min(...ofHorn.map((item) => Date.parse(item.startedAt ?? '')))
      const endedAt = Math.max(...ofHorn.map((item) => Date.parse(item.endedAt ?? '')))
      expect(Math.abs(startedAt - (heard[horn]?.startedAtMs ?? 0)), 'ledger start').toBeLessThan(50)
      expect(Math.abs(endedAt - (heard[horn]?.endedAtMs ?? 0)), 'ledger end').toBeLessThan(50)
      const ledgerMs = ofHorn.reduce((sum, item) => sum + item.heardMs, 0)
      expect(Math.abs(ledgerMs - (heard[horn]?.durationMs ?? 0)), 'ledger length').toBeLessThan(50)
    }

    const ledgerMs = reported.items.reduce((sum, item) => sum + item.heardMs, 0)
    const window = `from=${new Date(startAtMs - 1000).toISOString()}&to=${new Date(startAtMs + 60_000).toISOString()}`
    const airtime = await commune.administrator.get(`/api/airtime?${window}&by=device`, airtimeReport)
    expect(airtime.total).toMatchObject({ expectedMs: durationMs * 2, playedMs: ledgerMs, unknownMs: 0 })
    expect(airtime.rows).toHaveLength(2)
  })
})
