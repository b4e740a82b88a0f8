import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import type { Response } from 'light-my-request'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  codeNamesKey,
  enrolmentAnswer,
  enrolmentGrant,
  makeEnrolmentCode,
  proveEnrolment,
} from '#protocol/enrolment.ts'
import { type DeviceId, type LedgerId, ledgerId as ledgerIdSchema } from '#protocol/ids.ts'
import { createSigner, thumbprint, toJwk, verifySigned } from '#protocol/signing.ts'
import { readPlanDevices } from '#server/planning/store.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

let test: TestApp
let technician: TestUser
let commune: string
let device: DeviceId
let names = 0
let isBrokerDown = false
/** While set, the broker makes no account before it resolves. */
let hold: Promise<void> | undefined

beforeAll(async () => {
  const told: string[] = []
  test = await createTestApp({
    parts: {
      brokerAccounts: {
        create: async (id) => {
          if (isBrokerDown) throw new Error('the broker is down')
          await hold
          told.push(`create ${id}`)
        },
        revoke: async (id) => {
          if (isBrokerDown) throw new Error('the broker is down')
          told.push(`revoke ${id}`)
        },
      },
      link: {
        publish: async () => {},
        disconnect: async (id) => {
          told.push(`disconnect ${id}`)
        },
        isUp: () => true,
        close: async () => {},
      },
    },
  })
  test.told = told
  commune = await test.makeArea('commune', 'Bản Lầu')
  technician = await test.signInAs({ areaId: commune, role: 'technician' })
})
afterAll(() => test.close())
beforeEach(async () => {
  test.told.length = 0
  device = await test.makeDevice(commune, `Cụm ${++names}`)
})

interface Hardware {
  privateKey: KeyObject
  secret: string
  ledgerId: LedgerId
  hardwareSerial: string
  agentVersion: string
}
const makeHardware = (): Hardware => ({
  privateKey: generateKeyPairSync('ed25519').privateKey,
  secret: randomBytes(32).toString('base64url'),
  ledgerId: ledgerIdSchema.parse(randomUUID()),
  hardwareSerial: randomBytes(8).toString('hex'),
  agentVersion: '0.1.0',
})
const makeCode = async (id: string = device): Promise<string> => {
  const answer = await technician.call('POST', `/api/devices/${id}/enrolment-code`)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json().code
}
async function makeRequest(typedCode: string, { privateKey, ...claim }: Hardware) {
  const code = typedCode.toUpperCase()
  const proof: string = await proveEnrolment({ code, ...claim }, privateKey)
  return { code: typedCode, ...claim, publicKey: toJwk(privateKey), proof }
}
const post = (payload: object, remoteAddress = '127.0.0.1'): Promise<Response> =>
  test.inject({ method: 'POST', url: '/api/enrol', payload, remoteAddress })
const enrol = async (code: string, hardware: Hardware): Promise<Response> => post(await makeRequest(code, hardware))
const statusOf = async (): Promise<string> => (await technician.call('GET', `/api/devices/${device}`)).json().status
const refusal = (answer: Response): unknown => [answer.statusCode, answer.json().code]

