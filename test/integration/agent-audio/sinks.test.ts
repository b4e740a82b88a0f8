import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock, toInstant } from '#agent/clock.ts'
import { synthesiseBeep } from '#agent/io/audio/beep.ts'
import { PlayerLoop } from '#agent/io/audio/player-loop.ts'
import type { PlayerEvent, Voice } from '#agent/io/audio/voice.ts'
import { openWavSink } from '#agent/io/audio/wav-sink.ts'
import { findSounds } from '../../support/listen.ts'
import { bundlePlayer, PlayerBench } from './player-bench.ts'

const BEEP = synthesiseBeep({ frequencyHz: 1_000, toneMs: 300, pauseMs: 0, count: 1, levelDb: -12 })

function makeVoice(voiceId: string, startAtMs: number, more: Partial<Voice> = {}): Voice {
  const segments = [{ segmentId: 's', media: { bytes: BEEP }, gainDb: 0, gapAfterMs: 0 }]
  return { voiceId, level: 'normal', startAtMs, late: 'from-start', segments, ...more }
}

/** Reads a WAV file by its header alone, as any player does. */
async function readWavFile(path: string) {
  const bytes = await readFile(path)
  const stated = bytes.readUInt32LE(40)
  const samples = Float32Array.from({ length: stated / 2 }, (_, index) => bytes.readInt16LE(44 + index * 2) / 32_768)
  return { stated, actual: bytes.length - 44, recording: { channels: [samples], sampleRate: 48_000, zeroAtMs: 0 } }
}

let bundle: Awaited<ReturnType<typeof bundlePlayer>>
let directory: string
const benches: PlayerBench[] = []
beforeAll(async () => {
  bundle = await bundlePlayer()
})
afterAll(() => bundle.remove())
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loaxa-sinks-'))
})
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.player.close()))
  await rm(directory, { recursive: true, force: true })
})

function open(sink: ConstructorParameters<typeof PlayerBench>[1], url = bundle.url): PlayerBench {
  const bench = new PlayerBench(url, sink)
  benches.push(bench)
  return bench
}

describe('the WAV sink', () => {
  it('writes what a horn would play, in real time', async () => {
    const path = join(directory, 'out.wav')
    const bench = open({ kind: 'wav', path, bufferMs: 200 })
    bench.player.load(makeVoice('v', Date.now()))
    const first = await bench.see('segment-started', ({ voiceId }) => voiceId === 'v')
    await bench.see('voice-ended', ({ voiceId }) => voiceId === 'v')
    bench.player.load(makeVoice('w', Date.now() + 100))
    const second = await bench.see('segment-started', ({ voiceId }) => voiceId === 'w')
    await bench.see('voice-ended', ({ voiceId }) => voiceId === 'w')
    await Promise.all(benches.splice(0).map(({ player }) => player.close()))
    const { stated, actual, recording } = await readWavFile(path)
    expect(stated).toBe(actual)
    const [a, b] = findSounds(recording, 0)
    expect(a?.durationMs).toBeCloseTo(300, -1)
    expect((b?.startedAtMs ?? 0) - (a?.startedAtMs ?? 0)).toBeCloseTo(second.atMs - first.atMs, 0)
  })

  it('leaves a whole file behind when the process is killed', async () => {
    const path = join(directory, 'out.wav')
    const script = join(directory, 'main.mjs')
    const data = JSON.stringify({ role: 'player', sink: { kind: 'wav', path, bufferMs: 50 }, volumePercent: 100 })
    const voice = JSON.stringify({ ...makeVoice('v', 0), segments: undefined })
    await writeFile(
      script,
      `import { Worker } from 'node:worker_threads'
       const worker = new Worker(new URL(${JSON.stringify(bundle.url)}), { workerData: ${data} })
       const media = { bytes: Uint8Array.from(Buffer.from('${Buffer.from(BEEP).toString('base64')}', 'base64')) }
       const segments = [{ segmentId: 's', media, gainDb: 0, gapAfterMs: 100 }]
       worker.on('message', (event) => event.type === 'progress' && console.log('heard'))
       worker.postMessage({ type: 'load', voice: { ...${voice}, repeats: 100, segments } })`,
    )
    const child: ChildProcess = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    if (child.stdout === null) throw new Error('no output')
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { stated, actual, recording } = await readWavFile(path)
    expect(actual - stated).toBeGreaterThanOrEqual(0)
    expect(actual - stated).toBeLessThan(10_000)
    expect(findSounds(recording, 0).length).toBeGreaterThanOrEqual(2)
    expect(execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', path]).toString()).toContain(
      'duration=',
    )
  })

  it('keeps two files of limited size, and what an earlier run wrote', async () => {
    const path = join(directory, 'out.wav')
    const opened = openWavSink({ path, bufferMs: 100, maxBytes: 44 + 4_800 })
    if (!opened.ok) throw new Error(opened.detail)
    for (let block = 1; block <= 25; block += 1) opened.sink.write(new Int16Array(240).fill(block))
    opened.sink.close()
    const [now, before] = [await readFile(path), await readFile(`${path}.1`)]
    expect([now.length, before.length]).toEqual([44 + 5 * 480, 44 + 4_800])
    expect([before.readInt16LE(44), now.readInt16LE(44), now.readInt16LE(now.length - 2)]).toEqual([11, 21, 25])
    expect(now.readUInt32LE(40)).toBe(5 * 480)

    const again = openWavSink({ path, bufferMs: 100 })
    if (!again.ok) throw new Error(again.detail)
    again.sink.close()
    expect((await stat(`${path}.1`)).size).toBe(now.length)
  })

  it('says why it cannot be opened', () => {
    expect(openWavSink({ path: join(directory, 'no/such/out.wav'), bufferMs: 100 })).toMatchObject({ ok: false })
  })
})

