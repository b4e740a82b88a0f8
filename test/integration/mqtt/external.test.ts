import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaId, type DeviceId, deviceId, newId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { systemClock } from '#server/clock.ts'
import { type ExternalLink, openExternalLink } from '#server/mqtt/external.ts'
import { startMosquitto, type TestMosquitto } from '../../support/mosquitto.ts'
import { connectRaw, openDevice, openRawMqtt } from '../../support/raw-mqtt.ts'
import { recordSecurity } from '../../support/security.ts'

const makeId = (): DeviceId => deviceId.parse(newId(systemClock.now()))
const secretOf = (id: string): string => `secret-of-${id}`
const area = areaId.parse(newId(systemClock.now()))

let mosquitto: TestMosquitto
let link: ExternalLink
const takers: { wants(uplink: string): boolean; take(uplink: string): void }[] = []
const uplinks: string[] = []

function openLink(): ExternalLink {
  return openExternalLink({
    broker: { protocol: 'mqtt', ...mosquitto },
    accounts: 'dynamic-security',
    log: pino({ level: 'silent' }),
    security: recordSecurity(),
  })
}
function accept(topic: string, payload: Uint8Array): void {
  const uplink = `${topic} ${Buffer.from(payload)}`
  uplinks.push(uplink)
  for (const taker of takers) if (taker.wants(uplink)) taker.take(uplink)
}
const arrives = (wanted: string): Promise<string> =>
  new Promise((take) => takers.push({ wants: (uplink) => uplink === wanted, take }))
async function enrol(): Promise<DeviceId> {
  const id = makeId()
  await link.accounts.create(id, secretOf(id))
  return id
}
const open = (id: DeviceId) => openDevice(mosquitto.port, id, secretOf(id))

beforeAll(async () => {
  mosquitto = await startMosquitto()
  link = openLink()
  await link.connect(accept)
})
afterAll(async () => {
  await link.close()
  await mosquitto.stop()
})