describe('enrolment', () => {
  it('binds a key and a secret, and answers with what the server’s key signed', async () => {
    const made = await technician.call('POST', `/api/devices/${device}/enrolment-code`)
    const { code, command, qrSvg, replaces } = made.json()
    expect(codeNamesKey(code, test.keys.publicKey)).toBe(true)
    expect(command).toBe(`loaxa-agent enrol http://localhost:8080 ${code}`)
    expect(qrSvg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
    expect(replaces).toBe(false)
    expect(await statusOf()).toBe('never-enrolled')

    const hardware = makeHardware()
    const answer = await enrol(code.toLowerCase(), hardware)
    expect(answer.statusCode, answer.body).toBe(200)
    const { serverKey, grant } = enrolmentAnswer.parse(answer.json())
    expect(serverKey).toEqual(test.keys.publicKey)
    const verified = await verifySigned('enrolment', enrolmentGrant, [serverKey], grant)
    expect(verified).toMatchObject({
      ok: true,
      value: {
        deviceId: device,
        areaName: 'Bản Lầu',
        audience: thumbprint(toJwk(hardware.privateKey)),
        recoveryKey: test.keys.recoveryKey,
        mqtt: { url: 'mqtt://localhost:1883' },
      },
    })
    expect(test.told).toEqual([`create ${device}`])
    expect(await statusOf()).toBe('offline')
    expect(await test.enrolment.verifyDevice(device, hardware.secret)).toBe(true)
    expect(await test.enrolment.verifyDevice(device, makeHardware().secret)).toBe(false)
    const stored = JSON.stringify([
      await test.db.prisma.installation.findMany(),
      await test.db.prisma.enrolmentCode.findMany(),
      await test.db.prisma.ledger.findMany(),
    ])
    expect(stored).not.toContain(hardware.secret)
    expect(stored).not.toContain(code)
    expect(stored).toContain(hardware.ledgerId)
  })

  it('is safe to repeat: the same answer, also when the first one was lost between commit and broker', async () => {
    const code = await makeCode()
    const hardware = makeHardware()
    isBrokerDown = true
    const failed = await enrol(code, hardware)
    isBrokerDown = false
    expect(refusal(failed)).toEqual([503, 'broker-unavailable'])
    test.clock.advance(25 * 3_600_000)
    technician = await test.signInAs({ areaId: commune, role: 'technician' })
    const first = await enrol(code, hardware)
    test.clock.advance(60_000)
    const second = await enrol(code, hardware)
    expect([first.statusCode, second.statusCode]).toEqual([200, 200])
    expect(second.body).toBe(first.body)
    expect(test.told).toEqual([`create ${device}`, `create ${device}`])
    expect(await test.db.prisma.installation.count({ where: { deviceId: device } })).toBe(1)
  })

  it('gives one code to one device, however many call at once', async () => {
    const code = await makeCode()
    const answers = await Promise.all([enrol(code, makeHardware()), enrol(code, makeHardware())])
    expect(answers.map((one) => one.statusCode).sort()).toEqual([200, 409])
    expect(refusal(await enrol(code, makeHardware()))).toEqual([409, 'code-already-used'])
    expect(await test.db.prisma.installation.count({ where: { deviceId: device, revokedAt: null } })).toBe(1)
  })

  it('refuses a code that is unknown, replaced or expired, and a key that is enrolled already', async () => {
    const older = await makeCode()
    const code = await makeCode()
    expect(refusal(await enrol(older, makeHardware()))).toEqual([410, 'enrolment-code-expired'])
    expect(refusal(await enrol(makeEnrolmentCode(test.keys.publicKey), makeHardware()))).toEqual([
      404,
      'enrolment-code-unknown',
    ])
    const hardware = makeHardware()
    expect((await enrol(code, hardware)).statusCode).toBe(200)
    const other = await test.makeDevice(commune, `Cụm ${++names}`)
    expect(refusal(await enrol(await makeCode(other), hardware))).toEqual([409, 'key-already-enrolled'])
    const sameLedger = { ...makeHardware(), ledgerId: hardware.ledgerId }
    expect(refusal(await enrol(await makeCode(other), sameLedger))).toEqual([409, 'key-already-enrolled'])
    expect(await test.db.prisma.installation.count({ where: { deviceId: other } })).toBe(0)
    const late = await makeCode(other)
    test.clock.advance(24 * 3_600_000)
    technician = await test.signInAs({ areaId: commune, role: 'technician' })
    expect(refusal(await enrol(late, makeHardware()))).toEqual([410, 'enrolment-code-expired'])
  })

  it('replaces hardware: the old installation is cut off and refused, the device stays', async () => {
    const old = makeHardware()
    await enrol(await makeCode(), old)
    test.told.length = 0
    const made = await technician.call('POST', `/api/devices/${device}/enrolment-code`)
    expect(made.json().replaces).toBe(true)
    expect(await test.enrolment.verifyDevice(device, old.secret)).toBe(true)
    const fresh = makeHardware()
    expect((await enrol(made.json().code, fresh)).statusCode).toBe(200)
    expect(test.told).toEqual([`disconnect ${device}`, `create ${device}`])
    expect(await test.enrolment.verifyDevice(device, old.secret)).toBe(false)
    expect(await test.enrolment.verifyDevice(device, fresh.secret)).toBe(true)
  })

  it('is refused without a proof that the caller holds the key, for exactly what it asks', async () => {
    const [code, spare] = [await makeCode(), makeEnrolmentCode(test.keys.publicKey)]
    const hardware = makeHardware()
    const asked = await makeRequest(code, hardware)
    const { proof, ...unproven } = asked
    const thief = makeHardware()
    const payload = Buffer.from(proof.split('.')[1] ?? '', 'base64url')
    const wrong: [string, object][] = [
      ['none', unproven],
      ['no signature at all', { ...asked, proof: 'a.b.c' }],
      [
        'signed by another key',
        { ...asked, proof: (await makeRequest(code, { ...hardware, privateKey: thief.privateKey })).proof },
      ],
      ['for somebody else’s key', { ...asked, publicKey: toJwk(thief.privateKey) }],
      ['of another type', { ...asked, proof: await createSigner(hardware.privateKey).sign('enrolment', payload) }],
      ['for another code', { ...asked, proof: (await makeRequest(spare, hardware)).proof }],
      ['for another secret', { ...asked, secret: thief.secret }],
      ['for another ledger', { ...asked, ledgerId: thief.ledgerId }],
      ['for other hardware', { ...asked, hardwareSerial: thief.hardwareSerial }],
      ['wrong, with an unknown code', { ...asked, code: spare }],
    ]
    for (const [what, body] of wrong)
      expect([what, ...[refusal(await post(body))].flat()]).toEqual([what, 422, 'enrolment-unproven'])
    expect(await statusOf()).toBe('never-enrolled')
    expect((await post(asked)).statusCode).toBe(200)
  })

  it('that was replaced since is told so when the old device repeats its code', async () => {
    const [old, fresh] = [makeHardware(), makeHardware()]
    const code = await makeCode()
    await enrol(code, old)
    expect((await enrol(await makeCode(), fresh)).statusCode).toBe(200)
    expect(refusal(await enrol(code, old))).toEqual([410, 'installation-replaced'])
    test.clock.advance(1_000)
    await technician.call('POST', `/api/devices/${device}/revoke`)
    expect(refusal(await enrol(code, old))).toEqual([410, 'installation-replaced'])
  })

  it('is undone by revoking: the secret, the code and a repeat are refused from then on', async () => {
    const hardware = makeHardware()
    const code = await makeCode()
    await enrol(code, hardware)
    const spare = await makeCode()
    test.told.length = 0
    const revoked = await technician.call('POST', `/api/devices/${device}/revoke`)
    expect(revoked.statusCode, revoked.body).toBe(200)
    expect(revoked.json().status).toBe('revoked')
    expect(test.told).toEqual([`revoke ${device}`, `disconnect ${device}`])
    expect(await test.enrolment.verifyDevice(device, hardware.secret)).toBe(false)
    expect(refusal(await enrol(code, hardware))).toEqual([410, 'installation-revoked'])
    expect(refusal(await enrol(spare, makeHardware()))).toEqual([410, 'enrolment-code-expired'])
    expect((await technician.call('POST', `/api/devices/${device}/revoke`)).statusCode).toBe(200)
    expect((await enrol(await makeCode(), makeHardware())).statusCode).toBe(200)
    expect(await statusOf()).toBe('offline')
  })

  it('is undone by revoking while the broker is away: it is told when it is back', async () => {
    const hardware = makeHardware()
    await enrol(await makeCode(), hardware)
    test.told.length = 0
    isBrokerDown = true
    const revoked = await technician.call('POST', `/api/devices/${device}/revoke`)
    expect(revoked.statusCode, revoked.body).toBe(200)
    expect(revoked.json()).toMatchObject({ status: 'revoked', isBrokerTold: false })
    await test.desk.settle()
    isBrokerDown = false
    expect(test.told).toEqual([])
    await test.desk.settle()
    expect(test.told).toContain(`revoke ${device}`)
    // Nothing is owed now; the broker that comes back may still have forgotten.
    test.told.length = 0
    await test.desk.settle()
    expect(test.told).toEqual([])
    expect((await enrol(await makeCode(), makeHardware())).statusCode).toBe(200)
    test.told.length = 0
    test.desk.cameBack()
    await test.desk.idle()
    expect(test.told).not.toContain(`revoke ${device}`)
  })

  it('that is revoked before the broker has made its account leaves none behind', async () => {
    const hardware = makeHardware()
    const code = await makeCode()
    test.told.length = 0
    let goOn = (): void => {}
    hold = new Promise((resolve) => {
      goOn = resolve
    })
    const enrolling = enrol(code, hardware)
    await expect.poll(() => test.db.prisma.installation.count({ where: { deviceId: device } })).toBe(1)
    const revoking = technician.call('POST', `/api/devices/${device}/revoke`)
    await expect.poll(() => test.db.prisma.installation.count({ where: { deviceId: device, revokedAt: null } })).toBe(0)
    goOn()
    await Promise.all([enrolling, revoking])
    hold = undefined
    expect(test.told.at(-1)).toBe(`disconnect ${device}`)
    expect(test.told.indexOf(`revoke ${device}`)).toBeGreaterThan(test.told.indexOf(`create ${device}`))
    const { id } = await test.db.prisma.installation.findFirstOrThrow({ where: { deviceId: device } })
    test.told.length = 0
    expect(await test.desk.admit({ id, deviceId: device }, hardware.secret, false)).toBe('revoked')
    expect(test.told).toEqual([])
  })

  it('is told to the SOC: who enrolled, who was revoked and by whom, and each code that was refused', async () => {
    const [code, hardware] = [await makeCode(), makeHardware()]
    const from = test.reported.length
    await enrol(code, hardware)
    await enrol(code, makeHardware())
    await enrol(makeEnrolmentCode(test.keys.publicKey), makeHardware())
    await technician.call('POST', `/api/devices/${device}/revoke`)
    const told = test.reported.slice(from).map(({ code: event, facts }) => [event, facts.detail, facts.address])
    expect(told).toEqual([
      ['device-enrolled', undefined, '127.0.0.1'],
      ['enrolment-refused', 'code-already-used', '127.0.0.1'],
      ['enrolment-refused', 'enrolment-code-unknown', '127.0.0.1'],
      ['device-revoked', undefined, '127.0.0.1'],
    ])
    expect(test.reported.at(-1)?.facts).toMatchObject({ deviceId: device, accountId: technician.accountId })
    const all = JSON.stringify(test.reported)
    for (const secret of [code, hardware.secret]) expect(all).not.toContain(secret)
  })

  it('takes a secret from another machine only over TLS', async () => {
    const plain = await post(await makeRequest(await makeCode(), makeHardware()), '10.1.2.3')
    expect(refusal(plain)).toEqual([403, 'insecure-connection'])
    // Through a proxy on this machine that the settings do not name: the peer is here, who asks is not.
    const proxied = await test.inject({
      method: 'POST',
      url: '/api/enrol',
      payload: await makeRequest(await makeCode(), makeHardware()),
      headers: { 'x-forwarded-for': '10.1.2.3' },
    })
    expect(refusal(proxied)).toEqual([403, 'insecure-connection'])
    expect(await statusOf()).toBe('never-enrolled')
  })
})

describe('a retired device', () => {
  it('is cut off and left out of everything, frees its name, keeps its history, and comes back with a new code', async () => {
    const administrator = await test.signInAs({ areaId: commune, role: 'administrator' })
    const [hardware, { name }] = [
      makeHardware(),
      await test.db.prisma.device.findUniqueOrThrow({ where: { id: device } }),
    ]
    expect((await enrol(await makeCode(), hardware)).statusCode).toBe(200)
    const unused = await makeCode()
    const group = { id: randomUUID(), areaId: commune, name: 'Loa chợ', createdAt: new Date() }
    await test.db.prisma.deviceGroup.create({ data: { ...group, members: { create: { deviceId: device } } } })
    const listens = async () => (await readPlanDevices(test.db.prisma)).find(({ id }) => id === device)
    expect(await listens()).toMatchObject({ groupIds: [group.id] })
    test.told.length = 0

    const retire = (who: TestUser) => who.call('POST', `/api/devices/${device}/retire`, { reason: 'Cột loa bị đổ' })
    expect(refusal(await retire(technician))).toEqual([403, 'not-allowed'])
    const answer = await retire(administrator)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject({ id: device, isBrokerTold: true })
    expect(answer.json().name).toMatch(`${name} (ngừng dùng `)
    expect(test.told).toEqual([`revoke ${device}`, `disconnect ${device}`])
    expect(await test.enrolment.verifyDevice(device, hardware.secret)).toBe(false)
    expect(refusal(await enrol(unused, makeHardware()))).toEqual([410, 'enrolment-code-expired'])
    expect(await listens()).toBeUndefined()
    expect((await technician.call('GET', `/api/devices/${device}`)).statusCode).toBe(404)
    expect((await technician.call('GET', '/api/devices/retired')).json()).toMatchObject([{ id: device }])
    const [entry] = await test.db.prisma.auditEntry.findMany({ where: { action: 'device.retired', subjectId: device } })
    expect(Buffer.from(entry?.bytes ?? []).toString()).toContain('Cột loa bị đổ')
    // Another one may stand in its place under its name, and then it does not get that back.
    const successor = await test.makeDevice(commune, name)
    expect((await retire(administrator)).json()).toMatchObject({ retiredAt: answer.json().retiredAt })

    const restore = (body: object) => administrator.call('POST', `/api/devices/${device}/restore`, body)
    expect(refusal(await restore({}))).toEqual([409, 'device-name-taken'])
    await test.db.prisma.device.update({ where: { id: successor }, data: { name: `${name} mới` } })
    const back = await restore({})
    expect(back.json()).toMatchObject({ id: device, name, status: 'revoked' })
    expect(await listens()).toMatchObject({ groupIds: [group.id] })
    expect(refusal(await enrol(unused, makeHardware()))).toEqual([410, 'enrolment-code-expired'])
    expect((await enrol(await makeCode(), makeHardware())).statusCode).toBe(200)
  })
})
