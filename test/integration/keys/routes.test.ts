import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { enrol, repin } from '#agent/enrol.ts'
import { readIdentity } from '#agent/io/identity.ts'
import { proveEnrolment } from '#protocol/enrolment.ts'
import { ledgerId } from '#protocol/ids.ts'
import { thumbprint, toJwk } from '#protocol/signing.ts'
import { findNewestOf } from '#server/audit/store.ts'
import { readBody } from '#server/audit/verification-rules.ts'
import { recoverKey, rotateKey } from '#server/keys/rotate.ts'
import { jwksRoutes } from '#server/keys/routes.ts'
import { takeUpKeys } from '#server/keys/take-up.ts'
import { loadServerKeys } from '#server/keys.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let technician: TestUser
let folder: string
let offline: string
let commune: string
let url: string
let names = 0

beforeAll(async () => {
  test = await createTestApp({ rootRoutes: ({ keys }) => [jwksRoutes({ keys })] })
  folder = path.join(test.dir, 'keys')
  offline = path.join(test.dir, 'offline.pem')
  await rename(path.join(folder, 'recovery-key.pem'), offline)
  commune = await test.makeArea('commune', 'Bản Lầu')
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
  url = await test.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => test.close())

const listKeys = async () => (await test.inject({ url: '/.well-known/jwks.json' })).json().keys
let told = 0
const tellDevices = async (): Promise<void> => {
  told += 1
}
const takeUp = () => takeUpKeys({ ...test, tellDevices })
const rotate = async (): Promise<void> => {
  expect(await rotateKey(folder, test.clock.now())).toMatchObject({ ok: true })
  await takeUp()
}
const recover = async (): Promise<void> => {
  expect(await recoverKey(folder, await readFile(offline, 'utf8'), test.clock.now())).toMatchObject({ ok: true })
  await takeUp()
}

async function makeCode(): Promise<{ device: string; code: string }> {
  const device = await test.makeDevice(commune, `Cụm ${++names}`)
  const answer = await technician.call('POST', `/api/devices/${device}/enrolment-code`)
  expect(answer.statusCode, answer.body).toBe(201)
  return { device, code: answer.json().code }
}

async function withStateDir<T>(work: (stateDir: string) => Promise<T>): Promise<T> {
  const stateDir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-agent-'))
  try {
    return await work(stateDir)
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
}
const enrolAgent = (stateDir: string, code: string) =>
  enrol({
    stateDir,
    server: url,
    code,
    hardwareSerial: 'set:one',
    agentVersion: '0.0.0',
    isReplacement: false,
    allowInsecure: false,
    language: 'vi',
    clock: systemClock,
  })

describe('the server’s keys, seen from outside', () => {
  it('are listed with what they are for, the one in force first, and say when they were replaced', async () => {
    const [only] = await listKeys()
    expect(only).toEqual({ ...test.keys.publicKey, kid: test.keys.signer.keyId, use: 'sig', alg: 'EdDSA' })
    await rotate()
    const [current, earlier] = await listKeys()
    const atS = Math.floor(test.clock.now() / 1_000)
    expect(current).toMatchObject({ kid: test.keys.signer.keyId, iat: atS })
    expect(earlier).toEqual({ ...only, exp: atS })
    expect(JSON.stringify(await listKeys())).not.toContain('"d"')
  })

  it('are put on record once when taken up, also when that was interrupted or nobody ran', async () => {
    const before = test.reported.length
    told = 0
    await rotate()
    await takeUp()
    // Those that are connected, once.
    expect(told).toBe(1)
    const reported = test.reported.slice(before).filter(({ code }) => code === 'key-rotated')
    expect(reported.map(({ facts }) => facts.detail)).toEqual([expect.stringContaining(test.keys.signer.keyId)])
    const newest = await findNewestOf(test.db.prisma, 'server.key-rotated')
    const body = newest === null ? null : readBody(newest)
    expect(body).toMatchObject({ after: { keyId: test.keys.signer.keyId } })
    // Another process finds it taken up already.
    await takeUpKeys({ ...test, tellDevices, keys: await loadServerKeys(folder) })
    expect(test.reported.slice(before).filter(({ code }) => code === 'key-rotated').length).toBe(1)
    expect(await rotateKey(folder, test.clock.now())).toMatchObject({ ok: true })
    const next = await loadServerKeys(folder)
    await takeUpKeys({ ...test, tellDevices, keys: next })
    // While no server ran: what stayed connected to a broker of others knows nothing of it.
    expect(told).toBe(2)
    expect(test.reported.at(-1)?.facts.detail).toContain(next.signer.keyId)
    await test.keys.reload()
  })

  it('enrol a device whose code was made before a rotation, and one that repeats its code after it', async () => {
    const { device, code } = await makeCode()
    await rotate()
    await withStateDir(async (stateDir) => {
      const first = await enrolAgent(stateDir, code)
      expect(first).toMatchObject({ ok: true, identity: { deviceId: device, serverKey: test.keys.publicKey } })
      await rotate()
      await rotate()
      expect(await enrolAgent(stateDir, code)).toMatchObject({
        ok: true,
        identity: { deviceId: device, serverKey: test.keys.publicKey },
      })
      await recover()
      expect(await enrolAgent(stateDir, code)).toMatchObject({
        ok: true,
        identity: { serverKey: test.keys.publicKey, keyGeneration: test.keys.generation },
      })
    })
  })

  it('void the codes of a key that was recovered from: a new code is to be made', async () => {
    const { code } = await makeCode()
    test.clock.advance(1_000)
    await recover()
    await withStateDir(async (stateDir) => {
      const result = await enrolAgent(stateDir, code)
      expect(result).toMatchObject({ ok: false, text: 'refused', values: { status: '410' } })
      const { device, code: fresh } = await makeCode()
      expect(await enrolAgent(stateDir, fresh)).toMatchObject({ ok: true, identity: { deviceId: device } })
    })
    const [, before] = await listKeys()
    expect(before).toMatchObject({ revoked: { reason: 'compromised' } })
  })
})

describe('a speaker that no chain leads to the server’s key any more', () => {
  it('is told anew by a technician whom to believe, and stays the installation that it is', async () => {
    const { device, code } = await makeCode()
    await withStateDir(async (stateDir) => {
      const first = await enrolAgent(stateDir, code)
      const identity = first.ok ? first.identity : expect.fail(first.text)
      // As after the loss of both keys: what it pinned is not what the server has.
      const [lostKey, lostRecovery] = [0, 1].map(() => toJwk(generateKeyPairSync('ed25519').privateKey))
      const lost = { ...identity, serverKey: lostKey, recoveryKey: lostRecovery }
      await writeFile(path.join(stateDir, 'identity.json'), JSON.stringify(lost))
      const trust = { version: 2, pinnedX: lostKey?.x, key: lostKey, generation: 0, newestSignedAt: null }
      await writeFile(path.join(stateDir, 'trust.json'), JSON.stringify(trust))
      await writeFile(path.join(stateDir, 'target.json'), '{}')
      expect(await enrolAgent(stateDir, code)).toMatchObject({ ok: false, text: 'wrong-server' })

      const asked = { stateDir, server: url, hardwareSerial: 'set:one', agentVersion: '0', language: 'vi' } as const
      const repinWith = (fresh: string) => repin({ ...asked, code: fresh, allowInsecure: false })
      const other = await makeCode()
      expect(await repinWith(other.code)).toMatchObject({ ok: false, text: 'refused', values: { status: '409' } })
      const answer = await technician.call('POST', `/api/devices/${device}/enrolment-code`)
      const fresh: string = answer.json().code
      for (let times = 0; times < 2; times += 1) {
        const again = await repinWith(fresh)
        expect(again).toMatchObject({ ok: true, identity: { ...identity, codeUsed: fresh } })
      }
      expect((await readIdentity(stateDir)).status).toBe('ok')
      expect(await readdir(stateDir)).toEqual(['identity.json'])
      const installations = await test.db.prisma.installation.findMany({ where: { deviceId: device } })
      expect(installations).toMatchObject([{ revokedAt: null }])
      const newest = await findNewestOf(test.db.prisma, 'device.repinned')
      expect(newest === null ? null : readBody(newest)).toMatchObject({ subjectId: device })
    })
  })
})

describe('a card that was stolen', () => {
  it('opens nothing any more once it is revoked', async () => {
    const { device, code } = await makeCode()
    const privateKey = generateKeyPairSync('ed25519').privateKey
    const claim = {
      code,
      secret: randomBytes(32).toString('base64url'),
      ledgerId: ledgerId.parse(randomUUID()),
      hardwareSerial: 'set:two',
    }
    const request = {
      ...claim,
      agentVersion: '0.0.0',
      publicKey: toJwk(privateKey),
      proof: await proveEnrolment(claim, privateKey),
    }
    const post = () => test.inject({ method: 'POST', url: '/api/enrol', payload: request })
    expect((await post()).statusCode).toBe(200)
    const id = (await test.db.prisma.device.findUniqueOrThrow({ where: { id: device } })).id
    expect((await technician.call('POST', `/api/devices/${id}/revoke`)).statusCode).toBe(200)
    expect((await post()).json().code).toBe('installation-revoked')
    // Its secret is no password of a person, and its key none of the server's.
    const basic = Buffer.from(`${id}:${claim.secret}`).toString('base64')
    for (const target of ['/api/devices', '/api/clips', '/api/me', '/api/audit'])
      expect(
        (await test.inject({ url: target, headers: { authorization: `Basic ${basic}` } })).statusCode,
      ).toBeGreaterThan(400)
    expect((await listKeys()).map(({ kid }: { kid: string }) => kid)).not.toContain(thumbprint(request.publicKey))
  })
})
