import { describe, expect, it } from 'vitest'
import { bootId, connectionId, ledgerId, newId } from '#protocol/ids.ts'
import { type DeviceState, emptyLedgerHash, type Hello } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import {
  applySilence,
  applyState,
  type ConnectionRecord,
  flushDelayMs,
  followConnection,
  isLaterHello,
  isVisibleChange,
  LONGEST_FLUSH_DELAY_MS,
  type Presence,
  SILENT_AFTER_MS,
  toStorableJson,
} from '#server/devices/presence/rules.ts'

const at = (ms: number): InstantMs => instantMs.parse(1_700_000_000_000 + ms)
const [earlier, present] = [connectionId.parse(newId(1)), connectionId.parse(newId(2))]
const stateOf = (change: Partial<DeviceState>): DeviceState => ({
  connectionId: present,
  status: 'online',
  at: at(0),
  playing: null,
  volumePercent: 80,
  muted: false,
  health: null,
  alarms: [],
  ...change,
})
const online: Presence = {
  connectionId: present,
  isOnline: true,
  since: at(0),
  lastSeenAt: at(0),
  hello: null,
  state: null,
  clockOffsetMs: 3,
}

describe('applyState', () => {
  it('keeps "since" while nothing turns', () => {
    expect(applyState(online, stateOf({}), at(60_000))).toMatchObject({
      since: at(0),
      lastSeenAt: at(60_000),
      clockOffsetMs: 3,
    })
  })
  it('turns offline by the will of the present connection', () => {
    const gone = applyState(online, stateOf({ status: 'offline' }), at(60_000))
    expect(gone).toMatchObject({ isOnline: false, since: at(60_000), lastSeenAt: at(0) })
  })
  it('ignores the will of an earlier connection', () => {
    expect(applyState(online, stateOf({ status: 'offline', connectionId: earlier }), at(1))).toBeUndefined()
  })
  it('takes over a newer connection', () => {
    expect(applyState({ ...online, connectionId: earlier }, stateOf({}), at(1))).toMatchObject({
      connectionId: present,
    })
  })
  it('knows a device by its first state, or by its will', () => {
    expect(applyState(undefined, stateOf({}), at(1))).toMatchObject({ isOnline: true, since: at(1) })
    expect(applyState(undefined, stateOf({ status: 'offline' }), at(1))).toMatchObject({ isOnline: false })
  })
})

it('counts a silent device as offline since it was last heard of', () => {
  expect(applySilence(online, at(SILENT_AFTER_MS - 1))).toBeUndefined()
  expect(applySilence(online, at(SILENT_AFTER_MS))).toMatchObject({ isOnline: false, since: at(0) })
  expect(applySilence({ ...online, isOnline: false }, at(SILENT_AFTER_MS))).toBeUndefined()
})

it('tells visible changes from the rest', () => {
  const health = {
    temperatureC: 40,
    diskFreeBytes: 1,
    diskTotalBytes: 2,
    memoryRssBytes: 3,
    uptimeS: 4,
    sink: { kind: 'alsa', state: 'open' as const, detail: '' },
    xruns: 0,
  }
  const before: Presence = { ...online, state: stateOf({ health }) }
  const withState = (change: Partial<DeviceState>): Presence => ({ ...online, state: stateOf({ health, ...change }) })
  expect(isVisibleChange(before, withState({ health: { ...health, temperatureC: 60, uptimeS: 64 } }))).toBe(false)
  expect(isVisibleChange(before, withState({ muted: true }))).toBe(true)
  expect(isVisibleChange(before, withState({ health: { ...health, sink: { ...health.sink, state: 'failed' } } }))).toBe(
    true,
  )
  expect(isVisibleChange(undefined, before)).toBe(true)
})

