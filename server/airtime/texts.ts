import type { Language } from '#server/http/language.ts'
import { languages } from '#server/library/languages.ts'
import { topicCode } from '#server/library/schemas.ts'
import { topics } from '#server/library/topics.ts'
import type { PlayLine } from './plays-store.ts'
import { type AirtimeRow, EMERGENCY_KEY, type Grouping, UNPLANNED_KEY } from './sums-store.ts'

type Words = Readonly<Record<Language, string>>

const outside: Readonly<Record<string, Words>> = {
  [EMERGENCY_KEY]: { vi: 'Phát khẩn cấp', en: 'Emergency broadcasts' },
  [UNPLANNED_KEY]: { vi: 'Ngoài kế hoạch', en: 'Outside the plan' },
}
const priorities: Readonly<Record<string, Words>> = {
  priority: { vi: 'Ưu tiên', en: 'Priority' },
  normal: { vi: 'Thông thường', en: 'Normal' },
  filler: { vi: 'Xen kẽ', en: 'Filler' },
}
const noCampaign: Words = { vi: 'Không thuộc chiến dịch nào', en: 'Part of no campaign' }

function nameTopic(key: string, language: Language): string | undefined {
  const topic = topicCode.safeParse(key)
  return topic.success ? topics[topic.data][language] : undefined
}
const nameLanguage = (key: string, language: Language): string | undefined =>
  languages.find((one) => one.code === key)?.[language]

/** What a topic, a language or a priority is called; what has no words keeps its code. */
export const sayTopic = (key: string, language: Language): string =>
  nameTopic(key, language) ?? outside[key]?.[language] ?? key
export const sayLanguage = (key: string, language: Language): string =>
  nameLanguage(key, language) ?? outside[key]?.[language] ?? key
export const sayPriority = (key: string, language: Language): string =>
  (priorities[key] ?? outside[key])?.[language] ?? key

/** Areas, devices and days are named by the database; the rest by its dictionary. */
export function sayGroup({ key, label }: Pick<AirtimeRow, 'key' | 'label'>, by: Grouping, language: Language): string {
  if (by === 'topic') return sayTopic(key, language)
  if (by === 'language') return sayLanguage(key, language)
  if (by === 'priority') return sayPriority(key, language)
  if (by === 'campaign') return key === '' ? noCampaign[language] : key
  return label
}

/** Heads of the tables that go out of the house. */
export const sheetTexts = {
  sums: { vi: 'Thời lượng phát sóng', en: 'Airtime' },
  plays: { vi: 'Từng lượt phát', en: 'Single plays' },
  extra: { vi: 'Ngoài kế hoạch', en: 'Outside the plan' },
  total: { vi: 'Tổng cộng', en: 'Total' },
  everywhere: { vi: 'Mọi địa bàn được xem', en: 'All areas that may be seen' },
  period: { vi: 'Kỳ báo cáo: {from} – {to}', en: 'Period: {from} – {to}' },
  place: { vi: 'Địa bàn: {name}', en: 'Area: {name}' },
  made: { vi: 'Người lập: {name}, lúc {at}', en: 'Made by: {name}, at {at}' },
  expected: { vi: 'Theo kế hoạch', en: 'Planned' },
  played: { vi: 'Đã phát', en: 'Played' },
  missed: { vi: 'Bị lỡ', en: 'Missed' },
  unknown: { vi: 'Chưa có báo cáo', en: 'Not yet reported' },
  share: { vi: 'Tỷ lệ đã phát', en: 'Share played' },
  extraTime: { vi: 'Phát ngoài kế hoạch', en: 'Outside the plan' },
  playCount: { vi: 'Số lượt phát', en: 'Plays' },
  areaName: { vi: 'Địa bàn', en: 'Area' },
  deviceName: { vi: 'Cụm loa', en: 'Speaker' },
  startAt: { vi: 'Giờ theo kế hoạch', en: 'Planned start' },
  title: { vi: 'Nội dung', en: 'Content' },
  topic: { vi: 'Lĩnh vực', en: 'Topic' },
  campaign: { vi: 'Chiến dịch', en: 'Campaign' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  priority: { vi: 'Mức ưu tiên', en: 'Priority' },
  duration: { vi: 'Thời lượng theo kế hoạch', en: 'Planned length' },
  heard: { vi: 'Thời lượng đã phát', en: 'Length heard' },
  startedAt: { vi: 'Bắt đầu phát', en: 'Started' },
  endedAt: { vi: 'Kết thúc phát', en: 'Ended' },
  outcome: { vi: 'Kết quả', en: 'Outcome' },
  reason: { vi: 'Lý do', en: 'Reason' },
} as const satisfies Record<string, Words>

export const groupTexts: Readonly<Record<Grouping, Words>> = {
  area: { vi: 'Địa bàn', en: 'Area' },
  below: { vi: 'Địa bàn', en: 'Area' },
  device: { vi: 'Cụm loa', en: 'Speaker' },
  day: { vi: 'Ngày', en: 'Day' },
  week: { vi: 'Tuần từ thứ Hai', en: 'Week from Monday' },
  month: { vi: 'Tháng', en: 'Month' },
  topic: { vi: 'Lĩnh vực', en: 'Topic' },
  campaign: { vi: 'Chiến dịch', en: 'Campaign' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  priority: { vi: 'Mức ưu tiên', en: 'Priority' },
}

export const outcomeTexts: Readonly<Record<PlayLine['outcome'], Words>> = {
  played: { vi: 'Đã phát', en: 'Played' },
  partial: { vi: 'Phát một phần', en: 'Played in part' },
  missed: { vi: 'Bị lỡ', en: 'Missed' },
  cancelled: { vi: 'Không phát theo kế hoạch', en: 'Left out by the plan' },
  unknown: { vi: 'Chưa có báo cáo', en: 'Not yet reported' },
  extra: { vi: 'Ngoài kế hoạch', en: 'Outside the plan' },
}
