import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deviceTopic } from '#protocol/topics.ts'
import { openEmbeddedBroker } from '#server/mqtt/embedded.ts'
import { openExternalLink } from '#server/mqtt/external.ts'
import { type BrokerAccounts, type DeviceLink, noBrokerAccounts } from '#server/mqtt/link.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createTestClock } from '../../support/clock.ts'
import { type EnrolledDevice, enrolDevice, makeCommuneRow } from '../../support/enrolled-device.ts'
import { startMosquitto, type TestMosquitto } from '../../support/mosquitto.ts'
import { connectRaw, openDevice, openRawMqtt } from '../../support/raw-mqtt.ts'
import { recordSecurity } from '../../support/security.ts'

const log = pino({ level: 'silent' })
const deviceRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get('/clips/:sha256', { config: { action: 'device' } }, async (request) => ({ from: request.deviceId }))
}

let mosquitto: TestMosquitto | undefined
let test: TestApp
let link: DeviceLink
let accounts: BrokerAccounts
let port: number
let uplinks: string[]
let technician: TestUser
let stolen: EnrolledDevice
let honest: EnrolledDevice
/** Called when the external broker is there, for the first time or again. */
let isUpAgain = (): void => {}

const accept = (topic: string): void => void uplinks.push(topic)

async function openLink(kind: string, security: ReturnType<typeof recordSecurity>): Promise<void> {
  if (kind === 'the embedded broker') {
    const broker = await openEmbeddedBroker({
      plain: { host: '127.0.0.1', port: 0 },
      verifyDevice: (id, secret) => test.enrolment.verifyDevice(id, secret),
      log,
      security,
      clock: createTestClock(),
    })
    port = (await broker.listen(accept)).port
    link = broker
    accounts = noBrokerAccounts
    return
  }
  mosquitto ??= await startMosquitto()
  const external = openExternalLink({
    broker: { protocol: 'mqtt', ...mosquitto },
    accounts: 'dynamic-security',
    log,
    security,
    onUp: () => {
      isUpAgain()
    },
  })
  await external.connect(accept)
  port = mosquitto.port
  link = external
  accounts = external.accounts
}
const open = (device: EnrolledDevice) => openDevice(port, device.id, device.secret)
const fetchClip = async (device: EnrolledDevice): Promise<number> =>
  (
    await test.inject({
      url: '/clips/x',
      headers: { authorization: `Basic ${Buffer.from(`${device.id}:${device.secret}`).toString('base64')}` },
    })
  ).statusCode

afterAll(() => mosquitto?.stop())

describe.each(['the embedded broker', 'mosquitto'])('a stolen device on %s', (kind) => {
  beforeEach(async () => {
    uplinks = []
    await openLink(kind, recordSecurity())
    test = await createTestApp({ parts: { link, brokerAccounts: accounts }, rootRoutes: () => [deviceRoutes] })
    const commune = await makeCommuneRow(test.db, test.clock)
    technician = await test.signInAs({ areaId: commune.id, role: 'technician' })
    ;[stolen, honest] = [
      await enrolDevice(test.db, test.clock, commune),
      await enrolDevice(test.db, test.clock, commune),
    ]
    for (const device of [stolen, honest]) await accounts.create(device.id, device.secret)
  })
  afterEach(async () => {
    await link.close()
    await test.close()
  })

  it('is cut off when it is revoked, refused everywhere from then on, and nobody else is', async () => {
    const [client, other] = [await open(stolen), await open(honest)]
    await client.subscribe(deviceTopic(stolen.id, 'command'))
    expect(await fetchClip(stolen)).toBe(200)

    const answer = await technician.call('POST', `/api/devices/${stolen.id}/revoke`)
    expect(answer.statusCode, answer.body).toBe(200)
    // Whatever it says after the answer is said into a closed connection.
    await client.closed
    expect(test.reported).toContainEqual({
      code: 'device-revoked',
      facts: expect.objectContaining({ accountId: technician.accountId, deviceId: stolen.id, address: '127.0.0.1' }),
    })
    const again = await openRawMqtt(port)
    const credential = { clientId: stolen.id, username: stolen.id, password: stolen.secret }
    expect((await connectRaw(again, credential)).returnCode).not.toBe(0)
    await again.closed
    expect(await fetchClip(stolen)).toBe(401)
    expect(uplinks).toEqual([])

    other.publish(deviceTopic(honest.id, 'clips'), 'x', { qos: 1 })
    await other.next('puback')
    expect(await fetchClip(honest)).toBe(200)
    other.end()
  })

  it('is cut off while it hides behind a connection that takes nothing', async () => {
    const client = await open(stolen)
    await client.subscribe(deviceTopic(stolen.id, 'command'))
    client.socket.pause()
    await technician.call('POST', `/api/devices/${stolen.id}/revoke`)
    client.socket.resume()
    await client.closed
  })
})

describe('mosquitto that is away while a device is revoked', () => {
  it('lets the device in no more once it is back', async () => {
    uplinks = []
    await openLink('mosquitto', recordSecurity())
    test = await createTestApp({ parts: { link, brokerAccounts: accounts } })
    const commune = await makeCommuneRow(test.db, test.clock)
    technician = await test.signInAs({ areaId: commune.id, role: 'technician' })
    stolen = await enrolDevice(test.db, test.clock, commune)
    await accounts.create(stolen.id, stolen.secret)
    const isBack = new Promise<void>((resolve) => {
      isUpAgain = () => {
        test.desk.cameBack()
        resolve()
      }
    })
    await mosquitto?.kill()
    const answer = await technician.call('POST', `/api/devices/${stolen.id}/revoke`)
    expect([answer.statusCode, answer.json().isBrokerTold]).toEqual([200, false])
    await mosquitto?.start()
    await isBack
    await test.desk.idle()
    const again = await openRawMqtt(port)
    const credential = { clientId: stolen.id, username: stolen.id, password: stolen.secret }
    expect((await connectRaw(again, credential)).returnCode).not.toBe(0)
    await again.closed
    isUpAgain = () => {}
    await link.close()
    await test.close()
  })
})