describe('the link to mosquitto', () => {
  it('carries messages both ways', async () => {
    const id = await enrol()
    const client = await open(id)
    await client.subscribe(deviceTopic(id, 'welcome'), alertTopic(area))
    const arrived = arrives(`${deviceTopic(id, 'hello')} hi`)
    client.publish(deviceTopic(id, 'hello'), 'hi', { qos: 1 })
    await arrived
    await link.publish(deviceTopic(id, 'welcome'), Buffer.from('welcome'), { qos: 1 })
    expect((await client.next('publish')).payload.toString()).toBe('welcome')
    await link.publish(alertTopic(area), Buffer.alloc(900_000, 'a'), { qos: 1 })
    expect((await client.next('publish')).payload.length).toBe(900_000)
    client.end()
  })

  it('lets an account be made again, with a new secret', async () => {
    const id = await enrol()
    await link.accounts.create(id, 'another secret')
    const refused = await openRawMqtt(mosquitto.port)
    expect((await connectRaw(refused, { clientId: id, username: id, password: secretOf(id) })).returnCode).not.toBe(0)
    const client = await openDevice(mosquitto.port, id, 'another secret')
    client.end()
  })

  it('refuses a stolen client id, and disturbs nobody by it', async () => {
    const [alice, bob] = [await enrol(), await enrol()]
    const honest = await open(alice)
    const thief = await openRawMqtt(mosquitto.port)
    const answer = connectRaw(thief, { clientId: alice, username: bob, password: secretOf(bob) })
    await answer.then(
      ({ returnCode }) => expect(returnCode).not.toBe(0),
      () => {},
    )
    await thief.closed
    const arrived = arrives(`${deviceTopic(alice, 'clips')} still here`)
    honest.publish(deviceTopic(alice, 'clips'), 'still here')
    await arrived
    honest.end()
  })

  it('lets a wrong secret disturb nobody', async () => {
    const id = await enrol()
    const honest = await open(id)
    for (const password of ['wrong', '']) {
      const thief = await openRawMqtt(mosquitto.port)
      const answer = connectRaw(thief, { clientId: id, username: id, password })
      await answer.then(
        ({ returnCode }) => expect(returnCode).not.toBe(0),
        () => {},
      )
      await thief.closed
    }
    const arrived = arrives(`${deviceTopic(id, 'clips')} still here`)
    honest.publish(deviceTopic(id, 'clips'), 'still here')
    await arrived
    honest.end()
  })

  it('keeps a will from saying what its device may not', async () => {
    const [alice, bob] = [await enrol(), await enrol()]
    const topics = [deviceTopic(bob, 'state'), deviceTopic(alice, 'command'), alertTopic(area), '$SYS/x']
    const listener = await open(bob)
    await listener.subscribe(alertTopic(area))
    for (const topic of topics) {
      const dying = await openRawMqtt(mosquitto.port)
      const will = { topic, payload: 'forged will', qos: 1 as const, retain: true }
      const answer = connectRaw(dying, { clientId: alice, username: alice, password: secretOf(alice) }, { will })
      // Refused at once, or discarded when it would speak: either will do.
      await answer.catch(() => undefined)
      dying.end()
      await dying.closed
    }
    const dying = await openRawMqtt(mosquitto.port)
    const will = { topic: deviceTopic(alice, 'state'), payload: 'honest will', qos: 1 as const, retain: true }
    await connectRaw(dying, { clientId: alice, username: alice, password: secretOf(alice) }, { will })
    const told = arrives(`${deviceTopic(alice, 'state')} honest will`)
    dying.end()
    await told
    expect(uplinks.filter((uplink) => uplink.endsWith('forged will'))).toEqual([])
    await link.publish(alertTopic(area), Buffer.from('real'), { qos: 1 })
    expect((await listener.next('publish')).payload.toString()).toBe('real')
    listener.end()
  })

  it('hears nothing that a device may not say, and delivers nothing that it may not read', async () => {
    const [alice, bob] = [await enrol(), await enrol()]
    const listener = await open(bob)
    await listener.subscribe(deviceTopic(bob, 'command'), alertTopic(area))
    const hostile = await open(alice)
    const forbidden = [
      '#',
      '+/+/#',
      deviceTopic(bob, 'command'),
      'loaxa/v1/device/+/command',
      `loaxa/v1/device/${alice}/#`,
      deviceTopic(alice, 'state'),
      // All areas' alerts and all live sessions at once: nobody needs them.
      'loaxa/v1/area/+/alert',
      'loaxa/v1/area/#',
      'loaxa/v1/+/+/alert',
      'loaxa/v1/live/+',
      'loaxa/v1/live/#',
      '$SYS/#',
      '$SYS/broker/uptime',
      '$CONTROL/#',
      '$CONTROL/dynamic-security/v1/response',
    ]
    hostile.send({
      cmd: 'subscribe',
      messageId: 900,
      subscriptions: forbidden.map((topic) => ({ topic, qos: 1 as const })),
    })
    expect((await hostile.next('suback')).granted).toEqual(forbidden.map(() => 128))
    for (const topic of [
      deviceTopic(bob, 'state'),
      deviceTopic(bob, 'command'),
      alertTopic(area),
      deviceTopic(alice, 'command'),
    ])
      hostile.publish(topic, 'forged', { qos: 1 })
    const arrived = arrives(`${deviceTopic(alice, 'state')} real`)
    hostile.publish(deviceTopic(alice, 'state'), 'real', { qos: 1 })
    await arrived
    expect(uplinks.filter((uplink) => uplink.endsWith('forged'))).toEqual([])
    await link.publish(deviceTopic(bob, 'command'), Buffer.from('real'), { qos: 1 })
    expect((await listener.next('publish')).payload.toString()).toBe('real')
    hostile.end()
    listener.end()
  })

  it('ends a connection without touching its account, and revokes for good', async () => {
    const id = await enrol()
    const first = await open(id)
    await link.disconnect(id)
    await first.closed
    const second = await open(id)
    await link.accounts.revoke(id)
    await second.closed
    await link.disconnect(id)
    const third = await openRawMqtt(mosquitto.port)
    expect((await connectRaw(third, { clientId: id, username: id, password: secretOf(id) })).returnCode).not.toBe(0)
    await link.accounts.revoke(makeId())
  })

  it('tells a restarted server the retained states, those of last wills too', async () => {
    const [online, gone] = [await enrol(), await enrol()]
    const client = await open(online)
    client.publish(deviceTopic(online, 'state'), 'online', { qos: 1, retain: true })
    await client.next('puback')
    const dying = await openRawMqtt(mosquitto.port)
    const will = { topic: deviceTopic(gone, 'state'), payload: 'offline', qos: 1 as const, retain: true }
    await connectRaw(dying, { clientId: gone, username: gone, password: secretOf(gone) }, { will })
    const told = arrives(`${deviceTopic(gone, 'state')} offline`)
    dying.end()
    await told
    await link.close()
    const both = Promise.all([
      arrives(`${deviceTopic(online, 'state')} online`),
      arrives(`${deviceTopic(gone, 'state')} offline`),
    ])
    link = openLink()
    await link.connect(accept)
    await both
    client.end()
  })

  it('loses none of the retained states of many devices', async () => {
    const payload = Buffer.alloc(700, 'x')
    const ids = Array.from({ length: 3_000 }, makeId)
    const options = { qos: 1, retain: true } as const
    await Promise.all(ids.map((id) => link.publish(deviceTopic(id, 'state'), payload, options)))
    await link.close()
    const all = Promise.all(ids.map((id) => arrives(`${deviceTopic(id, 'state')} ${payload}`)))
    link = openLink()
    await link.connect(accept)
    await all
    takers.length = 0
  })

  it('says that it is down, and subscribes again when the broker is back', async () => {
    const id = await enrol()
    await mosquitto.kill()
    await expect(link.publish(deviceTopic(id, 'welcome'), Buffer.from('x'), { qos: 1 })).rejects.toThrow('link-down')
    expect(link.isUp()).toBe(false)
    await mosquitto.start()
    const client = await open(id)
    const arrived = arrives(`${deviceTopic(id, 'ledger')} kept`)
    const repeat = setInterval(() => client.publish(deviceTopic(id, 'ledger'), 'kept', { qos: 1 }), 50)
    await arrived
    clearInterval(repeat)
    // What the broker sends together with its answer to the subscription is heard before that is.
    await expect.poll(() => link.isUp()).toBe(true)
    client.end()
  })

  it('gives up at once what is under way when the broker goes', async () => {
    const id = await enrol()
    // Stopped, it takes nothing: the message is on its way until the connection ends.
    mosquitto.pause()
    const sent = link.publish(deviceTopic(id, 'welcome'), Buffer.from('x'), { qos: 1 })
    const refused = expect(sent).rejects.toThrow('link-down')
    await mosquitto.kill()
    await refused
    await mosquitto.start()
    await expect.poll(() => link.isUp(), { timeout: 10_000 }).toBe(true)
  })
})

it('goes on without a broker, and says so', async () => {
  const down = openExternalLink({
    broker: { protocol: 'mqtt', host: '127.0.0.1', port: 1, userName: 'x', password: 'x' },
    accounts: 'none',
    log: pino({ level: 'silent' }),
    security: recordSecurity(),
  })
  await down.connect(() => {}, 50)
  expect(down.isUp()).toBe(false)
  await expect(down.publish('loaxa/v1/x', Buffer.from('x'), { qos: 1 })).rejects.toThrow('link-down')
  await down.close()
})
