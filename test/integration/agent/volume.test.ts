import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSounds, measureToneDb } from '../../support/listen.ts'
import { readWavRecording } from '../../support/wav-file.ts'
import { isEntry, launch, planTones, tone } from './agent.fixture.ts'
import { makeFolder } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

/** The tones of these tests at full volume, and what a volume takes from it: its cube. */
const TONE_DB = 20 * Math.log10(0.25)
const dbAt = (percent: number): number => TONE_DB + 60 * Math.log10(percent / 100)

async function launchListening() {
  const server = await startServerDouble()
  const sink = { kind: 'wav', path: path.join(await makeFolder(), 'heard.wav'), bufferMs: 60 } as const
  const { agent } = await launch(server, await makeFolder(), { sink })
  return {
    server,
    listen: async () => {
      await agent.stop()
      const recording = await readWavRecording(sink.path)
      return { recording, sounds: findSounds(recording, 0, { thresholdDb: -70, minGapMs: 50, minSoundMs: 50 }) }
    },
  }
}

describe('how loud it is, measured behind the player', () => {
  it('its share of the device’s own volume; a new target is followed without a click', async () => {
    const { server, listen } = await launchListening()
    const planned = planTones(server, 1_500, [{ frequencyHz: 500, durationMs: 2_400 }])
    const occurrence = { ...planned, items: planned.items.map((item) => ({ ...item, volumePercent: 80 })) }
    await server.plan([occurrence], { volumePercent: 100 })
    await server.states.find((state) => state.playing !== null)
    await server.plan([occurrence], { volumePercent: 50, maxVolumePercent: 90 })
    const end = await server.entries.find(isEntry('play-ended'))
    expect(end).toMatchObject({ outcome: 'played', heardMs: 2_400, volumePercent: 40 })
    const { recording, sounds } = await listen()
    const [sound] = sounds
    if (sound === undefined) throw new Error('silence')
    const level = (fromMs: number, toMs: number) =>
      measureToneDb(recording, 0, 500, sound.fromFrame + fromMs * 48, sound.fromFrame + toMs * 48)
    expect(level(20, 80)).toBeCloseTo(dbAt(80), 0)
    expect(level(2_200, 2_380)).toBeCloseTo(dbAt(40), 0)
    // A click would be a jump: no sample is further from the one before than the loud tone's steepest.
    const samples = recording.channels[0] ?? new Float32Array()
    const steepest = 10 ** (dbAt(80) / 20) * ((2 * Math.PI * 500) / 48_000)
    let widest = 0
    for (let frame = sound.fromFrame + 1; frame < sound.toFrame; frame += 1) {
      widest = Math.max(widest, Math.abs((samples[frame] ?? 0) - (samples[frame - 1] ?? 0)))
    }
    expect(widest).toBeLessThan(steepest * 1.05)
  })

  it.each([
    ['muted, at least as loud as emergencies must be', { muted: true, emergencyVolumePercent: 80 }, 20, 80],
    ['turned down to nothing', { volumePercent: 0, emergencyVolumePercent: 70 }, null, 70],
    ['never above what the horn stands', { maxVolumePercent: 50, emergencyVolumePercent: 80 }, 100, 50],
  ] as const)('an emergency on a speaker %s', async (_name, change, asked, expected) => {
    const { server, listen } = await launchListening()
    await server.plan([], change)
    await server.entries.find(isEntry('target-adopted'))
    const audio = Buffer.from(tone(1_500, 500)).toString('base64')
    const body = { kind: 'alert', title: 'Bão', audio, durationMs: 500, repeats: 1, gapMs: 0 } as const
    await server.alert({ body: { ...body, volumePercent: asked } })
    expect(await server.entries.find(isEntry('play-ended'))).toMatchObject({
      outcome: 'played',
      volumePercent: expected,
    })
    const { recording, sounds } = await listen()
    expect(sounds).toHaveLength(1)
    const [sound] = sounds
    const [from, to] = [(sound?.fromFrame ?? 0) + 2_400, (sound?.toFrame ?? 0) - 2_400]
    expect(measureToneDb(recording, 0, 1_500, from, to)).toBeCloseTo(dbAt(expected), 0)
  })

  it('nothing at all: silent, and on record as such', async () => {
    const { server, listen } = await launchListening()
    const occurrence = planTones(server, 1_200, [{ frequencyHz: 500, durationMs: 600 }])
    await server.plan([occurrence], { volumePercent: 0 })
    expect(await server.entries.find(isEntry('missed'))).toMatchObject({ reason: 'volume-zero' })
    expect((await listen()).sounds).toEqual([])
  })
})
