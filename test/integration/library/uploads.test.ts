import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openClipFiles } from '#server/library/clip-files.ts'

const MIB = 1_048_576
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-uploads-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const incoming = () => readdir(path.join(dir, 'incoming'))
const bytesOf = (count: number): Readable => Readable.from([Buffer.alloc(count)])

it('reserves what uploads under way may still write, and gives it back when they end', async () => {
  const files = await openClipFiles(dir, async () => 100)
  const first = new PassThrough()
  const begun = files.receive('a', first, { maxBytes: 80, declaredBytes: 60 })
  await expect.poll(incoming).toEqual(['a'])
  // 40 are left: too few for 41 that are declared, and for what is not declared at all.
  const full = { ok: false, refusal: 'disk-full' }
  expect(await files.receive('b', bytesOf(1), { maxBytes: 80, declaredBytes: 41 })).toEqual(full)
  expect(await files.receive('c', bytesOf(1), { maxBytes: 80 })).toEqual(full)
  expect(await files.receive('d', bytesOf(40), { maxBytes: 80, declaredBytes: 40 })).toEqual({ ok: true, bytes: 40 })
  first.end(Buffer.alloc(60))
  expect(await begun).toEqual({ ok: true, bytes: 60 })
  expect(await files.receive('e', bytesOf(70), { maxBytes: 80 })).toEqual({ ok: true, bytes: 70 })
  expect((await incoming()).sort()).toEqual(['a', 'd', 'e'])
})

it('reserves once when two begin in the same moment', async () => {
  const files = await openClipFiles(dir, async () => 100)
  const limits = { maxBytes: 80, declaredBytes: 60 }
  const both = await Promise.all([files.receive('a', bytesOf(60), limits), files.receive('b', bytesOf(60), limits)])
  expect(both.filter((one) => one.ok)).toHaveLength(1)
})

it('gives the room of an upload back that broke off', async () => {
  const files = await openClipFiles(dir, async () => 100)
  const body = new PassThrough()
  const begun = files.receive('a', body, { maxBytes: 100 })
  await expect.poll(incoming).toEqual(['a'])
  body.destroy(new Error('the line is dead'))
  await expect(begun).rejects.toThrow('the line is dead')
  expect(await files.receive('b', bytesOf(100), { maxBytes: 100 })).toEqual({ ok: true, bytes: 100 })
})

it('looks again every 16 MiB, and leaves nothing behind when others have filled the disk meanwhile', async () => {
  const free = [100 * MIB, 50 * MIB, -1]
  const files = await openClipFiles(dir, async () => free.shift() ?? 0)
  const body = Readable.from(
    (function* () {
      for (let n = 0; n < 64; n++) yield Buffer.alloc(MIB)
    })(),
  )
  expect(await files.receive('a', body, { maxBytes: 64 * MIB })).toEqual({ ok: false, refusal: 'disk-full' })
  expect(free).toEqual([])
  expect(await incoming()).toEqual([])
})
