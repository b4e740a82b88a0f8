import { randomBytes } from 'node:crypto'
import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { createHttpTransport } from '#agent/io/clip-download-http.ts'
import { createMqttTransport } from '#agent/io/clip-download-mqtt.ts'
import { type ClipStore, openClipStore, type Partial } from '#agent/io/clip-store.ts'
import { createFetcher } from '#agent/io/fetcher.ts'
import type { ClipGet } from '#protocol/clip.ts'
import { deviceId, hashBytes } from '#protocol/ids.ts'
import { id, makeFolder, makeLog } from './fixtures.ts'

const open = (folder: string, change = {}): Promise<ClipStore> =>
  openClipStore({ folder, maxBytes: 10_000_000, minFreeBytes: 0, log: makeLog().log, ...change })

const refOf = (bytes: Uint8Array) => ({ sha256: hashBytes(bytes), bytes: bytes.byteLength })

async function begin(store: ClipStore, bytes: Uint8Array, needed: readonly Uint8Array[] = []): Promise<Partial> {
  const begun = await store.begin(refOf(bytes), new Set(needed.map((each) => hashBytes(each))), systemClock.now())
  if (begun.status !== 'ok') throw new Error(begun.status)
  return begun.partial
}

async function put(store: ClipStore, bytes: Uint8Array, needed: readonly Uint8Array[] = []): Promise<void> {
  const partial = await begin(store, bytes, needed)
  await partial.write(bytes)
  expect(await partial.finish()).toBe('held')
}

describe('the clip store', () => {
  it('holds a clip only when its bytes have its hash', async () => {
    const [folder, clip] = [await makeFolder(), randomBytes(1_000)]
    const store = await open(folder)
    const partial = await begin(store, clip)
    await partial.write(randomBytes(1_000))
    expect(await partial.finish()).toBe('corrupt')
    expect(store.has(hashBytes(clip))).toBe(false)
    expect(await readdir(folder)).toEqual([])
    await put(store, clip)
    expect(await store.read(hashBytes(clip))).toEqual(clip)
  })

  it('goes on where it was, after a break and after a restart', async () => {
    const [folder, clip] = [await makeFolder(), randomBytes(1_000)]
    const first = await begin(await open(folder), clip)
    await first.write(clip.subarray(0, 400))
    await first.close()
    const second = await begin(await open(folder), clip)
    expect(second.offset).toBe(400)
    await second.write(clip.subarray(400))
    expect(await second.finish()).toBe('held')
  })

  it('throws away what has decayed on the card', async () => {
    const [folder, clip] = [await makeFolder(), randomBytes(1_000)]
    await put(await open(folder), clip)
    await writeFile(path.join(folder, hashBytes(clip)), randomBytes(1_000))
    const store = await open(folder)
    expect(store.has(hashBytes(clip))).toBe(true)
    expect(await store.verify(hashBytes(clip))).toBe(false)
    expect(store.has(hashBytes(clip))).toBe(false)
    expect(await store.read(hashBytes(clip))).toBeUndefined()
  })

  it('evicts what no target needs, the longest unused first, and nothing that is needed', async () => {
    const folder = await makeFolder()
    const [old, older, needed, fresh, tooBig] = [4_000, 4_000, 2_000, 4_000, 8_000].map((size) => randomBytes(size))
    if (!old || !older || !needed || !fresh || !tooBig) throw new Error('unreachable')
    const store = await open(folder, { maxBytes: 10_000 })
    for (const clip of [old, older, needed]) await put(store, clip)
    await utimes(store.pathOf(hashBytes(older)), 1, 1)
    await put(store, fresh, [needed])
    expect([old, older, needed, fresh].map((clip) => store.has(hashBytes(clip)))).toEqual([true, false, true, true])
    const refused = await store.begin(
      refOf(tooBig),
      new Set([needed, fresh].map((c) => hashBytes(c))),
      systemClock.now(),
    )
    expect(refused.status).toBe('disk-full')
    expect(store.has(hashBytes(needed))).toBe(true)
  })

  it('leaves room on the disk', async () => {
    const store = await open(await makeFolder(), { minFreeBytes: Number.MAX_SAFE_INTEGER })
    expect((await store.begin(refOf(randomBytes(10)), new Set(), systemClock.now())).status).toBe('disk-full')
  })

  it('forgets parts of what nobody needs any more', async () => {
    const [folder, wanted, unwanted] = [await makeFolder(), randomBytes(100), randomBytes(100)]
    const store = await open(folder)
    for (const clip of [wanted, unwanted]) {
      const partial = await begin(store, clip)
      await partial.write(clip.subarray(0, 50))
      await partial.close()
    }
    await store.dropPartials(new Set([hashBytes(wanted)]))
    expect(await readdir(folder)).toEqual([`${hashBytes(wanted)}.part`])
  })
})

