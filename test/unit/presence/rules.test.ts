import { describe, expect, it } from 'vitest'
import { connectionId, newId } from '#protocol/ids.ts'
import type { DeviceState } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import {
  applySilence,
  applyState,
  compareAlarms,
  flushDelayMs,
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

describe('compareAlarms', () => {
  it.each<[string[], string[], string[], string[]]>([
    [[], [], [], []],
    [[], ['disk-full', 'disk-full'], ['disk-full'], []],
    [['disk-full'], ['disk-full'], [], []],
    [['disk-full'], ['clock-untrusted'], ['clock-untrusted'], ['disk-full']],
    [['hardware-changed', 'ledger-forked', 'disk-full'], [], [], ['disk-full']],
  ])('raised %j, reported %j', (raised, reported, raise, clear) => {
    expect(compareAlarms(new Set(raised), reported)).toEqual({ raise, clear })
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
