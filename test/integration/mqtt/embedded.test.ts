import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { areaId, type DeviceId, deviceId, newId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { systemClock } from '#server/clock.ts'
import {
  type BrokerLimits,
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
  openEmbeddedBroker,
} from '#server/mqtt/embedded.ts'
import { isLoopback, type TlsFiles } from '#server/mqtt/embedded-listeners.ts'
import { connectRaw, openDevice, openRawMqtt, type RawMqtt, speakMqtt } from '../../support/raw-mqtt.ts'
import { type RecordedSecurity, recordSecurity } from '../../support/security.ts'

const makeId = (): DeviceId => deviceId.parse(newId(systemClock.now()))
const secretOf = (id: string): string => `secret-of-${id}`
const area = areaId.parse(newId(systemClock.now()))
const [alice, bob] = [makeId(), makeId()]

interface Uplink {
  topic: string
  payload: string
}

let broker: EmbeddedBroker
let port: number
let tlsPort: number | undefined
let revoked: Set<string>
let security: RecordedSecurity
let uplinks: Uplink[]
let onUplink: (uplink: Uplink) => void

async function start(
  limits: Partial<BrokerLimits> = {},
  pem?: TlsFiles,
  plain: EmbeddedBrokerOptions['plain'] = { host: '127.0.0.1', port: 0 },
): Promise<void> {
  broker = await openEmbeddedBroker({
    plain,
    verifyDevice: async (id, secret) => secret === secretOf(id) && !revoked.has(id),
    log: pino({ level: 'silent' }),
    security,
    clock: systemClock,
    limits,
    ...(pem === undefined ? {} : { tls: { host: '127.0.0.1', port: 0, ...pem } }),
  })
  const ports = await broker.listen((topic, payload) => {
    const uplink = { topic, payload: Buffer.from(payload).toString() }
    uplinks.push(uplink)
    onUplink(uplink)
  })
  port = ports.port
  tlsPort = ports.tlsPort
}
const securityEvents = (): string[] => security.codes()
const nextUplink = (): Promise<Uplink> =>
  new Promise((resolve) => {
    onUplink = resolve
  })
const open = (id: DeviceId) => openDevice(port, id, secretOf(id))

beforeEach(() => {
  revoked = new Set()
  security = recordSecurity()
  uplinks = []
  onUplink = () => {}
})
afterEach(() => broker.close())

describe('who may connect to the embedded broker', () => {
  beforeEach(() => start())

  it.each<[string, { clientId: string; username?: string; password?: string }, string]>([
    ['nobody', { clientId: alice }, 'mqtt-authentication-failed'],
    ['a wrong secret', { clientId: alice, username: alice, password: secretOf(bob) }, 'mqtt-authentication-failed'],
    ['a name that is no id', { clientId: 'x', username: 'x', password: 'x' }, 'mqtt-authentication-failed'],
    [
      'an overlong secret',
      { clientId: alice, username: alice, password: 'x'.repeat(5_000) },
      'mqtt-authentication-failed',
    ],
    [
      'somebody else’s client id',
      { clientId: alice, username: bob, password: secretOf(bob) },
      'mqtt-client-id-refused',
    ],
    [
      'a client id of one’s own making',
      { clientId: 'probe', username: bob, password: secretOf(bob) },
      'mqtt-client-id-refused',
    ],
    ['no client id', { clientId: '', username: bob, password: secretOf(bob) }, 'mqtt-session-refused'],
  ])('refuses %s', async (_name, credential, event) => {
    const client = await openRawMqtt(port)
    const { returnCode } = await connectRaw(client, credential)
    expect(returnCode).toBe(4)
    await client.closed
    expect(securityEvents()).toEqual([event])
    expect(broker.connectedDevices()).toBe(0)
  })

  it('names a device as one only after its secret was right', async () => {
    for (const [password, options] of [
      ['a guess', {}],
      [secretOf(alice), { clean: false }],
    ] as const) {
      const client = await openRawMqtt(port)
      await connectRaw(client, { clientId: alice, username: alice, password }, options)
      await client.closed
    }
    expect(security.reported.map(({ code, facts }) => [code, facts.deviceId, facts.claimedId])).toEqual([
      ['mqtt-authentication-failed', undefined, alice],
      ['mqtt-session-refused', alice, undefined],
    ])
  })

  it.each<[string, Parameters<typeof connectRaw>[2]]>([
    ['a kept session', { clean: false }],
    ['no keepalive', { keepalive: 0 }],
    ['a keepalive of hours', { keepalive: 40_000 }],
    ['a will to another device', { will: { topic: deviceTopic(bob, 'state'), payload: 'x', qos: 1, retain: true } }],
    ['a will to a downlink', { will: { topic: deviceTopic(alice, 'command'), payload: 'x', qos: 1 } }],
    ['a will that is no state', { will: { topic: deviceTopic(alice, 'ledger'), payload: 'x', qos: 1 } }],
    ['a will to an alert', { will: { topic: alertTopic(area), payload: 'x', qos: 1 } }],
  ])('refuses a good credential with %s', async (_name, options) => {
    const client = await openRawMqtt(port)
    const credential = { clientId: alice, username: alice, password: secretOf(alice) }
    expect((await connectRaw(client, credential, options)).returnCode).toBe(5)
    await client.closed
    expect(uplinks).toEqual([])
    expect(securityEvents()).toEqual(['mqtt-session-refused'])
  })

  it.each<[string, Parameters<typeof connectRaw>[1]]>([
    ['another’s credential', { clientId: alice, username: bob, password: secretOf(bob) }],
    ['a wrong secret', { clientId: alice, username: alice, password: 'wrong' }],
    ['no secret', { clientId: alice, username: alice }],
    ['nothing but the id', { clientId: alice }],
  ])('lets a stolen client id with %s disturb nobody', async (_name, credential) => {
    const honest = await open(alice)
    const thief = await openRawMqtt(port)
    await connectRaw(thief, credential)
    await thief.closed
    expect(broker.connectedDevices()).toBe(1)
    const arrived = nextUplink()
    honest.publish(deviceTopic(alice, 'clips'), 'still here')
    expect(await arrived).toEqual({ topic: deviceTopic(alice, 'clips'), payload: 'still here' })
    honest.end()
  })

  it('lets a device that comes back replace its own older connection', async () => {
    const older = await open(alice)
    const newer = await open(alice)
    await older.closed
    await newer.subscribe(deviceTopic(alice, 'welcome'))
    await broker.publish(deviceTopic(alice, 'welcome'), Buffer.from('hi'), { qos: 1 })
    expect((await newer.next('publish')).payload.toString()).toBe('hi')
    newer.end()
  })

  it('cuts a revoked device at once and does not let it back', async () => {
    const client = await open(alice)
    revoked.add(alice)
    await broker.disconnect(alice)
    await client.closed
    const again = await openRawMqtt(port)
    expect((await connectRaw(again, { clientId: alice, username: alice, password: secretOf(alice) })).returnCode).toBe(
      4,
    )
    await again.closed
  })
})

describe('what a connected device may do', () => {
  beforeEach(() => start())

  it('publishes its uplinks, its will included, and is acknowledged', async () => {
    const client = await openRawMqtt(port)
    const will = { topic: deviceTopic(alice, 'state'), payload: 'offline', qos: 1 as const, retain: true }
    await connectRaw(client, { clientId: alice, username: alice, password: secretOf(alice) }, { will })
    let arrived = nextUplink()
    client.publish(deviceTopic(alice, 'state'), 'online', { qos: 1, retain: true })
    await client.next('puback')
    expect(await arrived).toEqual({ topic: deviceTopic(alice, 'state'), payload: 'online' })
    arrived = nextUplink()
    client.end()
    expect(await arrived).toEqual({ topic: deviceTopic(alice, 'state'), payload: 'offline' })
  })

  it.each<[string, string, { qos?: 0 | 1 | 2; retain?: boolean }]>([
    ['another device’s topic', deviceTopic(bob, 'state'), {}],
    ['a downlink of its own', deviceTopic(alice, 'command'), {}],
    ['a downlink of another device', deviceTopic(bob, 'command'), {}],
    ['an alert', alertTopic(area), {}],
    ['a live session', `loaxa/v1/live/${newId(1)}`, {}],
    ['$SYS', '$SYS/broker/uptime', {}],
    ['something else', 'x', {}],
    ['a topic of many levels', 'a/'.repeat(5_000), {}],
    ['a retained message other than its state', deviceTopic(alice, 'ledger'), { retain: true }],
    ['QoS 2', deviceTopic(alice, 'state'), { qos: 2 }],
  ])('is cut off for publishing to %s', async (_name, topic, options) => {
    const listener = await open(bob)
    await listener.subscribe(alertTopic(area), deviceTopic(bob, 'command'))
    const client = await open(alice)
    client.publish(topic, 'forged', options)
    await client.closed
    expect(uplinks).toEqual([])
    if (!topic.startsWith('a/')) expect(securityEvents()).toEqual(['mqtt-publish-refused'])
    await broker.publish(alertTopic(area), Buffer.from('real'), { qos: 1 })
    expect((await listener.next('publish')).payload.toString()).toBe('real')
    listener.end()
  })

  it.each([
    '#',
    '+/+/#',
    'loaxa/v1/device/+/command',
    `loaxa/v1/device/${alice}/#`,
    `loaxa/v1/device/${alice}/+`,
    deviceTopic(bob, 'command'),
    deviceTopic(alice, 'state'),
    'loaxa/v1/area/+/alert',
    '$SYS/#',
    '$share/g/loaxa/v1/area/+/alert',
  ])('is cut off for subscribing to %s', async (filter) => {
    const client = await open(alice)
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] })
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-subscribe-refused'])
  })

  it('is cut off for more subscriptions than anybody needs', async () => {
    const client = await open(alice)
    const topics = Array.from({ length: 65 }, () => alertTopic(areaId.parse(newId(systemClock.now()))))
    await client.subscribe(...topics.slice(0, 64))
    client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: topics[64] ?? '', qos: 1 }] })
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-subscribe-refused'])
  })

  it('hears only what it has subscribed to', async () => {
    const client = await open(alice)
    await expect(broker.publish(deviceTopic(alice, 'target'), Buffer.from('x'), { qos: 1 })).rejects.toThrow(
      'not-connected',
    )
    await expect(broker.publish(deviceTopic(bob, 'target'), Buffer.from('x'), { qos: 1 })).rejects.toThrow(
      'not-connected',
    )
    await client.subscribe(deviceTopic(alice, 'target'))
    await broker.publish(alertTopic(area), Buffer.from('for others'), { qos: 1 })
    await broker.publish(deviceTopic(alice, 'target'), Buffer.alloc(200_000, 'x'), { qos: 1 })
    expect((await client.next('publish')).payload.length).toBe(200_000)
    client.send({ cmd: 'unsubscribe', messageId: 7, unsubscriptions: [deviceTopic(alice, 'target')] })
    await client.next('unsuback')
    await expect(broker.publish(deviceTopic(alice, 'target'), Buffer.from('x'), { qos: 1 })).rejects.toThrow(
      'not-connected',
    )
    client.end()
  })
})