describe('clips over HTTP', () => {
  async function serve(clip: Uint8Array, options: { cutAfter?: number } = {}) {
    const asked: { range: string | undefined; authorization: string | undefined }[] = []
    let cutAfter = options.cutAfter
    const server = createServer((request, response) => {
      const { range, authorization } = request.headers
      asked.push({ range, authorization })
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
      const body = clip.subarray(from)
      const headers = { 'content-length': String(body.byteLength) }
      if (from > 0)
        response.writeHead(206, {
          ...headers,
          'content-range': `bytes ${from}-${clip.byteLength - 1}/${clip.byteLength}`,
        })
      else response.writeHead(200, headers)
      if (cutAfter === undefined) {
        response.end(body)
        return
      }
      response.write(body.subarray(0, cutAfter), () => response.destroy())
      cutAfter = undefined
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    return { asked, baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/` }
  }

  it('are fetched with the device’s credential, and resumed by range after a break', async () => {
    const clip = randomBytes(300_000)
    const { asked, baseUrl } = await serve(clip, { cutAfter: 100_000 })
    const device = deviceId.parse(id())
    const fetchClip = createHttpTransport({ baseUrl, deviceId: device, secret: 's3cret' })
    const store = await open(await makeFolder())
    const partial = await begin(store, clip)
    const signal = new AbortController().signal
    expect((await fetchClip(refOf(clip), partial, signal)).status).toBe('unavailable')
    const { offset } = partial
    expect(await fetchClip(refOf(clip), partial, signal)).toEqual({ status: 'complete' })
    expect(await partial.finish()).toBe('held')
    const authorization = `Basic ${Buffer.from(`${device}:s3cret`).toString('base64')}`
    expect(asked).toEqual([
      { range: undefined, authorization },
      { range: offset > 0 ? `bytes=${offset}-` : undefined, authorization },
    ])
  })

  it('that are longer than the target says are not taken', async () => {
    const clip = randomBytes(1_000)
    const { baseUrl } = await serve(Buffer.concat([clip, clip]))
    const fetchClip = createHttpTransport({ baseUrl, deviceId: deviceId.parse(id()), secret: 's' })
    const partial = await begin(await open(await makeFolder()), clip)
    expect((await fetchClip(refOf(clip), partial, new AbortController().signal)).status).toBe('unavailable')
    expect(partial.offset).toBeLessThanOrEqual(1_000)
    await partial.close()
  })
})

describe('clips over MQTT', () => {
  const clip = randomBytes(200_000)

  /** A fetcher on an answering machine; `onRequest` may keep a request to itself. */
  async function start(onRequest: (request: ClipGet) => 'answer' | 'keep') {
    const folder = await makeFolder()
    const store = await open(folder)
    let held = (): void => {}
    const whenHeld = new Promise<void>((resolve) => {
      held = resolve
    })
    const requests: ClipGet[] = []
    const transport = createMqttTransport({
      clock: systemClock,
      random: () => 0,
      send: async (request) => {
        requests.push(request)
        if (onRequest(request) === 'keep') return
        setImmediate(() => {
          for (const { offset, length } of request.blocks) {
            const block = clip.subarray(offset, offset + length)
            transport.deliver({ status: 'block', sha256: request.sha256, offset, totalBytes: clip.byteLength, block })
          }
        })
      },
    })
    const fetcher = createFetcher({ store, clock: systemClock, log: makeLog().log, onHeld: held, onDiskFull: () => {} })
    onTestFinished(() => fetcher.stop())
    fetcher.setWanted([refOf(clip)], new Set([hashBytes(clip)]))
    return { fetcher, transport, store, requests, whenHeld, folder }
  }

  it('pause the moment an alert comes, keep what they have, and go on afterwards', async () => {
    let isAlerting = true
    let tellStuck = (): void => {}
    const whenStuck = new Promise<void>((resolve) => {
      tellStuck = resolve
    })
    const { fetcher, transport, store, requests, whenHeld, folder } = await start((request) => {
      if ((request.blocks[0]?.offset ?? 0) < 20_000 || !isAlerting) return 'answer'
      tellStuck()
      return 'keep'
    })
    fetcher.setTransports([transport.fetch])
    await whenStuck
    fetcher.setPaused(true)
    const asked = requests.length
    isAlerting = false
    fetcher.setPaused(false)
    await whenHeld
    expect(await store.verify(hashBytes(clip))).toBe(true)
    expect(requests[asked]?.blocks[0]?.offset).toBeGreaterThanOrEqual(20_000)
    expect((await stat(path.join(folder, hashBytes(clip)))).size).toBe(clip.byteLength)
  })

  it('come in windows that grow, each no larger than the protocol allows', async () => {
    const { fetcher, transport, requests, whenHeld } = await start(() => 'answer')
    fetcher.setTransports([transport.fetch])
    await whenHeld
    const sizes = requests.map(({ blocks }) => blocks.reduce((sum, block) => sum + block.length, 0))
    expect(sizes.slice(0, 4)).toEqual([1_024, 2_048, 4_096, 8_192])
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(clip.byteLength)
  })

  it('are given up without a warning when the target changes under them, and fetched anew when it changes back', async () => {
    const [folder, { log, lines }] = [await makeFolder(), makeLog()]
    const store = await open(folder)
    let tellHeld = (): void => {}
    const whenHeld = new Promise<void>((resolve) => {
      tellHeld = resolve
    })
    const fetcher = createFetcher({ store, clock: systemClock, log, onHeld: () => tellHeld(), onDiskFull: () => {} })
    onTestFinished(() => fetcher.stop())
    const want = (wanted: readonly Uint8Array[]): void =>
      fetcher.setWanted(wanted.map(refOf), new Set(wanted.map((one) => hashBytes(one))))
    let attempts = 0
    fetcher.setTransports([
      async (_ref, partial) => {
        await partial.write(clip)
        if (++attempts === 1) {
          want([])
          await store.dropPartials(new Set())
          want([clip])
        }
        return { status: 'complete' }
      },
    ])
    want([clip])
    await whenHeld
    expect(attempts).toBe(2)
    expect(lines.filter((line) => /warn|error/i.test(line))).toEqual([])
  })

  it('are not asked for while the link is down', async () => {
    const { fetcher, requests, transport, whenHeld } = await start(() => 'answer')
    fetcher.setTransports([])
    expect(requests).toEqual([])
    fetcher.setTransports([transport.fetch])
    await whenHeld
  })
})
