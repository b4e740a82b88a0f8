import { describe, expect, test } from 'vitest'
import type { Occurrence, Troubles } from '../../../web/src/api/types.ts'
import { createFormat } from '../../../web/src/i18n/format.ts'
import { type Args, type Key, translate } from '../../../web/src/i18n/translate.ts'
import { vi } from '../../../web/src/i18n/vi/all.ts'
import { listTroubles, type Mending, type Reader } from '../../../web/src/rooms/today/attention.ts'

const readerWho = (...may: Mending[]): Reader => ({
  i18n: {
    t: <K extends Key>(key: K, ...args: Args<K>) => translate(vi, 'vi', key, args[0]),
    format: createFormat('vi', 'Asia/Ho_Chi_Minh'),
  },
  may: (action) => may.includes(action),
  alarmName: (code) => code,
  languageName: (tag) => tag,
})
const calm: Troubles = {
  asOf: '2026-11-24T05:00:00.000Z',
  notHeard: [],
  awaiting: [],
  awaitingTotal: 0,
  missingLanguages: [],
  suspensions: [],
  offline: { devices: 0, since: null, speakers: [] },
  muted: { devices: 0, speakers: [] },
  alarms: { devices: 0, byCode: [] },
  returned: 0,
}
const loa = (name: string) => ({ id: `id-${name}`, name, areaName: 'Thôn Đông' })
const list = (found: Partial<Troubles>, ...may: Mending[]) => listTroubles({ ...calm, ...found }, [], readerWho(...may))
const row = (code: string, devices: number, change: Partial<Troubles['notHeard'][number]> = {}) => ({
  outcome: 'missed' as const,
  reason: { code, text: code },
  devices,
  occurrences: 1,
  examples: [{ id: 'b@1', title: 'Tin sáng', areaId: 'xa', startAt: '2026-11-23T22:30:00.000Z', devices }],
  speakers: [loa('Đình'), loa('Chợ'), loa('Trường')].slice(0, devices),
  ...change,
})

describe('what asks for somebody today', () => {
  test('nothing, when all is well', () => {
    expect(list({}, 'devices.manage', 'library.approve', 'library.edit')).toEqual([])
  })

  test.each<[string, number, Mending[], string, string]>([
    ['power-lost', 1, [], 'Mở cụm loa', '#/cum-loa/id-Đình'],
    ['power-lost', 4, [], 'Xem các cụm loa', '#/hom-nay/khong-phat?ket-qua=missed&ly-do=power-lost'],
    ['muted', 1, ['devices.command'], 'Bật tiếng lại', '#/cum-loa/id-Đình'],
    ['muted', 1, [], 'Mở cụm loa', '#/cum-loa/id-Đình'],
    ['outside-hours', 9, ['areas.rules'], 'Sửa giờ được phép phát', '#/dia-ban/xa'],
    ['outside-hours', 9, [], 'Xem giờ được phép phát', '#/dia-ban/xa'],
    ['preempted', 9, [], 'Xem buổi phát', '#/lich-phat?xem=b%401'],
    ['never-enrolled', 1, ['devices.manage'], 'Lắp đặt cụm loa', '#/cum-loa/id-Đình'],
  ])('%s on %i speakers, for who may %j: %s', (code, devices, may, text, href) => {
    expect(list({ notHeard: [row(code, devices)] }, ...may)[0]?.mend).toEqual({ text, href })
  })

  test('how many is a link to exactly these, with the broadcasts and some of the speakers', () => {
    const [trouble] = list({ notHeard: [row('power-lost', 5, { occurrences: 3 })] })
    expect(trouble?.count).toEqual({
      text: '5 cụm loa không phát',
      href: '#/hom-nay/khong-phat?ket-qua=missed&ly-do=power-lost',
    })
    expect(trouble?.lines.map(({ text }) => text)).toEqual([
      '05:30 Tin sáng · 5 cụm loa',
      'và 2 buổi phát khác',
      'Đình, Chợ, Trường, …',
    ])
  })

  test('what a person can mend comes first; what may be tampering comes before everything for everybody', () => {
    const found = {
      notHeard: [row('power-lost', 2), row('not-reported', 2, { outcome: 'unknown' })],
      awaiting: [
        {
          bulletinId: 'tin',
          title: 'Tiêm chủng',
          state: 'pending' as const,
          startAt: '2026-11-24T10:00:00.000Z',
          occurrences: 1,
          isReadable: true,
        },
      ],
      awaitingTotal: 1,
      offline: { devices: 1, since: null, speakers: [loa('Đình')] },
      alarms: { devices: 1, byCode: [{ code: 'disk-full', devices: 1, speakers: [loa('Chợ')] }] },
    }
    const keys = (...may: Mending[]) => list(found, ...may).map(({ key }) => key)
    const [failed, unknown] = ['missed power-lost', 'unknown not-reported']
    expect(keys('library.approve')).toEqual(['awaiting', failed, 'alarms', 'offline', unknown])
    expect(keys('devices.manage')).toEqual(['alarms', 'offline', failed, 'awaiting', unknown])
    expect(list(found, 'library.approve')[0]).toMatchObject({
      lines: [{ text: '17:00 Tiêm chủng · Chờ duyệt', href: '#/cho-duyet/tin' }],
      mend: { href: '#/cho-duyet' },
    })
    expect(list(found)[0]?.mend).toBeUndefined()
    const tampered = { devices: 1, byCode: [{ code: 'unscheduled-sound', devices: 1, speakers: [loa('Chợ')] }] }
    for (const may of ['library.approve', 'devices.manage'] as const)
      expect(list({ ...found, alarms: tampered }, may)[0]?.key).toBe('security')
  })

  test('what the plan leaves out of the next day leads to the hours', () => {
    const next = [{ id: 'b@2', title: 'Tin khuya', startAt: calm.asOf, areaId: 'xa', state: 'left-out' } as Occurrence]
    const [trouble] = listTroubles(calm, next, readerWho('areas.rules'))
    expect(trouble).toMatchObject({ key: 'left-out', mend: { text: 'Sửa giờ được phép phát', href: '#/dia-ban/xa' } })
  })
})