describe('limits of the embedded broker', () => {
  it.each<[string, (client: RawMqtt) => void]>([
    [
      'a second CONNECT',
      (client) => client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: alice, keepalive: 60 }),
    ],
    ['a SUBSCRIBE without a filter', (client) => client.sendBytes(Buffer.from([0x82, 0x02, 0x00, 0x01]))],
    ['a PUBLISH with a broken topic', (client) => client.sendBytes(Buffer.from([0x30, 0x03, 0x00, 0x09, 0x61]))],
    ['a reserved packet type', (client) => client.sendBytes(Buffer.from([0xf0, 0x00]))],
  ])('cuts off a device that sends %s, and says so', async (_name, send) => {
    await start()
    const client = await open(alice)
    send(client)
    await client.closed
    expect(security.reported).toMatchObject([{ code: 'mqtt-flood', facts: { deviceId: alice } }])
  })

  it('refuses another version of MQTT, and says so', async () => {
    await start()
    const client = await openRawMqtt(port)
    const credential = { clientId: alice, username: alice, password: secretOf(alice) }
    await connectRaw(client, credential, { protocolVersion: 5 }).catch(() => undefined)
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-flood'])
  })

  it.each<[string, Uint8Array]>([
    ['a packet that says it is huge', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
    ['a length without end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['something that is no MQTT', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a packet before CONNECT', Buffer.from([0xc0, 0x00])],
  ])('cuts off %s before it has connected', async (_name, bytes) => {
    await start()
    const client = await openRawMqtt(port)
    client.sendBytes(bytes)
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-flood'])
  })

  it('cuts off a packet beyond the limit by its header, and takes the largest one', async () => {
    await start({ maxPacketBytes: 100_000 })
    const client = await open(alice)
    const arrived = nextUplink()
    client.publish(deviceTopic(alice, 'ledger'), Buffer.alloc(99_900), { qos: 1 })
    await client.next('puback')
    expect((await arrived).payload.length).toBe(99_900)
    client.sendBytes(Buffer.from([0x30, 0xff, 0xff, 0x7f]))
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-flood'])
  })

  it('cuts off a flood', async () => {
    await start({ packets: { perSecond: 1, burst: 50 } })
    const client = await open(alice)
    for (let i = 0; i < 100; i++) client.publish(deviceTopic(alice, 'clips'), String(i))
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-flood'])
  })

  it('ends a connection that never says who it is', async () => {
    await start({ authenticationDeadlineMs: 50 })
    const client = await openRawMqtt(port)
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-authentication-failed'])
  })

  it.each<[string, Partial<BrokerLimits>]>([
    ['at all', { maxUnauthenticated: 2 }],
    ['of one address', { maxUnauthenticatedPerAddress: 2 }],
    ['at once from one address', { arrivals: { perSecond: 0.001, burst: 2 } }],
  ])('refuses more strangers than it can look at %s', async (_name, limits) => {
    await start(limits)
    const strangers = [await openRawMqtt(port), await openRawMqtt(port)]
    const third = await openRawMqtt(port)
    await third.closed
    expect(securityEvents()).toEqual(['mqtt-too-many-connections'])
    for (const stranger of strangers) stranger.end()
  })

  it('refuses more devices of one address than it may have, until one has left', async () => {
    await start({ maxConnectionsPerAddress: 2 })
    const first = await open(alice)
    const second = await openRawMqtt(port)
    const will = { topic: deviceTopic(bob, 'state'), payload: 'offline', qos: 1 as const }
    await connectRaw(second, { clientId: bob, username: bob, password: secretOf(bob) }, { will })
    const third = await openRawMqtt(port)
    await third.closed
    expect(securityEvents()).toEqual(['mqtt-too-many-connections'])
    const left = nextUplink()
    second.end()
    // Its last will is what the broker says when it has noticed.
    await left
    ;(await open(makeId())).end()
    first.end()
  })

  it('makes no full allowance of an empty one by a new connection', async () => {
    await start({ packets: { perSecond: 0.001, burst: 20 } })
    let isCut = false
    for (let round = 0; round < 5 && !isCut; round++) {
      const client = await openRawMqtt(port)
      void client.closed.then(() => {
        isCut = securityEvents().includes('mqtt-flood')
      })
      await connectRaw(client, { clientId: alice, username: alice, password: secretOf(alice) })
      for (let i = 0; i < 8; i++) client.publish(deviceTopic(alice, 'clips'), 'x')
      client.send({ cmd: 'pingreq' })
      await Promise.race([client.next('pingresp').catch(() => {}), client.closed])
      client.end()
      await client.closed
    }
    expect(securityEvents()).toEqual(['mqtt-flood'])
    expect(uplinks.length).toBeLessThan(20)
  })

  it('refuses a device that begins one session after another, and no other device', async () => {
    await start({ sessions: { perSecond: 0.001, burst: 3 } })
    for (let i = 0; i < 3; i++) (await open(alice)).end()
    const fourth = await openRawMqtt(port)
    const credential = { clientId: alice, username: alice, password: secretOf(alice) }
    expect((await connectRaw(fourth, credential)).returnCode).toBe(3)
    await fourth.closed
    expect(security.reported).toMatchObject([{ code: 'mqtt-flood', facts: { deviceId: alice } }])
    // Wrong secrets cost the device nothing.
    for (let i = 0; i < 5; i++) {
      const stranger = await openRawMqtt(port)
      await connectRaw(stranger, { clientId: bob, username: bob, password: 'wrong' })
      await stranger.closed
    }
    ;(await open(bob)).end()
  })
})

