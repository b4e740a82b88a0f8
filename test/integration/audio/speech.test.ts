import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ffmpeg, openFfmpeg } from '#server/audio/ffmpeg.ts'
import { normaliseClip } from '#server/audio/normalise.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { maxSpeechChars, openEspeakNg, type SpeechEngine } from '#server/audio/speech.ts'
import { bulletin, measureIndependently } from './samples.ts'

let folder: string
let ffmpeg: Ffmpeg
let engine: SpeechEngine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'loaxa-speech-'))
  const directory = path.join(folder, 'jail')
  const [openedFfmpeg, openedEspeak] = [await openFfmpeg({ directory }), await openEspeakNg({ directory })]
  if (!openedFfmpeg.ok) throw new Error(openedFfmpeg.remedy)
  if (!openedEspeak.ok) throw new Error(openedEspeak.remedy)
  ffmpeg = openedFfmpeg.ffmpeg
  engine = openedEspeak.engine
})

afterAll(() => rm(folder, { recursive: true }))

const speak = (text: string, voiceId = 'vi') =>
  engine.synthesise({ text, voiceId, outputPath: path.join(folder, 'raw') })

test('lists the Vietnamese voices, and no language that it cannot speak', () => {
  expect(engine.voices().map((voice) => voice.id)).toEqual(['vi', 'vi-vn-x-central', 'vi-vn-x-south'])
  expect(new Set(engine.voices().map((voice) => voice.language))).toEqual(new Set(['vi']))
})

test.each(['vi', 'vi-vn-x-central', 'vi-vn-x-south'])(
  '%s speaks a bulletin that takes the road of an upload',
  async (id) => {
    const spoken = await speak(`${bulletin} Lúc 7h30 ngày 20/11/2026.`, id)
    expect(spoken).toMatchObject({ ok: true })
    if (spoken.ok) expect(spoken.spokenText).toContain('bảy giờ ba mươi phút ngày hai mươi tháng mười một')
    const outputPath = path.join(folder, 'clip.part')
    const sourcePath = path.join(folder, 'raw')
    const result = await normaliseClip(ffmpeg, { sourcePath, outputPath, limits: defaultClipLimits })
    expect(result).toMatchObject({ ok: true })
    const { loudnessLufs, peakDbfs } = await measureIndependently(outputPath)
    expect(Math.abs(loudnessLufs - -16)).toBeLessThanOrEqual(1)
    expect(peakDbfs).toBeLessThanOrEqual(-1)
  },
)

test('refuses what it cannot speak', async () => {
  expect(await speak('Xin chào', 'hmn')).toMatchObject({ ok: false, code: 'unknown-voice' })
  expect(await speak('Xin chào', '../../etc/passwd')).toMatchObject({ ok: false, code: 'unknown-voice' })
  expect(await speak(' \n --- 😀')).toMatchObject({ ok: false, code: 'text-empty' })
  expect(await speak('a'.repeat(maxSpeechChars + 1))).toMatchObject({ ok: false, code: 'text-too-long' })
})

test('text is only ever text: no option, no file, no markup, no phonemes', async () => {
  const before = await readdir(folder)
  const spoken = await speak('--path=/etc -w /tmp/x <speak>xin</speak> [[h@l]] $(touch y) `touch z`; chào')
  expect(spoken).toMatchObject({ ok: true })
  if (spoken.ok) expect(spoken.spokenText).not.toMatch(/[[\]`<>]/)
  expect((await readdir(folder)).filter((name) => name !== 'raw')).toEqual(before.filter((name) => name !== 'raw'))
})

test('stopping stops', async () => {
  const stop = new AbortController()
  const reason = new Error('the editor cancelled')
  const outputPath = path.join(folder, 'stopped')
  const running = engine.synthesise({ text: bulletin.repeat(40), voiceId: 'vi', outputPath, signal: stop.signal })
  stop.abort(reason)
  await expect(running).rejects.toBe(reason)
})

test('a missing espeak-ng is one sentence with its remedy', async () => {
  const opened = await openEspeakNg({ directory: folder, command: '/nowhere/espeak-ng' })
  expect(opened).toMatchObject({ ok: false, remedy: 'espeak-ng was not found: apt-get install espeak-ng' })
})
