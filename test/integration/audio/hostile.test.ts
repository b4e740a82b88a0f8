/** Files that mean harm, or are merely broken. Each is made here, and shown to be dangerous where a control can show it. */
import { copyFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ffmpeg, openFfmpeg, runFfmpegPass } from '#server/audio/ffmpeg.ts'
import { normaliseClip } from '#server/audio/normalise.ts'
import { type ClipLimits, defaultClipLimits, probeClip } from '#server/audio/probe.ts'
import { bareFfmpeg, makeWav, writeAmr } from './samples.ts'

let folder: string
let ffmpeg: Ffmpeg

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'loaxa-hostile-'))
  const opened = await openFfmpeg({ directory: path.join(folder, 'jail') })
  if (!opened.ok) throw new Error(opened.remedy)
  ffmpeg = opened.ffmpeg
})

afterAll(() => rm(folder, { recursive: true }))

const file = (name: string) => path.join(folder, name)

async function refuse(sourcePath: string, limits: Partial<ClipLimits> = {}) {
  const outputPath = file('out.part')
  const result = await normaliseClip(ffmpeg, { sourcePath, outputPath, limits: { ...defaultClipLimits, ...limits } })
  if (result.ok) {
    await rm(outputPath)
    return 'accepted'
  }
  expect(await readdir(folder)).not.toContain('out.part')
  return result.code
}

async function store(name: string, content: string | Buffer): Promise<string> {
  await writeFile(file(name), content)
  return file(name)
}

const tone = (seconds: number) => ['-f', 'lavfi', '-i', `sine=f=1000:d=${seconds}:r=44100`]

/** Copies the first part of a file, as an upload that broke off. */
async function cut(source: string, target: string, part: number): Promise<string> {
  const whole = await readFile(file(source))
  return store(target, whole.subarray(0, Math.floor(whole.length * part)))
}

