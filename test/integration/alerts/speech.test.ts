import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSpeechRenderer } from '#server/alerts/audio.ts'
import { openFfmpeg } from '#server/audio/ffmpeg.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { openEspeakNg } from '#server/audio/speech.ts'

/** The speech of an emergency by the real voice and the real ffmpeg. */
let dir: string
let render: ReturnType<typeof createSpeechRenderer>

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'loaxa-alert-speech-'))
  const directory = path.join(dir, 'jail')
  const [ffmpeg, speech] = [await openFfmpeg({ directory }), await openEspeakNg({ directory })]
  if (!ffmpeg.ok || !speech.ok) throw new Error('ffmpeg or espeak-ng is missing')
  render = createSpeechRenderer({
    speech: speech.engine,
    ffmpeg: ffmpeg.ffmpeg,
    limits: defaultClipLimits,
    workDir: path.join(dir, 'work'),
    log: pino({ level: 'silent' }),
  })
})
afterAll(() => rm(dir, { recursive: true }))

it('is read aloud', async () => {
  const made = await render('Lũ đang về, bà con lên chỗ cao.', 'vi')
  expect(made).toMatchObject({ ok: true })
  if (made.ok) expect(made.audio.durationMs).toBeGreaterThan(1_000)
})

it.each([
  ['pictures', '😀🚨'],
  ['marks', '--- !!! …'],
  ['characters without a shape', '\u200b\u200d\ufeff'],
  ['control characters', '\u0001\u0002'],
  ['markup', '[[ ]] {} ## **'],
  // espeak has no words for these letters.
  ['letters that the voice does not know', 'ꦗ'],
])('that consists only of %s is the text’s fault, not the server’s', async (_what, text) => {
  expect(await render(text, 'vi')).toEqual({ ok: false, code: 'nothing-to-say' })
  expect(await readdir(path.join(dir, 'work'))).toEqual([])
})

it('in no voice that there is', async () => {
  expect(await render('Xin chào', 'xx')).toEqual({ ok: false, code: 'voice-unknown' })
})
