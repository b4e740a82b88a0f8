import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { synthesiseBeep } from '#agent/io/audio/beep.ts'
import type { Voice } from '#agent/io/audio/voice.ts'
import { findSounds, findTones, identifyTone, type Recording } from '../../support/listen.ts'
import { type Pulse, startPulse } from '../../support/pulse.ts'
import { encodeOpus } from '../../unit/agent-audio/make-ogg.ts'
import { bundlePlayer, PlayerBench } from './player-bench.ts'

const START_WITHIN_MS = 60
const HORNS_WITHIN_MS = 20
/** The fallback reckons by the clock, and cannot know how long aplay takes to begin. */
const APLAY_START_WITHIN_MS = 150

const TONES_HZ = [600, 900, 1_300, 2_000]
const tone = (frequencyHz: number, toneMs: number) =>
  synthesiseBeep({ frequencyHz, toneMs, pauseMs: 0, count: 1, levelDb: -12 })

function makeVoice(voiceId: string, startAtMs: number, clips: Uint8Array[], more: Partial<Voice> = {}): Voice {
  const segments = clips.map((bytes, index) => ({ segmentId: `s${index}`, media: { bytes }, gainDb: 0, gapAfterMs: 0 }))
  return { voiceId, level: 'normal', startAtMs, late: 'from-start', segments, ...more }
}

let bundle: Awaited<ReturnType<typeof bundlePlayer>>
let pulse: Pulse
const benches: PlayerBench[] = []
const environment = { ...process.env }

beforeAll(async () => {
  bundle = await bundlePlayer()
})
afterAll(() => bundle.remove())

beforeEach(async () => {
  pulse = await startPulse({ horns: 2 })
  // libasound reads the process's own environment, not the worker's copy.
  Object.assign(process.env, pulse.env)
})
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.player.close()))
  await pulse.stop()
  for (const name of Object.keys(pulse.env)) delete process.env[name]
  Object.assign(process.env, environment)
})

async function openBench(horn: number, bufferMs = 300): Promise<PlayerBench> {
  const bench = new PlayerBench(bundle.url, { kind: 'alsa', device: pulse.hornDevice(horn), bufferMs })
  benches.push(bench)
  await bench.see('sink', ({ state }) => state === 'open')
  return bench
}

describe('two horns', () => {
  it('play the same programme at its instant, in order, and tell what was heard', async () => {
    const players = [await openBench(0), await openBench(1)]
    const recorder = await pulse.record()
    const clips = [encodeOpus('sine=900:r=48000:d=0.7'), tone(1_300, 400), encodeOpus('sine=600:r=48000:d=0.5')]
    const startAtMs = Date.now() + 1_000
    for (const { player } of players) player.load(makeVoice('v', startAtMs, clips, { late: 'join' }))
    const ended = await Promise.all(players.map((bench) => bench.see('voice-ended')))
    const recording = await recorder.stop()

    for (const [channel, bench] of players.entries()) {
      const sounds = findSounds(recording, channel)
      expect(sounds).toHaveLength(1)
      expect(Math.abs((sounds[0]?.startedAtMs ?? 0) - startAtMs)).toBeLessThan(START_WITHIN_MS)
      expect(Math.abs((sounds[0]?.durationMs ?? 0) - 1_600)).toBeLessThan(10)
      expect(findTones(recording, channel, TONES_HZ).map(({ frequencyHz }) => frequencyHz)).toEqual([900, 1_300, 600])
      const started = await bench.see('segment-started')
      expect(Math.abs(started.atMs - (sounds[0]?.startedAtMs ?? 0))).toBeLessThan(START_WITHIN_MS)
      expect(Math.abs((ended[channel]?.atMs ?? 0) - (sounds[0]?.endedAtMs ?? 0))).toBeLessThan(START_WITHIN_MS)
      const segments = bench.events.filter((event) => event.type === 'segment-ended')
      expect(segments).toMatchObject([
        { outcome: 'played', heardMs: 700 },
        { outcome: 'played', heardMs: 400 },
        { outcome: 'played', heardMs: 500 },
      ])
    }
    expect(Math.abs(startOf(recording, 0) - startOf(recording, 1))).toBeLessThan(HORNS_WITHIN_MS)
  })
})

const startOf = (recording: Recording, channel: number) => findSounds(recording, channel)[0]?.startedAtMs ?? Number.NaN