describe('the port without TLS', () => {
  const here = Object.values(os.networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:192.0.2.1', false],
    ['192.0.2.1', false],
    ['0.0.0.0', false],
    ['::', false],
    ['fe80::1', false],
    ['localhost.example.org', false],
    ['', false],
  ])('knows whether %s is this machine: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected)
  })

  it.skipIf(here === undefined).each(['0.0.0.0', '::'])(
    'is closed to other machines where it listens on %s, unless they are allowed',
    async (host) => {
      await start({}, undefined, { host, port: 0 })
      const remote = await openRawMqtt(port, here)
      await remote.closed
      expect(security.reported).toMatchObject([{ code: 'mqtt-plain-refused' }])
      ;(await open(alice)).end()
      await broker.close()
      await start({}, undefined, { host, port: 0, allowsRemote: true })
      const allowed = await openRawMqtt(port, here)
      const { returnCode } = await connectRaw(allowed, { clientId: bob, username: bob, password: secretOf(bob) })
      expect(returnCode).toBe(0)
      allowed.end()
    },
  )
})

describe('TLS', () => {
  async function makeCertificate(): Promise<TlsFiles> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-tls-'))
    const [key, certificate] = [path.join(dir, 'key.pem'), path.join(dir, 'certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
    await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate])
    const pem = { certificatePem: await readFile(certificate, 'utf8'), privateKeyPem: await readFile(key, 'utf8') }
    await rm(dir, { recursive: true })
    return pem
  }

  it('counts a connection from before its handshake until it ends', async () => {
    const pem = await makeCertificate()
    await start({ maxConnectionsPerAddress: 1 }, pem)
    const silent = net.connect({ port: tlsPort ?? 0, host: '127.0.0.1' })
    await once(silent, 'connect')
    const secure = { port: tlsPort, host: '127.0.0.1', servername: 'localhost', ca: pem.certificatePem }
    const refused = tls.connect(secure)
    await expect(once(refused, 'secureConnect')).rejects.toThrow()
    expect(securityEvents()).toEqual(['mqtt-too-many-connections'])
    silent.destroy()
    await broker.close()

    await start({ maxConnectionsPerAddress: 1 }, pem)
    const will = { topic: deviceTopic(alice, 'state'), payload: 'offline', qos: 1 as const }
    for (let round = 0; round < 3; round++) {
      const client = await speakMqtt(tls.connect({ ...secure, port: tlsPort }), 'secureConnect')
      await connectRaw(client, { clientId: alice, username: alice, password: secretOf(alice) }, { will })
      const left = nextUplink()
      client.end()
      // Its last will is what the broker says when it has noticed.
      await left
    }
    expect(uplinks).toHaveLength(3)
  })

  it('carries the same, and refuses what is older than 1.2', async () => {
    const pem = await makeCertificate()
    const { certificatePem } = pem
    await start({}, pem)
    const secure = { port: tlsPort, host: '127.0.0.1', servername: 'localhost', ca: certificatePem }
    const old = tls.connect({ ...secure, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
    await expect(once(old, 'secureConnect')).rejects.toThrow()
    const client = await speakMqtt(tls.connect(secure), 'secureConnect')
    await connectRaw(client, { clientId: alice, username: alice, password: secretOf(alice) })
    await client.subscribe(deviceTopic(alice, 'target'))
    await broker.publish(deviceTopic(alice, 'target'), Buffer.alloc(500_000, 'x'), { qos: 1 })
    expect((await client.next('publish')).payload.length).toBe(500_000)
    client.sendBytes(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))
    await client.closed
    expect(securityEvents()).toEqual(['mqtt-flood'])
  })
})

