import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesiseBeep } from '#agent/io/audio/beep.ts'
import { DecoderPool } from '#agent/io/audio/decoder-pool.ts'
import type { Media } from '#agent/io/audio/media.ts'
import { scanMedia } from '#agent/io/audio/scan-media.ts'
import { findSounds, measureToneDb } from '../../support/listen.ts'
import { encodeOpus } from './make-ogg.ts'

const pool = new DecoderPool(3, (error) => {
  throw error
})
beforeAll(() => pool.fill())
afterAll(() => pool.close())

function openMedia(bytes: Uint8Array): Media {
  const scan = scanMedia(bytes, pool)
  let step = scan.next()
  while (step.done !== true) step = scan.next()
  if (!step.value.ok) throw new Error(step.value.detail)
  return step.value.media
}

/** Reads to the end in uneven portions. */
function readAll(media: Media, from = 0): Float32Array {
  const source = media.openAt(from)
  const out = new Float32Array(media.totalFrames - from + 1_000)
  let done = 0
  for (;;) {
    const count = source.read(out, done, 240 + (done % 7))
    if (typeof count !== 'number') throw new Error(count)
    if (count === 0) break
    done += count
  }
  source.close()
  return out.subarray(0, done)
}

const listen = (samples: Float32Array) => ({ channels: [samples], sampleRate: 48_000, zeroAtMs: 0 })

describe('an Opus clip', () => {
  it('gives exactly its samples, in tune and in place', async () => {
    const samples = readAll(openMedia(encodeOpus('sine=1000:r=48000:d=1.2345,volume=8')))
    expect(samples.length).toBe(59_256)
    expect(measureToneDb(listen(samples), 0, 1_000, 0, 48_000)).toBeCloseTo(0, 0)
    expect(measureToneDb(listen(samples), 0, 1_500, 0, 48_000)).toBeLessThan(-50)
    await pool.fill()
  })

  it('keeps a click where it was: the pre-skip is right', async () => {
    const click = "aevalsrc='if(between(n,24000,24100),0.9,0)':s=48000:d=1"
    const media = openMedia(encodeOpus(click, ['-b:a', '128k']))
    for (const from of [0, 20_000]) {
      const [heard] = findSounds(listen(readAll(media, from)), 0, { thresholdDb: -10, minSoundMs: 1 })
      expect(Math.abs((heard?.fromFrame ?? 0) + from - 24_000)).toBeLessThan(10)
    }
    await pool.fill()
  })

  it('sounds the same when it is begun in the middle', async () => {
    const media = openMedia(encodeOpus('sine=300:r=48000:d=2,tremolo=5:0.9'))
    const whole = readAll(media)
    await pool.fill()
    for (const from of [1, 960, 30_000, 95_000]) {
      const part = readAll(media, from)
      await pool.fill()
      expect(part.length).toBe(96_000 - from)
      const errors = part.map((sample, index) => sample - (whole[from + index] ?? 0))
      expect(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)).toBeLessThan(0.01)
    }
  })

  it('waits when no decoder is ready, and goes on when one is', async () => {
    const media = openMedia(encodeOpus('sine=300:d=0.2'))
    const small = new DecoderPool(0, () => {})
    expect(small.take()).toBeUndefined()
    const sources = Array.from({ length: 4 }, () => media.openAt(0))
    const out = new Float32Array(240)
    expect(sources.map((source) => source.read(out, 0, 240))).toEqual([240, 240, 240, 'starved'])
    for (const source of sources) source.close()
    await pool.fill()
  })

  it('is downmixed when it is stereo', async () => {
    // −18 dB as made, +12 dB, and −3 dB on each channel when ffmpeg makes it stereo.
    const samples = readAll(openMedia(encodeOpus('sine=1000:r=48000:d=0.5,volume=4', ['-ac', '2'])))
    expect(samples.length).toBe(24_000)
    expect(measureToneDb(listen(samples), 0, 1_000, 0, 24_000)).toBeCloseTo(-9, 0)
    await pool.fill()
  })
})

describe('a beep', () => {
  it('is so many tones of that length and pitch', () => {
    const bytes = synthesiseBeep({ frequencyHz: 880, toneMs: 200, pauseMs: 100, count: 3, levelDb: -6 })
    const samples = readAll(openMedia(bytes))
    const heard = findSounds(listen(samples), 0)
    expect(samples.length).toBe(800 * 48)
    expect(heard.map(({ startedAtMs, durationMs }) => [Math.round(startedAtMs), Math.round(durationMs)])).toEqual([
      [0, 200],
      [300, 200],
      [600, 200],
    ])
    expect(measureToneDb(listen(samples), 0, 880, 0, 200 * 48)).toBeCloseTo(-6, 0)
  })
})

describe('what is no clip', () => {
  it.each([
    [
      'a WAV of another rate',
      Buffer.from(synthesiseBeep({ frequencyHz: 1, toneMs: 9, pauseMs: 0, count: 1, levelDb: 0 })).fill(9, 24, 25),
    ],
    ['a WAV without data', Buffer.from('RIFF....WAVE')],
    [
      'a WAV with an endless chunk',
      Buffer.concat([Buffer.from('RIFF....WAVEjunk'), Buffer.from([255, 255, 255, 255])]),
    ],
    ['text', Buffer.from('#EXTM3U')],
  ])('%s', (_name, bytes) => {
    const scan = scanMedia(bytes, pool)
    expect(scan.next()).toMatchObject({ done: true, value: { ok: false } })
  })
})
