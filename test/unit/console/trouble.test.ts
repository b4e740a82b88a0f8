import { expect, test } from 'vitest'
import type { ItemOutcome, OccurrenceDetail } from '../../../web/src/api/types.ts'
import { gatherCauses } from '../../../web/src/rooms/today/trouble.ts'

const power = { code: 'power-lost', text: 'Mất điện' }
const muted = { code: 'muted', text: 'Đang tắt tiếng' }
const item = (deviceName: string, reason: typeof power | null): ItemOutcome => ({
  deviceId: deviceName,
  deviceName,
  areaName: 'Thôn Đông',
  itemId: 'item',
  title: 'Bản tin',
  language: 'vi',
  outcome: reason === null ? 'played' : 'missed',
  reason,
  startedAt: null,
  endedAt: null,
  expectedMs: 1,
  heardMs: 0,
  clipHeld: null,
})
const detail = (change: Partial<OccurrenceDetail>) => change as OccurrenceDetail

test('causes are told over all speakers, also where those of the first page have another one', () => {
  const reasons = [
    { outcome: 'played' as const, reason: null, items: 900, devices: 900 },
    { outcome: 'missed' as const, reason: muted, items: 2, devices: 2 },
    { outcome: 'missed' as const, reason: power, items: 90, devices: 90 },
    { outcome: 'partial' as const, reason: power, items: 5, devices: 5 },
  ]
  const items = [item('Loa 1', muted), item('Loa 2', null), item('Loa 3', muted)]
  expect(gatherCauses(detail({ reasons, items, next: 'device' }), 3)).toEqual([
    { reason: power.text, deviceNames: [], isMore: true },
    { reason: muted.text, deviceNames: ['Loa 1', 'Loa 3'], isMore: true },
  ])
  expect(gatherCauses(detail({ reasons, items, next: null }), 1)[1]).toEqual({
    reason: muted.text,
    deviceNames: ['Loa 1'],
    isMore: true,
  })
})