describe('a frozen device', () => {
  const others = Array.from({ length: 50 }, makeId)
  const payload = Buffer.alloc(300_000, 'alert')

  it('stalls nobody, and is cut off in the end', async () => {
    await start({ maxQueuedBytes: 1_000_000, stallTimeoutMs: 500 })
    const frozen = await open(alice)
    await frozen.subscribe(alertTopic(area), deviceTopic(alice, 'clip'))
    const clients = await Promise.all(
      others.map(async (id) => {
        const client = await open(id)
        await client.subscribe(alertTopic(area), deviceTopic(id, 'command'))
        return client
      }),
    )
    frozen.socket.pause()
    // More than any kernel keeps: from here on the frozen one's connection takes nothing any more.
    const stuck: string[] = []
    for (let i = 0; i < 100 && !stuck.includes('overloaded'); i++) {
      void broker
        .publish(deviceTopic(alice, 'clip'), payload, { qos: 0 })
        .catch((error: Error) => stuck.push(error.message.split(':')[0] ?? ''))
      await new Promise(setImmediate)
    }
    expect(stuck).toContain('overloaded')
    const received = Promise.all(clients.map((client) => client.next('publish')))
    await broker.publish(alertTopic(area), payload, { qos: 1 })
    expect((await received).every(({ payload: bytes }) => bytes.length === payload.length)).toBe(true)
    await Promise.all(others.map((id) => broker.publish(deviceTopic(id, 'command'), Buffer.from('x'), { qos: 1 })))
    await Promise.all(clients.map((client) => client.next('publish')))
    frozen.socket.resume()
    await frozen.closed
    expect(securityEvents()).toEqual(['mqtt-stalled'])
    for (const client of clients) client.end()
  })

  it('is cut off by itself when it takes nothing for too long', async () => {
    await start({ stallTimeoutMs: 100, maxQueuedBytes: 64_000_000, deliveryTimeoutMs: 60_000 })
    const frozen = await open(alice)
    await frozen.subscribe(deviceTopic(alice, 'clip'))
    frozen.socket.pause()
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, () => broker.publish(deviceTopic(alice, 'clip'), payload, { qos: 0 })),
    )
    expect(results.at(-1)).toMatchObject({ status: 'rejected' })
    expect(securityEvents()).toEqual(['mqtt-stalled'])
    frozen.end()
  })

  it('holds back whoever sends to it, until it reads again', async () => {
    await start({ maxQueuedBytes: 64_000_000 })
    const slow = await open(alice)
    await slow.subscribe(deviceTopic(alice, 'clip'))
    slow.socket.pause()
    let done = 0
    const sends = Array.from({ length: 60 }, () =>
      broker.publish(deviceTopic(alice, 'clip'), payload, { qos: 0 }).then(() => {
        done += 1
      }),
    )
    await sends[0]
    expect(done).toBeLessThan(sends.length)
    slow.socket.resume()
    await Promise.all(sends)
    slow.end()
  })
})
