import { generate } from 'mqtt-packet'
import type { AreaId, DeviceId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic, downlinks, uplinks } from '#protocol/topics.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import { connectRaw, openDevice, openRawMqtt, type RawMqtt } from '../support/raw-mqtt.ts'

/** One thing that the broker must not let pass: ends when it was refused, and is told under this code. */
export interface Attack {
  readonly name: string
  readonly code: SecurityCode
  /** What the event names: the device that is known by then, else the address. */
  readonly about: string
  run(): Promise<void>
}

/** The attacker holds a real device with a real credential, and knows everything about another that is no secret. */
export interface Attacker {
  readonly port: number
  readonly id: DeviceId
  readonly secret: string
  readonly victimId: DeviceId
  readonly areaId: AreaId
}

const address = '127.0.0.1'
const live = 'loaxa/v1/live/018f0000-0000-7000-8000-00000000abcd'

/** Bytes that are no MQTT 3.1.1, or not all of it. */
const malformed: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['a packet of type 0', Buffer.from([0x00, 0x00])],
  ['a packet of type 15', Buffer.from([0xf0, 0x00])],
  ['a length without an end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
  ['a publication of QoS 3', Buffer.from([0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01])],
  ['a topic longer than its packet', Buffer.from([0x30, 0x04, 0xff, 0xff, 0x61, 0x62])],
  [
    'another CONNECT',
    generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'x', keepalive: 60 }),
  ],
  ['a packet that says 200 MB', Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f])],
]

/** What a stranger says in place of a CONNECT. */
const noGreetings: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: loa\r\n\r\n')],
  ['a CONNECT of 200 MB', Buffer.from([0x10, 0x80, 0x84, 0xaf, 0x5f])],
  [
    'a CONNECT of a protocol that nobody knows',
    Buffer.from([0x10, 0x08, 0x00, 0x04, 0x58, 0x58, 0x58, 0x58, 0x04, 0x02]),
  ],
  ['a length without an end', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f])],
]

export function listAttacks(attacker: Attacker): Attack[] {
  const { port, id, secret, victimId, areaId } = attacker

  /** Signed in as itself, does it, and is cut off for it. */
  const asItself = (act: (client: RawMqtt) => void) => async (): Promise<void> => {
    const client = await openDevice(port, id, secret)
    act(client)
    await client.closed
  }
  const publishing = (name: string, topic: string, options: Parameters<RawMqtt['publish']>[2] = {}): Attack => ({
    name: `publishes ${name}`,
    code: 'mqtt-publish-refused',
    about: id,
    run: asItself((client) => client.publish(topic, '{}', options)),
  })
  const subscribing = (filter: string): Attack => ({
    name: `subscribes to ${filter}`,
    code: 'mqtt-subscribe-refused',
    about: id,
    run: asItself((client) =>
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] }),
    ),
  })
  /** Is refused at the door with this return code (MQTT 3.1.1 §3.2.2.3). */
  const connecting = (
    name: string,
    code: SecurityCode,
    about: string,
    credential: Parameters<typeof connectRaw>[1],
    options: Parameters<typeof connectRaw>[2] = {},
  ): Attack => ({
    name: `connects ${name}`,
    code,
    about,
    async run() {
      const client = await openRawMqtt(port)
      const { returnCode } = await connectRaw(client, credential, options)
      if (returnCode !== 4 && returnCode !== 5) throw new Error(`let in with code ${returnCode}`)
      await client.closed
    },
  })
  const itself = { clientId: id, username: id, password: secret }
  const will = (topic: string, retain = false) => ({
    will: { topic, payload: Buffer.from('{}'), qos: 1 as const, retain },
  })

  return [
    ...uplinks.map((kind) => publishing(`another’s ${kind}`, deviceTopic(victimId, kind), { qos: 1 })),
    ...downlinks.map((kind) => publishing(`another’s ${kind}`, deviceTopic(victimId, kind), { qos: 1 })),
    publishing('its own target', deviceTopic(id, 'target')),
    publishing('an alert', alertTopic(areaId), { qos: 1 }),
    publishing('an alert that is to stay', alertTopic(areaId), { qos: 1, retain: true }),
    publishing('live speech', live),
    publishing('to $SYS', '$SYS/broker/uptime'),
    publishing('a hello that is to stay', deviceTopic(id, 'hello'), { qos: 1, retain: true }),
    // No topic at all by the standard (§3.3.2.1), and so no MQTT.
    { ...publishing('under a wildcard', 'loaxa/v1/device/+/hello'), code: 'mqtt-flood' },
    subscribing('#'),
    subscribing('+/+/+/+/+'),
    subscribing('$SYS/#'),
    subscribing('loaxa/v1/device/+/target'),
    subscribing('loaxa/v1/area/+/alert'),
    subscribing('$share/all/loaxa/v1/#'),
    subscribing(deviceTopic(victimId, 'target')),
    subscribing(deviceTopic(victimId, 'command')),
    subscribing(deviceTopic(victimId, 'ledger')),
    connecting('as another with its own secret', 'mqtt-authentication-failed', victimId, {
      clientId: victimId,
      username: victimId,
      password: secret,
    }),
    connecting('under another’s client id', 'mqtt-client-id-refused', address, { ...itself, clientId: victimId }),
    connecting('without a credential', 'mqtt-authentication-failed', address, { clientId: victimId }),
    connecting('as the server', 'mqtt-authentication-failed', address, {
      clientId: 'loaxa-server',
      username: 'loaxa-server',
      password: secret,
    }),
    connecting('to keep its session', 'mqtt-session-refused', id, itself, { clean: false }),
    connecting('never to be missed', 'mqtt-session-refused', id, itself, { keepalive: 0 }),
    connecting(
      'with another’s last will',
      'mqtt-session-refused',
      id,
      itself,
      will(deviceTopic(victimId, 'state'), true),
    ),
    connecting('with an alert as its last will', 'mqtt-session-refused', id, itself, will(alertTopic(areaId))),
    ...noGreetings.map(([name, bytes]) => ({
      name: `begins with ${name}`,
      code: 'mqtt-flood' as const,
      about: address,
      async run() {
        const client = await openRawMqtt(port)
        client.sendBytes(bytes)
        await client.closed
      },
    })),
    ...malformed.map(([name, bytes]) => ({
      name: `sends ${name}`,
      code: 'mqtt-flood' as const,
      about: id,
      run: asItself((client) => client.sendBytes(bytes)),
    })),
    {
      name: 'says what no schema knows',
      code: 'message-undecodable',
      about: id,
      async run() {
        const client = await openDevice(port, id, secret)
        client.publish(deviceTopic(id, 'hello'), '{"version":1}', { qos: 1 })
        await client.next('puback')
        client.end()
      },
    },
    {
      name: 'floods it with packets',
      code: 'mqtt-flood',
      about: id,
      run: asItself((client) => {
        const frame = generate({
          cmd: 'publish',
          topic: deviceTopic(id, 'clip-get'),
          payload: '{}',
          qos: 0,
          dup: false,
          retain: false,
        })
        client.sendBytes(Buffer.concat(Array.from({ length: 20_000 }, () => frame)))
      }),
    },
    {
      name: 'opens connections and says nothing',
      code: 'mqtt-too-many-connections',
      about: address,
      async run() {
        const clients = await Promise.all(Array.from({ length: 600 }, () => openRawMqtt(port)))
        await Promise.any(clients.map(({ closed }) => closed))
        for (const client of clients) client.end()
      },
    },
  ]
}