describe('one horn', () => {
  it('an emergency holds a programme, which resumes and is heard to its end', async () => {
    const bench = await openBench(0)
    const recorder = await pulse.record()
    const clips = [encodeOpus('sine=600:r=48000:d=1.5')]
    bench.player.load(makeVoice('programme', Date.now(), clips))
    await bench.see('segment-started', ({ voiceId }) => voiceId === 'programme')
    bench.player.load(makeVoice('alert', Date.now(), [tone(2_000, 500)], { level: 'emergency' }))
    const held = await bench.see('held')
    const resumed = await bench.see('resumed')
    await bench.see('voice-ended', ({ voiceId }) => voiceId === 'programme')
    const recording = await recorder.stop()

    expect(findTones(recording, 0, TONES_HZ).map(({ frequencyHz }) => frequencyHz)).toEqual([600, 2_000, 600])
    const [sound, ...more] = findSounds(recording, 0)
    expect(more).toEqual([])
    expect(Math.abs((sound?.durationMs ?? 0) - 2_000)).toBeLessThan(10)
    expect(resumed.positionMs).toBe(held.positionMs)
    expect(Math.abs(resumed.atMs - held.atMs - 500)).toBeLessThan(5)
    const ended = await bench.see('segment-ended', ({ voiceId }) => voiceId === 'programme')
    expect(ended).toMatchObject({ outcome: 'played', heardMs: 1_500 })
  })

  it('stops when told to, and is silent afterwards', async () => {
    const bench = await openBench(0)
    const recorder = await pulse.record()
    bench.player.load(makeVoice('v', Date.now(), [tone(900, 20_000)]))
    await bench.see('progress')
    bench.player.stop('v')
    const ended = await bench.see('segment-ended')
    bench.player.load(makeVoice('w', Date.now(), [tone(1_300, 100)]))
    await bench.see('voice-ended', ({ voiceId }) => voiceId === 'w')
    const recording = await recorder.stop()

    expect(ended).toMatchObject({ outcome: 'partial', reason: 'stopped' })
    const [long, short] = findSounds(recording, 0)
    // The fade of 10 ms is heard, but does not count.
    expect(Math.abs((long?.durationMs ?? 0) - ended.heardMs)).toBeLessThan(20)
    expect(identifyTone(recording, 0, TONES_HZ, short?.fromFrame ?? 0, short?.toFrame ?? 0)).toBe(1_300)
  })

  it('holds when the sound server dies, reopens it, and plays the rest', async () => {
    const bench = await openBench(0)
    bench.player.load(makeVoice('v', Date.now(), [tone(900, 2_500)]))
    await bench.see('progress')
    await pulse.kill()
    await bench.see('sink', ({ state }) => state === 'failed')
    const held = await bench.see('held')
    expect(held.reason).toBe('sink-failed')
    expect(held.positionMs).toBeGreaterThanOrEqual(1_000)

    await pulse.restart()
    const recorder = await pulse.record()
    const resumed = await bench.see('resumed')
    expect(resumed.positionMs).toBe(held.positionMs)
    const ended = await bench.see('segment-ended')
    const recording = await recorder.stop()
    expect(ended).toMatchObject({ outcome: 'played', heardMs: 2_500 })
    const heard = findSounds(recording, 0)[0]
    expect(Math.abs((heard?.durationMs ?? 0) - (2_500 - held.positionMs))).toBeLessThan(50)
  })

  it('waits for a device that is not there, and ends what cannot sound any more', async () => {
    await pulse.kill()
    const bench = new PlayerBench(bundle.url, { kind: 'alsa', device: 'horn0', bufferMs: 100 })
    benches.push(bench)
    const startAtMs = Date.now()
    bench.player.load(makeVoice('v', startAtMs, [tone(900, 300)], { latestEndAtMs: startAtMs + 400 }))
    const failed = await bench.see('sink')
    expect(failed).toMatchObject({ state: 'failed', kind: 'alsa' })
    expect(failed.detail).toContain('cannot open horn0')
    expect(await bench.see('segment-ended')).toMatchObject({ outcome: 'partial', reason: 'sink-failed', heardMs: 0 })
    await pulse.restart()
    await bench.see('sink', ({ state }) => state === 'open')
    bench.player.load(makeVoice('w', Date.now(), [tone(900, 100)]))
    expect(await bench.see('segment-ended', ({ voiceId }) => voiceId === 'w')).toMatchObject({ outcome: 'played' })
  })

  it('plays through aplay too', async () => {
    const bench = new PlayerBench(bundle.url, { kind: 'aplay', device: pulse.hornDevice(1), bufferMs: 100 })
    benches.push(bench)
    await bench.see('sink', ({ state }) => state === 'open')
    const recorder = await pulse.record()
    const clips = [encodeOpus('sine=900:r=48000:d=0.7'), tone(1_300, 400)]
    const startAtMs = Date.now() + 1_000
    bench.player.load(makeVoice('v', startAtMs, clips))
    await bench.see('voice-ended')
    // What aplay holds in its own buffer is still to be heard when the clock says that it was.
    bench.player.load(makeVoice('w', Date.now(), [tone(2_000, 300)]))
    await bench.see('voice-ended', ({ voiceId }) => voiceId === 'w')
    const recording = await recorder.stop()
    expect(
      findTones(recording, 1, TONES_HZ)
        .map(({ frequencyHz }) => frequencyHz)
        .slice(0, 2),
    ).toEqual([900, 1_300])
    expect(Math.abs((findSounds(recording, 1)[0]?.durationMs ?? 0) - 1_100)).toBeLessThan(10)
    expect(Math.abs(startOf(recording, 1) - startAtMs)).toBeLessThan(APLAY_START_WITHIN_MS)
  })
})
