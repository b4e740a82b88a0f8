import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ffmpeg, openFfmpeg } from '#server/audio/ffmpeg.ts'
import { finaliseClip, normaliseClip } from '#server/audio/normalise.ts'
import { computePeaks } from '#server/audio/peaks.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { bareFfmpeg, measureIndependently, musicSource, writeAmr, writeSpeechWav } from './samples.ts'

let folder: string
let ffmpeg: Ffmpeg

beforeAll(async () => {
  // A space in the path, because a data folder may have one.
  folder = await mkdtemp(path.join(tmpdir(), 'loaxa audio-'))
  const opened = await openFfmpeg({ directory: path.join(folder, 'jail') })
  if (!opened.ok) throw new Error(opened.remedy)
  ffmpeg = opened.ffmpeg
  await writeSpeechWav(file('speech.wav'))
  await bareFfmpeg('-f', 'lavfi', '-i', musicSource(10), file('music.wav'))
  await bareFfmpeg('-i', file('speech.wav'), file('speech.mp3'))
  await bareFfmpeg('-i', file('music.wav'), file('music.m4a'))
  await bareFfmpeg('-i', file('speech.wav'), '-af', 'volume=-30dB', file('whisper.flac'))
  await bareFfmpeg('-i', file('speech.wav'), '-c:a', 'libopus', '-f', 'webm', file('browser.webm'))
  await writeAmr(file('old-phone.amr'), 8)
}, 60_000)

afterAll(() => rm(folder, { recursive: true }))

const file = (name: string) => path.join(folder, name)

/** Stores a sample as an upload is stored, without its extension. */
async function upload(name: string): Promise<string> {
  const target = file(`upload-${name.replaceAll('.', '-')}`)
  await copyFile(file(name), target)
  return target
}

async function normalise(name: string, onProgress?: (fraction: number) => void) {
  const outputPath = file(`${name}.part`)
  const sourcePath = await upload(name)
  const progress = onProgress === undefined ? {} : { onProgress }
  const result = await normaliseClip(ffmpeg, { sourcePath, outputPath, limits: defaultClipLimits, ...progress })
  if (!result.ok) throw new Error(`${name}: ${result.code}, ${result.detail}`)
  return { clip: result.clip, outputPath }
}

describe('what comes out is fit for a horn', () => {
  test.each([
    ['speech.wav', 'pcm_s16le'],
    ['speech.mp3', 'mp3'],
    ['music.wav', 'pcm_s16le'],
    ['music.m4a', 'aac'],
    ['whisper.flac', 'flac'],
    ['browser.webm', 'opus'],
    ['old-phone.amr', 'amr_nb'],
  ])('%s', async (name, codec) => {
    const fractions: number[] = []
    const { clip, outputPath } = await normalise(name, (fraction) => fractions.push(fraction))

    const measured = await measureIndependently(outputPath)
    expect(measured.loudnessLufs).toBeGreaterThan(-17)
    expect(measured.loudnessLufs).toBeLessThan(-15)
    expect(measured.peakDbfs).toBeLessThanOrEqual(-1)
    expect(clip.loudnessLufs).toBeCloseTo(measured.loudnessLufs, 0)
    expect(clip.peakDbfs).toBeCloseTo(measured.peakDbfs, 0)

    const bytes = await readFile(outputPath)
    expect(clip.bytes).toBe(bytes.length)
    expect(clip.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(clip.probe.codec).toBe(codec)
    // 32 kbit/s are 234 KiB a minute; the encoder spends less on speech and up to a third more on chords
    expect(bytes.length / (clip.durationMs / 60_000)).toBeLessThan(320 * 1024)

    // A bare decoder gives exactly the samples that the clip tells.
    const pcmPath = file(`${name}.pcm`)
    await bareFfmpeg('-i', outputPath, '-f', 's16le', pcmPath)
    const pcm = await readFile(pcmPath)
    expect(pcm.length / 2).toBe(clip.sampleCount)
    expect(clip.durationMs).toBe(Math.round(clip.sampleCount / 48))

    expect(fractions.at(-1)).toBe(1)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  })
})

test('the same file gives the same bytes, so it is stored once', async () => {
  const [first, second] = [await normalise('speech.wav'), await normalise('speech.wav')]
  expect(second.clip.sha256).toBe(first.clip.sha256)
})

test('a finished clip is moved to its name', async () => {
  const { clip, outputPath } = await normalise('speech.mp3')
  const finalPath = file(clip.sha256)
  await finaliseClip({ outputPath, finalPath })
  expect((await readFile(finalPath)).length).toBe(clip.bytes)
  expect(await readdir(folder)).not.toContain(path.basename(outputPath))
})

test('the outline shows where it is loud and where it is silent', async () => {
  // one second of tone, one of silence, one of tone at half the level
  const level = 'if(lt(t,1),0.5,if(lt(t,2),0,0.25))'
  await bareFfmpeg('-f', 'lavfi', '-i', `aevalsrc='${level}*sin(2*PI*1000*t)':s=48000:d=3`, file('outline.wav'))
  const peaks = await computePeaks(ffmpeg, { path: file('outline.wav'), sampleCount: 144_000, pairCount: 6 })
  const signed = new Int8Array(peaks.buffer)
  const pairs = Array.from({ length: 6 }, (_, pair) => [signed[pair * 2], signed[pair * 2 + 1]])
  const [loud, half] = [
    [-64, 64],
    [-32, 32],
  ]
  expect(pairs).toEqual([loud, loud, [0, 0], [0, 0], half, half])
})

test('stopping leaves nothing behind', async () => {
  const stop = new AbortController()
  const sourcePath = await upload('music.wav')
  const outputPath = file('stopped.part')
  const reason = new Error('the editor cancelled')
  const running = normaliseClip(ffmpeg, {
    sourcePath,
    outputPath,
    limits: defaultClipLimits,
    signal: stop.signal,
    onProgress: (fraction) => {
      // in the middle of encoding
      if (fraction > 0.6) stop.abort(reason)
    },
  })
  await expect(running).rejects.toBe(reason)
  expect(await readdir(folder)).not.toContain('stopped.part')
  await expect(
    normaliseClip(ffmpeg, { sourcePath, outputPath, limits: defaultClipLimits, signal: stop.signal }),
  ).rejects.toBe(reason)
})

test('an upload that kept its extension is a mistake of ours', async () => {
  const options = { sourcePath: file('speech.mp3'), outputPath: file('x.part'), limits: defaultClipLimits }
  await expect(normaliseClip(ffmpeg, options)).rejects.toThrow('without an extension')
})

test('a missing ffmpeg is one sentence with its remedy', async () => {
  const opened = await openFfmpeg({ directory: file('jail'), commands: { ffmpeg: '/nowhere/ffmpeg' } })
  expect(opened).toEqual({
    ok: false,
    code: 'tool-missing',
    tool: 'ffmpeg',
    remedy: 'ffmpeg was not found (looked for "/nowhere/ffmpeg"): apt-get install ffmpeg',
  })
})
