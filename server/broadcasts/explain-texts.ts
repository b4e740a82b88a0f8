import type { InstantMs } from '#protocol/time.ts'
import type { Language } from '#server/http/language.ts'
import type { ExplainedDevice } from './explain.ts'

type Words = Readonly<Record<Language, string>>

const texts = {
  neverInstalled: { vi: 'Cụm loa chưa từng được lắp đặt.', en: 'The speaker was never installed.' },
  installed: { vi: 'Cụm loa được lắp đặt lúc {from}.', en: 'The speaker was installed at {from}.' },
  revoked: { vi: 'Quyền của cụm loa bị thu hồi lúc {at}.', en: 'The speaker was revoked at {at}.' },
  connected: {
    vi: 'Khi bắt đầu phát, cụm loa đang có kết nối (từ {from}).',
    en: 'The speaker was connected at the start (since {from}).',
  },
  connectedBefore: {
    vi: 'Kết nối gần nhất trước giờ phát: từ {from} đến {to}.',
    en: 'Last connection before the start: from {from} to {to}.',
  },
  notConnected: {
    vi: 'Không ghi nhận kết nối nào trước giờ phát.',
    en: 'No connection before the start is on record.',
  },
  connectedAfter: { vi: 'Kết nối lại lúc {at}.', en: 'Connected again at {at}.' },
  target: { vi: 'Cụm loa giữ bản lịch số {revision}.', en: 'The speaker held plan revision {revision}.' },
  targetSince: {
    vi: 'Cụm loa giữ bản lịch số {revision}, nhận lúc {at}.',
    en: 'The speaker held plan revision {revision}, taken up at {at}.',
  },
  noTarget: { vi: 'Chưa thấy cụm loa nhận bản lịch nào.', en: 'No plan is known to have reached the speaker.' },
  clipsMissing: {
    vi: 'Theo báo cáo gần nhất, cụm loa thiếu {count} tệp âm thanh của buổi phát.',
    en: 'As last reported, {count} audio files of the broadcast are missing on the speaker.',
  },
  powerLost: {
    vi: 'Cụm loa mất điện trong khoảng từ {from} đến {to}.',
    en: 'The speaker lost power between {from} and {to}.',
  },
  notRunning: {
    vi: 'Phần mềm trên cụm loa ngừng chạy trong khoảng từ {from} đến {to}.',
    en: 'The speaker’s software did not run between {from} and {to}.',
  },
  clock: { vi: 'Đồng hồ của cụm loa khi đó không đáng tin.', en: 'The speaker did not trust its clock then.' },
  complete: { vi: 'Nhật ký của cụm loa đầy đủ đến {at}.', en: 'The speaker’s log is complete until {at}.' },
  noLedger: { vi: 'Cụm loa chưa gửi nhật ký.', en: 'The speaker has not delivered its log.' },
} as const satisfies Readonly<Record<string, Words>>

const locales: Words = { vi: 'vi-VN', en: 'en-GB' }

/** What the evidence says of one device, a sentence each, times in `zone`. */
export function sayEvidence(device: ExplainedDevice, startAt: InstantMs, language: Language, zone: string): string[] {
  const format = new Intl.DateTimeFormat(locales[language], {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    day: '2-digit',
    month: '2-digit',
    hourCycle: 'h23',
  })
  const time = (at: InstantMs): string => format.format(at)
  const say = (key: keyof typeof texts, values: Readonly<Record<string, string | number>> = {}): string =>
    texts[key][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
  const said: string[] = []
  const { installations, connectedBefore, connectedAfter, outage, completeUntil } = device
  const first = installations[0]
  if (first === undefined) return [say('neverInstalled')]
  if (first.enrolledAt >= startAt) said.push(say('installed', { from: time(first.enrolledAt) }))
  const last = installations.at(-1)
  if (last?.revokedAt != null) said.push(say('revoked', { at: time(last.revokedAt) }))
  if (connectedBefore === null) said.push(say('notConnected'))
  else {
    const { beganAt, endedAt } = connectedBefore
    const isThere = endedAt === null || endedAt > startAt
    if (isThere) said.push(say('connected', { from: time(beganAt) }))
    else said.push(say('connectedBefore', { from: time(beganAt), to: time(endedAt) }))
  }
  if (connectedAfter !== null) said.push(say('connectedAfter', { at: time(connectedAfter.beganAt) }))
  const { heldRevision, adopted } = device
  if (heldRevision === null) said.push(say('noTarget'))
  else if (adopted?.revision === heldRevision)
    said.push(say('targetSince', { revision: heldRevision, at: time(adopted.adoptedAt) }))
  else said.push(say('target', { revision: heldRevision }))
  const missing = new Set(device.items.filter((item) => item.isClipHeld === false).map((item) => item.clip))
  if (missing.size > 0) said.push(say('clipsMissing', { count: missing.size }))
  if (outage !== null)
    said.push(say(outage.isClean ? 'notRunning' : 'powerLost', { from: time(outage.from), to: time(outage.until) }))
  if (device.clock === 'untrusted') said.push(say('clock'))
  said.push(completeUntil === null ? say('noLedger') : say('complete', { at: time(completeUntil) }))
  return said
}