describe('a playlist in disguise reads no other file', () => {
  // Access times are kept even on relatime mounts once they lie before the modification time.
  const longAgo = new Date('2020-01-01T00:00:00Z')

  async function makeSecret(name: string): Promise<string> {
    await bareFfmpeg(...tone(2), '-f', 'mp3', file(name))
    await utimes(file(name), longAgo, new Date('2021-01-01T00:00:00Z'))
    return file(name)
  }

  test.each([
    ['m3u8', (secret: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://${secret}\n#EXT-X-ENDLIST\n`],
    ['m3u8 with a bare path', (secret: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${secret}\n`],
    ['ffconcat', (secret: string) => `ffconcat version 1.0\nfile ${path.basename(secret)}\n`],
  ])('%s', async (name, makeList) => {
    const slug = name.replaceAll(' ', '-')
    const secret = await makeSecret(`secret-${slug}.mp3`)
    const listPath = await store(slug, makeList(secret))
    expect(await refuse(listPath)).toBe('not-audio')
    expect((await stat(secret)).atimeMs).toBe(longAgo.getTime())
  })

  test('control: a bare ffmpeg does follow such lists, and the access time shows it', async () => {
    const secret = await makeSecret('secret.mp3')
    const listPath = await store('list.mp3', `ffconcat version 1.0\nfile ${path.basename(secret)}\n`)
    await bareFfmpeg('-protocol_whitelist', 'file', '-i', listPath, '-f', 'wav', file('leak.wav'))
    expect((await readFile(file('leak.wav'))).length).toBeGreaterThan(100_000)
    const isReadSeen = (await stat(secret)).atimeMs > longAgo.getTime()
    // Some machines mount their temporary folder without access times; there only the leaked sound shows it.
    await utimes(secret, longAgo, new Date('2021-01-01T00:00:00Z'))
    await readFile(secret)
    expect(isReadSeen).toBe((await stat(secret)).atimeMs > longAgo.getTime())
  })

  test('neither ffprobe nor ffmpeg follows one, even under a name that invites it', async () => {
    const secret = await makeSecret('secret-2.mp3')
    const listPath = await store('list-2.mp3', `ffconcat version 1.0\nfile ${path.basename(secret)}\n`)
    expect(await probeClip(ffmpeg, { path: listPath, limits: defaultClipLimits })).toMatchObject({ ok: false })
    const pass = { inputPath: listPath, maxDurationMs: 5000, timeoutMs: 10_000, audioFilters: [] }
    const output = { path: file('leak-2.wav'), options: ['-f', 'wav'] }
    expect(await runFfmpegPass(ffmpeg, { ...pass, output })).toMatchObject({ ok: false, code: 'decode-failed' })
    expect((await stat(secret)).atimeMs).toBe(longAgo.getTime())
  })
})

describe('what is no sound', () => {
  test.each([
    ['empty', '', 'empty'],
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', 'not-audio'],
    ['text', 'Kính gửi UBND xã,\n'.repeat(200), 'not-audio'],
    ['edl', '# mpv EDL v0\n/etc/passwd\n', 'not-audio'],
  ])('%s', async (name, content, code) => {
    expect(await refuse(await store(name, content))).toBe(code)
  })

  test('random bytes', async () => {
    await writeAmr(file('noise.amr'), 4)
    const noise = (await readFile(file('noise.amr'))).subarray(7)
    expect(await refuse(await store('noise', noise))).toMatch(/^(not-audio|decode-failed|unsupported-codec)$/)
  })

  test('a video', async () => {
    const picture = ['-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=5']
    await bareFfmpeg(...picture, ...tone(1), '-c:v', 'mpeg4', '-f', 'mp4', file('video'))
    expect(await refuse(file('video'))).toBe('unsupported-codec')
  })

  test('a cover picture is no video', async () => {
    await bareFfmpeg('-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=1', '-frames:v', '1', file('cover.png'))
    const maps = ['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-disposition:v', 'attached_pic']
    await bareFfmpeg('-i', file('cover.png'), ...tone(2), ...maps, '-f', 'mp3', file('covered'))
    expect(await refuse(file('covered'))).toBe('accepted')
  })

  test('silence', async () => {
    await bareFfmpeg('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '3', '-f', 'wav', file('silence'))
    expect(await refuse(file('silence'))).toBe('silent')
    await bareFfmpeg(...tone(3), '-af', 'volume=-55dB', '-f', 'flac', file('hush'))
    expect(await refuse(file('hush'))).toBe('silent')
  })
})

describe('what would cost too much', () => {
  beforeAll(async () => {
    const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '36000']
    await bareFfmpeg(...silence, '-frame_size', '32768', '-f', 'flac', file('hours'))
  }, 60_000)

  test('ten hours in a small FLAC', async () => {
    expect((await stat(file('hours'))).size).toBeLessThan(2_000_000)
    expect(await refuse(file('hours'))).toBe('too-long')
  })

  test('ten hours in a FLAC that does not say so', async () => {
    // STREAMINFO: 36 bits of total samples, 0 for unknown (RFC 9639 §8.2)
    const flac = await readFile(file('hours'))
    flac[21] = (flac[21] ?? 0) & 0xf0
    flac.fill(0, 22, 26)
    expect(await refuse(await store('secretive', flac), { maxDurationMs: 60_000 })).toBe('too-long')
  })

  test('a WAV of 1 Hz', async () => {
    const wav = makeWav({ sampleRateHz: 1, channels: 1, samples: Buffer.alloc(200_000, 1) })
    expect(await refuse(await store('slow', wav))).toBe('sample-rate')
  })

  test('64 channels', async () => {
    const wav = makeWav({ sampleRateHz: 48_000, channels: 64, samples: Buffer.alloc(640_000, 1) })
    expect(await refuse(await store('wide', wav))).toBe('channels')
  })

  test('more bytes than allowed', async () => {
    expect(await refuse(await store('big', Buffer.alloc(2001)), { maxBytes: 2000 })).toBe('too-large')
  })

  test('a decoder that runs away is ended by the jail', async () => {
    const jailed = await openFfmpeg({ directory: file('tight'), limits: { cpuSeconds: 1 } })
    if (!jailed.ok) throw new Error(jailed.remedy)
    // With a gate as wide as this, ten hours would cost 18 s of CPU.
    const limits = { ...defaultClipLimits, maxDurationMs: 11 * 3_600_000 }
    const options = { sourcePath: file('hours'), outputPath: file('hours.part'), limits }
    expect(await normaliseClip(jailed.ffmpeg, options)).toMatchObject({ ok: false, code: 'too-costly' })
  })
})

describe('what was cut off is not aired as if it were whole', () => {
  test.each([
    ['flac', ['-f', 'flac'], 'truncated'],
    ['mp3', ['-f', 'mp3'], 'truncated'],
    ['wav', ['-f', 'wav'], 'truncated'],
    ['aiff', ['-f', 'aiff'], 'truncated'],
    ['m4a, index first', ['-f', 'ipod', '-movflags', '+faststart'], 'truncated'],
    ['m4a, index last', ['-f', 'ipod'], 'not-audio'],
    ['webm', ['-f', 'webm', '-c:a', 'libopus'], 'truncated'],
  ])('%s', async (name, options, code) => {
    const slug = name.replaceAll(/\W+/g, '-')
    await bareFfmpeg(...tone(20), ...options, file(slug))
    expect(await refuse(await cut(slug, `cut-${slug}`, 0.3))).toBe(code)
  })

  test('a WAV written to a pipe declares no length, and is whole', async () => {
    const samples = (await readFile(file('wav'))).subarray(44)
    const wav = makeWav({ sampleRateHz: 44_100, channels: 1, samples, declaredBytes: 0xffff_ffff - 36 })
    expect(await refuse(await store('piped', wav))).toBe('accepted')
  })

  test('too short to be measured', async () => {
    await bareFfmpeg(...tone(0.3), '-f', 'wav', file('blip'))
    expect(await refuse(file('blip'))).toBe('too-short')
  })
})

test('a title that looks like a report changes nothing', async () => {
  const title = 'Tin\n[/FORMAT]\n[FORMAT]\nduration=1.5\nformat_name=wav\n  I:  -16.0 LUFS\nNumber of samples: 72000\n'
  await bareFfmpeg(...tone(5), '-metadata', `title=${title}`, '-f', 'flac', file('titled'))
  await copyFile(file('titled'), file('titled-2'))
  const probed = await probeClip(ffmpeg, { path: file('titled-2'), limits: defaultClipLimits })
  expect(probed).toMatchObject({ ok: true, probe: { container: 'flac', codec: 'flac', durationMs: 5000 } })
  const outputPath = file('titled.part')
  const result = await normaliseClip(ffmpeg, { sourcePath: file('titled-2'), outputPath, limits: defaultClipLimits })
  expect(result).toMatchObject({ ok: true, clip: { durationMs: 5000 } })
  expect((await readFile(outputPath)).includes('Tin')).toBe(false)
})
