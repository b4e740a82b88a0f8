import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fastify } from 'fastify'
import { type FastifyPluginAsyncZod, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClipBlock, decodeClipBlock } from '#protocol/clip.ts'
import { type DeviceId, hashBytes, type Sha256 } from '#protocol/ids.ts'
import { type Blobs, createBlobs } from '#server/delivery/blobs.ts'
import { type BlockLimits, createBlockServer } from '#server/delivery/blocks.ts'
import { compileScope } from '#server/delivery/compile.ts'
import { clipBytesRoutes } from '#server/delivery/routes.ts'
import { addAccessControl } from '#server/http/access.ts'
import { handleError } from '#server/http/errors.ts'
import { openClipFiles } from '#server/library/clip-files.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createTestClock, createWorld } from '../broadcasts/world.ts'

const log = pino({ level: 'silent' })
const clock = createTestClock('2026-11-24T00:00:00Z')
const clip = randomBytes(70_000)
const clipHash = hashBytes(clip)
const secretClip = randomBytes(1_000)

let db: TestDatabase
let dataDir: string
let blobs: Blobs
let device: DeviceId
let stranger: DeviceId
let planHash: Sha256
let planBytes: Buffer

beforeAll(async () => {
  db = await createTestDatabase()
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-blocks-'))
  const files = await openClipFiles(dataDir)
  for (const bytes of [clip, secretClip]) {
    const file = files.clipPath(hashBytes(bytes))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  const world = createWorld(db, clock)
  const commune = await world.area('commune')
  const editor = await world.account(commune, 'editor')
  device = (await world.device(commune)).id
  stranger = (await world.device(await world.area('commune'))).id
  const bulletin = await world.bulletin(commune, editor, { bytes: clip })
  const programme = await world.programme(commune, [bulletin])
  const made = new Date(clock.now())
  await db.prisma.broadcast.create({
    data: {
      id: world.draw(),
      programmeId: programme.id,
      areaId: commune.id,
      priority: 'normal',
      rule: null,
      localTimes: ['08:00:00'],
      timeZone: 'Asia/Ho_Chi_Minh',
      firstDate: '2026-11-24',
      createdById: editor.accountId,
      createdAt: made,
      updatedAt: made,
    },
  })
  const transport = { transport: 'mqtt', baseUrl: null } as const
  await compileScope({ db, log, horizonDays: 14, clips: transport }, { kind: 'all' }, clock.now(), async () => {})
  const plan = await db.prisma.dayPlan.findFirstOrThrow()
  planBytes = Buffer.from(plan.bytes)
  planHash = hashBytes(planBytes)
  blobs = createBlobs({ db, clock, clips: files })
})
afterAll(async () => {
  await db.close()
  await rm(dataDir, { recursive: true })
})

const openFiles = async () => (await readdir('/proc/self/fd')).length

describe('blocks over MQTT', () => {
  let answers: { id: DeviceId; block: ClipBlock }[]
  /** While set, the link takes a message over only when the test says so. */
  let isHeld: boolean
  let held: (() => void)[]
  let failure: Error | undefined

  beforeEach(() => {
    answers = []
    held = []
    isHeld = false
    failure = undefined
  })

  function createServer(limits: Partial<BlockLimits> = {}) {
    const link = {
      async publish(topic: string, payload: Uint8Array) {
        if (failure !== undefined) throw failure
        const decoded = decodeClipBlock(payload)
        if (!decoded.ok) throw new Error(decoded.error)
        const id = [device, stranger].find((one) => topic === `loaxa/v1/device/${one}/clip`)
        if (id === undefined) throw new Error(`published to ${topic}`)
        answers.push({ id, block: decoded.value })
        if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
      },
    }
    return createBlockServer({ blobs, link, log, limits })
  }

  const ask = (sha256: Sha256, ...offsets: number[]) => ({
    sha256,
    blocks: offsets.map((offset) => ({ offset, length: 32_768 })),
  })
  const statuses = () => answers.map(({ block }) => block.status)
  async function untilAnswers(count: number): Promise<void> {
    while (answers.length < count) await new Promise((resolve) => setImmediate(resolve))
  }

  it('are the bytes asked for, the last one as short as the clip', async () => {
    const before = await openFiles()
    await createServer().onClipGet(device, ask(clipHash, 0, 32_768, 65_536))
    const blocks = answers.flatMap(({ block }) => (block.status === 'block' ? [block] : []))
    expect(blocks.map((block) => [block.offset, block.block.byteLength, block.totalBytes])).toEqual([
      [0, 32_768, 70_000],
      [32_768, 32_768, 70_000],
      [65_536, 4_464, 70_000],
    ])
    expect(Buffer.concat(blocks.map((block) => block.block)).equals(clip)).toBe(true)
    expect(await openFiles()).toBe(before)
  })

  it('may be those of a day plan', async () => {
    await createServer().onClipGet(device, ask(planHash, 0))
    const [answer] = answers
    expect(answer?.block.status === 'block' && Buffer.from(answer.block.block).equals(planBytes)).toBe(true)
  })

  it.each<[string, () => [DeviceId, Sha256]]>([
    ['another device’s clip', () => [stranger, clipHash]],
    ['another device’s day plan', () => [stranger, planHash]],
    ['a clip that no target names', () => [device, hashBytes(secretClip)]],
    ['a clip that does not exist', () => [device, hashBytes('nothing')]],
  ])('are refused for %s', async (_name, request) => {
    const [id, sha256] = request()
    await createServer().onClipGet(id, ask(sha256, 0))
    expect(statuses()).toEqual(['unknown'])
  })

  it('of a slow link: the next block is not read before the link has taken the one before', async () => {
    isHeld = true
    const server = createServer()
    const serving = server.onClipGet(device, ask(clipHash, 0, 32_768))
    await untilAnswers(1)
    expect(server.counts()).toMatchObject({ devices: 1, bytesInFlight: 32_768 })
    isHeld = false
    held.shift()?.()
    await serving
    expect(statuses()).toEqual(['block', 'block'])
    expect(server.counts()).toMatchObject({ devices: 0, bytesInFlight: 0, served: 2 })
  })

  it.each<[string, Partial<BlockLimits>, () => DeviceId]>([
    ['too many requests of one device', { maxRequestsPerDevice: 1 }, () => device],
    ['too many devices', { maxDevices: 1 }, () => stranger],
    ['too many bytes on their way', { maxBytesInFlight: 32_768 }, () => stranger],
  ])('are put off, not queued: %s', async (_name, limits, second) => {
    isHeld = true
    const server = createServer(limits)
    const serving = server.onClipGet(device, ask(clipHash, 0))
    await untilAnswers(1)
    isHeld = false
    await server.onClipGet(second(), ask(clipHash, 0))
    const refused = answers[1]?.block
    expect(refused).toMatchObject({ status: 'busy', sha256: clipHash })
    expect(refused?.status === 'busy' && refused.retryAfterMs).toBeGreaterThan(0)
    held.shift()?.()
    await serving
    await server.onClipGet(device, ask(clipHash, 0))
    expect(statuses()).toEqual(['block', 'busy', 'block'])
  })

  it('of a device that went away end without leaving a file open', async () => {
    const before = await openFiles()
    failure = new LinkError('not-connected', 'gone')
    const server = createServer()
    await server.onClipGet(device, ask(clipHash, 0, 32_768))
    expect(server.counts()).toMatchObject({ devices: 0, bytesInFlight: 0, served: 0 })
    expect(await openFiles()).toBe(before)
  })
})

describe('GET /clips/:sha256', () => {
  async function createApp(routes: FastifyPluginAsyncZod = clipBytesRoutes({ blobs, isSharable: true })) {
    const app = fastify()
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    app.setErrorHandler(handleError)
    addAccessControl(app, {
      sessions: { find: async () => undefined },
      publicUrl: 'http://localhost:8080',
      verifyDevice: async (_id, secret) => secret === 'secret',
    })
    await app.register(routes)
    return app
  }
  const as = (id: DeviceId, secret = 'secret') => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  })

  it('gives a device the bytes that its target names, for ever the same', async () => {
    const app = await createApp()
    const answer = await app.inject({ url: `/clips/${clipHash}`, headers: as(device) })
    expect([answer.statusCode, answer.rawPayload.equals(clip)]).toEqual([200, true])
    expect(answer.headers).toMatchObject({
      etag: `"${clipHash}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'public, s-maxage=60, max-age=0, must-revalidate',
      'content-length': '70000',
      'content-type': 'audio/ogg',
    })
    const plan = await app.inject({ url: `/clips/${planHash}`, headers: as(device) })
    expect(plan.rawPayload.equals(planBytes)).toBe(true)
  })

  it('is kept by no cache on the way unless the operator wants one', async () => {
    const app = await createApp(clipBytesRoutes({ blobs, isSharable: false }))
    const answer = await app.inject({ url: `/clips/${clipHash}`, headers: as(device) })
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'private, no-store'])
  })

  it('goes on in the middle', async () => {
    const app = await createApp()
    const answer = await app.inject({ url: `/clips/${clipHash}`, headers: { ...as(device), range: 'bytes=69000-' } })
    expect([answer.statusCode, answer.headers['content-range']]).toEqual([206, 'bytes 69000-69999/70000'])
    expect(answer.rawPayload.equals(clip.subarray(69_000))).toBe(true)
    const beyond = await app.inject({ url: `/clips/${clipHash}`, headers: { ...as(device), range: 'bytes=70000-' } })
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */70000'])
    expect(beyond.headers['content-type']).toContain('application/problem+json')
    expect(beyond.json()).toMatchObject({ status: 416, code: 'range-not-satisfiable' })
    const malformed = await app.inject({ url: `/clips/${clipHash}`, headers: { ...as(device), range: 'bytes=x-' } })
    expect([malformed.statusCode, malformed.rawPayload.byteLength]).toEqual([200, 70_000])
  })

  it('sends nothing that the reader has already', async () => {
    const app = await createApp()
    const headers = { ...as(device), 'if-none-match': `"${clipHash}"` }
    const answer = await app.inject({ url: `/clips/${clipHash}`, headers })
    expect([answer.statusCode, answer.rawPayload.byteLength]).toEqual([304, 0])
    const head = await app.inject({ method: 'HEAD', url: `/clips/${clipHash}`, headers: as(device) })
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, '70000'])
  })

  it.each<[string, number, () => [DeviceId, string, Sha256]]>([
    ['a wrong secret', 401, () => [device, 'wrong', clipHash]],
    ['another device’s clip', 404, () => [stranger, 'secret', clipHash]],
    ['a clip that no target names', 404, () => [device, 'secret', hashBytes(secretClip)]],
  ])('refuses %s with %i', async (_name, status, request) => {
    const app = await createApp()
    const [id, secret, sha256] = request()
    const answer = await app.inject({ url: `/clips/${sha256}`, headers: as(id, secret) })
    expect(answer.statusCode).toBe(status)
  })

  it('puts off what is too much at once, and frees the place of who went away', async () => {
    const app = await createApp(clipBytesRoutes({ blobs, isSharable: true, maxStreams: 0 }))
    const answer = await app.inject({ url: `/clips/${clipHash}`, headers: as(device) })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '5'])
    const one = await createApp(clipBytesRoutes({ blobs, isSharable: true, maxStreams: 1 }))
    for (let i = 0; i < 3; i++) {
      expect((await one.inject({ url: `/clips/${clipHash}`, headers: as(device) })).statusCode).toBe(200)
    }
  })
})

describe('a device whose installation is revoked', () => {
  it('is given neither its plans nor its clips any more', async () => {
    expect([await blobs.find(device, planHash), await blobs.find(device, clipHash)]).not.toContain(undefined)
    const inForce = { deviceId: device, revokedAt: null }
    const { id } = await db.prisma.installation.findFirstOrThrow({ where: inForce })
    await db.prisma.installation.update({ where: { id }, data: { revokedAt: new Date(clock.now()) } })
    blobs.forget([device])
    expect([await blobs.find(device, planHash), await blobs.find(device, clipHash)]).toEqual([undefined, undefined])
    await db.prisma.installation.update({ where: { id }, data: { revokedAt: null } })
    blobs.forget([device])
    expect(await blobs.find(device, planHash)).toMatchObject({ kind: 'plan' })
  })
})

describe('a target that changes while it is looked up', () => {
  it('does not refuse what the new one names', async () => {
    const files = await openClipFiles(dataDir)
    const bytes = Buffer.from(planBytes.toString().replace('"version":1', '"version":1 '))
    const fresh = hashBytes(bytes)
    const at = new Date(clock.now())
    const change = async (): Promise<void> => {
      await db.prisma.dayPlan.create({
        data: { sha256: fresh, bytes: new Uint8Array(bytes), createdAt: at, lastUsedAt: at },
      })
      await db.pool.query(`UPDATE shared_target SET content = replace(content::text, $1, $2)::jsonb`, [planHash, fresh])
    }
    let reads = 0
    const pool: typeof db.pool = Object.assign(Object.create(db.pool), {
      query: async (text: string, values: unknown[]) => {
        const answer = await db.pool.query(text, values)
        reads += 1
        if (reads === 1) {
          await change()
          looked.forget([device])
        }
        return answer
      },
    })
    const looked = createBlobs({ db: { pool }, clock, clips: files })
    expect(await looked.find(device, fresh)).toMatchObject({ kind: 'plan' })
  })
})
