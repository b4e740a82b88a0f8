import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type DeviceId, deviceId, newId } from '#protocol/ids.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { UplinkHandlers } from '#server/mqtt/link.ts'
import { createUplinkRouter, decoding } from '#server/mqtt/router.ts'
import { recordSecurity } from '../../support/security.ts'

const log = pino({ level: 'silent' })
const makeId = (): DeviceId => deviceId.parse(newId(1_700_000_000_000))
const nothing = async (): Promise<void> => {}
const tableWith = (handlers: Partial<UplinkHandlers>): UplinkHandlers => ({
  hello: nothing,
  state: nothing,
  ledger: nothing,
  clips: nothing,
  'clip-get': nothing,
  ...handlers,
})
function makeGate(): { opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

describe('the uplink router', () => {
  it('keeps the order of one device, whatever each message takes', async () => {
    const [a, b] = [makeId(), makeId()]
    const seen: string[] = []
    const gate = makeGate()
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      handlers: tableWith({
        ledger: async (id, payload) => {
          if (id === a) await gate.opened
          seen.push(`${id === a ? 'a' : 'b'}${Buffer.from(payload)}`)
        },
      }),
    })
    for (const n of [1, 2, 3]) router.accept(deviceTopic(a, 'ledger'), Buffer.from(String(n)))
    router.accept(deviceTopic(b, 'ledger'), Buffer.from('1'))
    await new Promise(setImmediate)
    expect(seen).toEqual(['b1'])
    gate.open()
    await router.idle()
    expect(seen).toEqual(['b1', 'a1', 'a2', 'a3'])
  })

  it('handles no more devices at once than allowed', async () => {
    let [now, most] = [0, 0]
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      limits: { concurrency: 3 },
      handlers: tableWith({
        state: async () => {
          now += 1
          most = Math.max(most, now)
          await new Promise(setImmediate)
          now -= 1
        },
      }),
    })
    for (let i = 0; i < 20; i++) router.accept(deviceTopic(makeId(), 'state'), Buffer.from('{}'))
    await router.idle()
    expect(most).toBe(3)
    expect(router.counts().handled).toBe(20)
  })

  it('lets hellos go before ledgers, and yet ledgers go on', async () => {
    const seen: string[] = []
    const note = (kind: string) => async () => void seen.push(kind)
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      limits: { concurrency: 1 },
      handlers: tableWith({ hello: note('hello'), ledger: note('ledger') }),
    })
    for (let i = 0; i < 3; i++) router.accept(deviceTopic(makeId(), 'ledger'), Buffer.from('{}'))
    for (let i = 0; i < 5; i++) router.accept(deviceTopic(makeId(), 'hello'), Buffer.from('{}'))
    await router.idle()
    // The first one was under way before anything else came.
    expect(seen).toEqual(['ledger', 'hello', 'hello', 'ledger', 'hello', 'hello', 'hello', 'ledger'])
  })

  it('holds no more bytes of ledgers than allowed, whatever the number of devices, and takes the rest when it comes again', async () => {
    const gate = makeGate()
    let taken = 0
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      limits: { concurrency: 1, maxWaitingLedgerBytes: 1_000 },
      handlers: tableWith({
        hello: () => gate.opened,
        ledger: async () => {
          taken += 1
        },
      }),
    })
    router.accept(deviceTopic(makeId(), 'hello'), Buffer.from('{}'))
    const devices = Array.from({ length: 10 }, makeId)
    for (const id of devices) router.accept(deviceTopic(id, 'ledger'), Buffer.alloc(300))
    router.accept(deviceTopic(makeId(), 'state'), Buffer.alloc(2_000))
    expect(router.counts().dropped).toBe(7)
    gate.open()
    await router.idle()
    expect(taken).toBe(3)
    for (const id of devices.slice(3)) {
      router.accept(deviceTopic(id, 'ledger'), Buffer.alloc(300))
      await router.idle()
    }
    expect([taken, router.counts().dropped]).toEqual([10, 7])
  })

  it('answers what a device repeats while it waits once, by its newest word', async () => {
    const id = makeId()
    const gate = makeGate()
    const seen: string[] = []
    const note = (kind: string) => async (_id: DeviceId, payload: Uint8Array) =>
      void seen.push(`${kind} ${Buffer.from(payload)}`)
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      handlers: tableWith({
        clips: () => gate.opened,
        hello: note('hello'),
        ledger: note('ledger'),
        state: note('state'),
      }),
    })
    const say = (kind: 'clips' | 'hello' | 'ledger' | 'state', text: string): void =>
      router.accept(deviceTopic(id, kind), Buffer.from(text))
    say('clips', '')
    for (const text of ['1', '2']) {
      say('hello', text)
      say('state', text)
      say('ledger', 'a')
    }
    say('ledger', 'b')
    gate.open()
    await router.idle()
    expect(seen).toEqual(['hello 2', 'state 1', 'ledger a', 'state 2', 'ledger b'])
    expect(router.counts()).toMatchObject({ handled: 6, repeated: 2, dropped: 0 })
  })

  it('answers requests for blocks beside everything else', async () => {
    const id = makeId()
    const gate = makeGate()
    const seen: string[] = []
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      limits: { concurrency: 1 },
      handlers: tableWith({
        'clip-get': () => gate.opened,
        ledger: async () => {
          seen.push('ledger')
        },
      }),
    })
    router.accept(deviceTopic(id, 'clip-get'), Buffer.from('{}'))
    router.accept(deviceTopic(id, 'ledger'), Buffer.from('{}'))
    await new Promise(setImmediate)
    expect(seen).toEqual(['ledger'])
    gate.open()
    await router.idle()
  })

  it('drops what does not decode, what fails, what is no uplink and what is too much, and goes on', async () => {
    const id = makeId()
    const seen: number[] = []
    const router = createUplinkRouter({
      log,
      security: recordSecurity(),
      limits: { maxWaitingPerDevice: 2 },
      handlers: tableWith({
        hello: decoding(z.object({ n: z.number() }), async (_id, { n }) => {
          seen.push(n)
        }),
        clips: async () => {
          throw new Error('the database is gone')
        },
      }),
    })
    router.accept(deviceTopic(id, 'hello'), Buffer.from('{"n":'))
    router.accept(deviceTopic(id, 'clips'), Buffer.from('{}'))
    router.accept(deviceTopic(id, 'hello'), Buffer.from('{"n":1,"unknown":true}'))
    router.accept(deviceTopic(id, 'state'), Buffer.from('{}'))
    router.accept(deviceTopic(id, 'target'), Buffer.from('{}'))
    router.accept('loaxa/v1/device/+/hello', Buffer.from('{}'))
    router.accept('$SYS/x', Buffer.from('{}'))
    await router.idle()
    expect(seen).toEqual([1])
    expect(router.counts()).toEqual({ handled: 1, undecodable: 1, failed: 1, foreign: 3, dropped: 1, repeated: 0 })
  })
})