describe('choosing a sink', () => {
  /** Far from node_modules the bundle finds no koffi, as on a machine where its native part is missing. */
  const bundleWithoutKoffi = async () => {
    const file = join(directory, 'player.mjs')
    await copyFile(fileURLToPath(bundle.url), file)
    return pathToFileURL(file).href
  }

  it('falls back to aplay where libasound cannot be used, and says so', async () => {
    const bench = open({ kind: 'auto', device: 'null', bufferMs: 100 }, await bundleWithoutKoffi())
    const opened = await bench.see('sink')
    expect(opened).toMatchObject({ state: 'open', kind: 'aplay' })
    expect(opened.detail).toMatch(/libasound cannot be used: .*; falling back to aplay/s)
  })

  it('fails, and never becomes silent by itself, where there is no aplay either', async () => {
    const path = process.env.PATH
    process.env.PATH = directory
    try {
      const bench = open({ kind: 'auto', device: 'null', bufferMs: 100 }, await bundleWithoutKoffi())
      const failed = await bench.see('sink')
      expect(failed).toMatchObject({ state: 'failed', kind: 'aplay' })
      expect(failed.detail).toContain('install alsa-utils')
    } finally {
      process.env.PATH = path
    }
  })

  it('says when aplay cannot play', async () => {
    const bench = open({ kind: 'aplay', device: 'no-such-device', bufferMs: 100 })
    const failed = await bench.see('sink', ({ state }) => state === 'failed')
    expect(failed.detail).toContain('aplay ended')
  })
})

describe('the null sink', () => {
  it('plays on while the main thread stands still', async () => {
    const bench = open({ kind: 'null', bufferMs: 200 })
    bench.player.load(makeVoice('v', Date.now(), { repeats: 4 }))
    await bench.see('segment-started')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    const ended = await bench.see('voice-ended')
    const started = await bench.see('segment-started')
    expect(ended.atMs - started.atMs).toBeCloseTo(1_200, 0)
    expect(bench.events.filter(({ type }) => type === 'xrun')).toEqual([])
  })

  it('says no to a voice twice, and to one without segments', async () => {
    const bench = open({ kind: 'null', bufferMs: 50 })
    bench.player.load(makeVoice('v', Date.now() + 60_000))
    bench.player.load(makeVoice('v', Date.now() + 60_000))
    bench.player.load(makeVoice('empty', Date.now(), { segments: [] }))
    expect(await bench.see('refused', ({ voiceId }) => voiceId === 'v')).toMatchObject({ reason: 'already-loaded' })
    expect(await bench.see('refused', ({ voiceId }) => voiceId === 'empty')).toMatchObject({ reason: 'no-segments' })
  })

  it('ends a voice that is stopped while it is read', async () => {
    const bench = open({ kind: 'null', bufferMs: 50 })
    bench.player.load(makeVoice('v', Date.now()))
    bench.player.stop('v')
    expect(await bench.see('segment-ended')).toMatchObject({ reason: 'stopped', heardMs: 0 })
    await bench.see('voice-ended')
  })

  it('passes over a clip that is missing', async () => {
    const bench = open({ kind: 'null', bufferMs: 50 })
    const missing = { segmentId: 'x', media: { path: join(directory, 'none.opus') }, gainDb: 0, gapAfterMs: 0 }
    const voice = makeVoice('v', Date.now())
    bench.player.load({ ...voice, segments: [missing, ...voice.segments] })
    const failed = await bench.see('segment-ended', ({ segmentId }) => segmentId === 'x')
    expect(failed).toMatchObject({ outcome: 'partial', reason: 'decode-failed' })
    expect(failed.detail).toContain('ENOENT')
    expect(await bench.see('segment-ended', ({ segmentId }) => segmentId === 's')).toMatchObject({ outcome: 'played' })
  })

  it('tells what was heard when it is closed', async () => {
    const bench = new PlayerBench(bundle.url, { kind: 'null', bufferMs: 50 })
    bench.player.load(makeVoice('v', Date.now(), { repeats: 100 }))
    await bench.see('progress')
    await bench.player.close()
    expect(await bench.see('voice-ended')).toMatchObject({ outcome: 'partial' })
    await bench.see('closed')
  })
})

describe('the clock', () => {
  it('may be set while voices wait: they follow it', async () => {
    let offsetMs = 0
    const startAtMs = Date.now() + 3_601_000
    const clocks = { now: () => toInstant(systemClock.now() + offsetMs), monotonicMs: systemClock.monotonicMs }
    const events: PlayerEvent[] = []
    const isOver = new Promise<void>((resolve, reject) => {
      const onEvent = (event: PlayerEvent) => {
        events.push(event)
        if (event.type === 'armed' && event.voiceId === 'waits') offsetMs += 3_600_000
        if (event.type === 'voice-ended') resolve()
      }
      const loop = new PlayerLoop({ kind: 'null', bufferMs: 50 }, clocks, onEvent, reject)
      loop.start().then(() => loop.handle({ type: 'load', voice: makeVoice('waits', startAtMs) }), reject)
      closers.push(() => loop.handle({ type: 'close' }))
    })
    await isOver
    const stepped = events.find((event) => event.type === 'clock-stepped')
    expect(stepped?.byMs).toBeCloseTo(3_600_000, -1)
    const started = events.find((event) => event.type === 'segment-started')
    // Not before its instant by the new clock, and not an hour later.
    expect((started?.atMs ?? 0) - startAtMs).toBeGreaterThan(-1)
    expect((started?.atMs ?? 0) - startAtMs).toBeLessThan(60_000)
  })
  const closers: (() => void)[] = []
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })
})