describe('isLaterHello', () => {
  const hello: Hello = {
    version: 1,
    nonce: '0123456789abcdef',
    connectionId: present,
    bootId: bootId.parse(newId(3)),
    targetRevision: 0,
    targetHash: null,
    ledger: { ledgerId: ledgerId.parse(newId(4)), seq: 0, hash: emptyLedgerHash },
    clock: { at: at(0), state: 'trusted', monotonicMs: 1_000 },
    agentVersion: '0.1.0',
    capabilities: [],
    hardwareSerial: 'one',
  }
  const said = (change: Partial<Hello['clock']> = {}): Hello => ({ ...hello, clock: { ...hello.clock, ...change } })
  it.each<[string, Hello | null, boolean]>([
    ['the first of all', null, true],
    ['the same once more', said(), false],
    ['one from before', said({ monotonicMs: hello.clock.monotonicMs + 1 }), false],
    [
      'a later one, whatever the wall clock says',
      said({ monotonicMs: hello.clock.monotonicMs - 1, at: instantMs.parse(9e12) }),
      true,
    ],
    [
      'one of another boot',
      { ...said({ monotonicMs: 9e9 }), bootId: bootId.parse('00000000-0000-4000-8000-000000000000') },
      true,
    ],
  ])('%s', (_name, known, expected) => {
    expect(isLaterHello(known, hello)).toBe(expected)
  })
})

it.each([
  [0, 200],
  [1, 400],
  [2, 800],
  [7, 25_600],
  [8, LONGEST_FLUSH_DELAY_MS],
  [5_000, LONGEST_FLUSH_DELAY_MS],
])('after %i tries that failed, gathers for %i ms', (failures, delayMs) => {
  expect(flushDelayMs(200, failures)).toBe(delayMs)
})

it('makes JSON that PostgreSQL can keep', () => {
  expect(JSON.parse(toStorableJson({ a: 'x\0y', b: ['\ud800', '\\u0000', '😀'], c: null }))).toEqual({
    a: 'xy',
    b: ['\ufffd', '\\u0000', '😀'],
    c: null,
  })
})

describe('followConnection', () => {
  const boot = bootId.parse(newId(3))
  const open: ConnectionRecord = { connectionId: present, beganAt: at(0), endedAt: null, bootId: boot }
  const hello: Hello = {
    version: 1,
    nonce: 'n'.repeat(16),
    connectionId: present,
    bootId: boot,
    targetRevision: 0,
    targetHash: null,
    ledger: { ledgerId: ledgerId.parse(newId(4)), seq: 0, hash: emptyLedgerHash },
    clock: { at: at(0), state: 'trusted', monotonicMs: 1 },
    agentVersion: '1',
    capabilities: [],
    hardwareSerial: 's',
  }
  const greeted: Presence = { ...online, hello }
  const rows: [string, ConnectionRecord | undefined, Presence, ConnectionRecord | undefined, ConnectionRecord[]][] = [
    ['a first word begins one', undefined, greeted, { ...open, beganAt: at(9) }, [{ ...open, beganAt: at(9) }]],
    ['more words change nothing', open, greeted, open, []],
    ['the hello names the boot', { ...open, bootId: null }, greeted, open, [open]],
    ['a state without a hello takes no boot away', open, online, open, []],
    [
      'a hello of an earlier connection names no boot',
      undefined,
      { ...greeted, connectionId: earlier },
      { ...open, connectionId: earlier, beganAt: at(9), bootId: null },
      [{ ...open, connectionId: earlier, beganAt: at(9), bootId: null }],
    ],
    [
      'a newer one ends the one before',
      { ...open, connectionId: earlier },
      greeted,
      { ...open, beganAt: at(9) },
      [
        { ...open, connectionId: earlier, endedAt: at(9) },
        { ...open, beganAt: at(9) },
      ],
    ],
    [
      'a will, or silence, ends it when presence turned',
      open,
      { ...greeted, isOnline: false, since: at(5) },
      undefined,
      [{ ...open, endedAt: at(5) }],
    ],
    [
      'none ends before it began',
      { ...open, beganAt: at(7) },
      { ...greeted, isOnline: false, since: at(5) },
      undefined,
      [{ ...open, beganAt: at(7), endedAt: at(7) }],
    ],
    ['offline without one is nothing', undefined, { ...greeted, isOnline: false }, undefined, []],
  ]
  it.each(rows)('%s', (_, last, presence, expectedOpen, changed) => {
    expect(followConnection(last, presence, at(9))).toEqual({ open: expectedOpen, changed })
  })
})
