import type { PlayReason } from '#protocol/ledger.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Language } from '#server/http/language.ts'
import { hoursWords } from '#server/planning/hours-words.ts'
import type { ExplainedDevice } from './explain.ts'
import type { Cause } from './explain-context-rules.ts'

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
  target: { vi: 'Cụm loa giữ bản lịch số {revision}.', en: 'The speaker held version {revision} of its plan.' },
  targetSince: {
    vi: 'Cụm loa giữ bản lịch số {revision}, nhận lúc {at}.',
    en: 'The speaker held version {revision} of its plan, taken up at {at}.',
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

function timeIn(zone: string, language: Language): (at: InstantMs) => string {
  const format = new Intl.DateTimeFormat(locales[language], {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    day: '2-digit',
    month: '2-digit',
    hourCycle: 'h23',
  })
  return (at) => format.format(at)
}

const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** What the evidence says of one device, a sentence each, times in `zone`. */
export function sayEvidence(device: ExplainedDevice, startAt: InstantMs, language: Language, zone: string): string[] {
  const time = timeIn(zone, language)
  const say = (key: keyof typeof texts, values: Readonly<Record<string, string | number>> = {}): string =>
    fill(texts[key][language], values)
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

/** Why something was not heard, or not to its end, in words. */
const reasonTexts: Readonly<Record<PlayReason, Readonly<Record<Language, string>>>> = {
  preempted: { vi: 'Bị nội dung ưu tiên cao hơn cắt ngang', en: 'Interrupted by something of higher priority' },
  stopped: { vi: 'Người vận hành đã dừng phát', en: 'Stopped by an operator' },
  cancelled: { vi: 'Lịch phát đã bị hủy', en: 'The broadcast was cancelled' },
  'window-ended': { vi: 'Hết khung giờ phát trước khi phát xong', en: 'The time slot ended before it was finished' },
  'clip-missing': { vi: 'Cụm loa chưa tải được tệp âm thanh', en: 'The speaker had not received the audio yet' },
  'clip-corrupt': { vi: 'Tệp âm thanh trên cụm loa bị hỏng', en: 'The audio on the speaker was damaged' },
  'clock-untrusted': { vi: 'Đồng hồ của cụm loa không đáng tin', en: 'The speaker’s clock could not be trusted' },
  'sound-device-failed': { vi: 'Thiết bị âm thanh của cụm loa bị lỗi', en: 'The speaker’s sound device failed' },
  'power-lost': { vi: 'Cụm loa bị mất điện', en: 'The speaker lost power' },
  'agent-restarted': { vi: 'Phần mềm trên cụm loa khởi động lại', en: 'The speaker’s software restarted' },
  muted: { vi: 'Cụm loa đang tắt tiếng', en: 'The speaker was muted' },
  'too-late': { vi: 'Cụm loa sẵn sàng khi đã quá giờ phát', en: 'The speaker was ready only when it was too late' },
  unsupported: { vi: 'Cụm loa không hỗ trợ nội dung này', en: 'The speaker cannot play this kind of content' },
  'outside-hours': { vi: 'Ngoài giờ được phép phát của địa bàn', en: 'Outside the permitted hours of the area' },
  'horizon-ended': {
    vi: 'Lịch phát lưu trên cụm loa đã hết, lâu chưa kết nối được',
    en: 'The plan kept on the speaker had run out: it had been without a connection for too long',
  },
  'volume-zero': { vi: 'Âm lượng của cụm loa đang đặt bằng 0', en: 'The volume of the speaker was set to zero' },
  'disk-full': { vi: 'Thẻ nhớ của cụm loa đã đầy', en: 'The speaker’s storage was full' },
  'late-skipped': {
    vi: 'Cụm loa có mặt sau giờ bắt đầu, lịch này không phát bù',
    en: 'The speaker came back after the start, and this broadcast is not joined late',
  },
  'no-target': {
    vi: 'Cụm loa không có kết nối từ khi lập lịch đến giờ phát',
    en: 'The speaker had no connection between the planning and the start',
  },
  'never-enrolled': { vi: 'Cụm loa chưa được lắp đặt', en: 'The speaker had not been installed yet' },
  revoked: { vi: 'Cụm loa đã bị thu hồi quyền', en: 'The speaker had been revoked' },
  'not-reported': { vi: 'Cụm loa chưa báo cáo', en: 'The speaker has not reported yet' },
  'gave-way': {
    vi: 'Nhường cho nội dung phát trước theo thứ tự ưu tiên',
    en: 'Gave way to something that goes first',
  },
  suspended: { vi: 'Địa bàn tạm ngừng phát', en: 'Broadcasting was suspended in the area' },
  'not-in-target': { vi: 'Cụm loa không nhận được lịch phát này', en: 'The speaker never received this plan' },
}

const isKnown = (code: string): code is PlayReason => Object.hasOwn(reasonTexts, code)

/** The reason in the reader's language; a code that a newer device sent is shown as it is. */
export const sayReason = (code: string, language: Language): string =>
  isKnown(code) ? reasonTexts[code][language] : code

const causeTexts = {
  hours: {
    vi: 'Ngoài giờ được phép phát của {area} ({hours})',
    en: 'Outside the permitted hours of {area} ({hours})',
  },
  suspension: {
    vi: '{area} tạm ngừng phát đến {at} (lý do: {reason})',
    en: '{area} was suspended until {at} (reason: {reason})',
  },
  cancelled: { vi: 'Lịch phát đã bị hủy lúc {at}', en: 'The broadcast was cancelled at {at}' },
  stopped: { vi: 'Người vận hành đã dừng phát lúc {at}', en: 'Stopped by an operator at {at}' },
  first: {
    vi: 'Nhường cho “{title}”, được phát trước theo thứ tự ưu tiên',
    en: 'Gave way to “{title}”, which goes first',
  },
  by: { vi: '{what}, người thực hiện: {name}', en: '{what}, by {name}' },
} as const satisfies Readonly<Record<string, Words>>

/** What stands behind a reason, with its names; times in `zone`. */
export function sayCause(cause: Cause, language: Language, zone: string): string {
  const say = (key: keyof typeof causeTexts, values: Readonly<Record<string, string>>): string =>
    fill(causeTexts[key][language], values)
  const time = timeIn(zone, language)
  if (cause.kind === 'hours') {
    return say('hours', { area: cause.of.areaName, hours: hoursWords(cause.of.windows, language) })
  }
  if (cause.kind === 'first') return say('first', { title: cause.title })
  const what =
    cause.kind === 'suspension'
      ? say('suspension', { area: cause.of.areaName, reason: cause.of.reason, at: time(cause.of.until) })
      : say(cause.of.kind, { at: time(cause.of.at) })
  return cause.of.by === null ? what : say('by', { what, name: cause.of.by.name })
}
