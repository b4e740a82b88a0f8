import { hashBytes, itemId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import { type AirableItem, mergeAirings, type PlannedBroadcast } from '#server/broadcasts/rules.ts'
import { noCaps } from '#server/planning/caps-rules.ts'
import { type AreaRules, MARGIN_MS, type PlanDevice, type PlanInput } from '#server/planning/rules.ts'
import type { Variant } from '#server/planning/variant-rules.ts'

export const at = (iso: string): InstantMs => instantMs.parse(Date.parse(iso))
export const ZONE = 'Asia/Ho_Chi_Minh'
const uuid = (kind: string, n: number): string => `0193a5a0-0000-7000-8000-${kind}${String(n).padStart(11, '0')}`
export const areaOf = (n: number): string => uuid('a', n)
export const broadcastOf = (n: number): string => uuid('b', n)
export const deviceOf = (n: number): string => uuid('d', n)

export const variant = (language = 'vi', durationMs = 60_000): Variant => ({
  language,
  clip: { sha256: hashBytes(`${language} ${durationMs}`), bytes: 1_000 },
  durationMs,
})

export const item = (n = 1, variants: readonly Variant[] = [variant()]): AirableItem => ({
  itemId: itemId.parse(uuid('e', n)),
  bulletinId: uuid('f', n),
  revisionId: uuid('c', n),
  title: 'Lịch tiêm chủng',
  topic: 'society',
  variants,
})

/** Every day at 05:30, one bulletin of one minute, aimed at the first area. */
export const broadcast = (change: Partial<PlannedBroadcast> = {}): PlannedBroadcast => ({
  id: broadcastOf(1),
  areaId: areaOf(1),
  aims: [],
  title: 'Bản tin sáng',
  priority: 'normal',
  languageMode: 'first',
  lateStart: 'join',
  placement: 'fixed',
  onConflict: 'follow',
  rule: 'FREQ=DAILY',
  localTimes: ['05:30:00'],
  extraDates: [],
  exceptDates: [],
  skippedDates: new Set(),
  timeZone: ZONE,
  firstDate: '2026-11-20',
  lastDate: null,
  createdAt: at('2026-11-19T00:00:00Z'),
  timedSince: at('2026-11-19T00:00:00Z'),
  cancelledAt: null,
  continuedAt: null,
  edits: [],
  bulletinCount: 1,
  items: [item()],
  ...change,
})

export const planDevice = (n = 1, change: Partial<PlanDevice> = {}): PlanDevice => ({
  id: deviceOf(n),
  areaPath: [areaOf(1)],
  timeZone: ZONE,
  languages: [],
  groupIds: [],
  ...change,
})

export const areaRules = (areaId: string, change: Partial<AreaRules> = {}): AreaRules => ({
  areaId,
  hours: null,
  caps: noCaps,
  volumes: null,
  leadIn: null,
  languages: [],
  suspended: [],
  ranks: new Map(),
  ...change,
})

export function planInput(
  broadcasts: readonly PlannedBroadcast[],
  range: InstantRange,
  rules: readonly AreaRules[] = [],
): PlanInput {
  const wide = {
    from: instantMs.parse(range.from - MARGIN_MS),
    to: instantMs.parse(range.to + MARGIN_MS),
  }
  return {
    airings: mergeAirings(broadcasts, [], wide),
    areas: new Map(rules.map((one) => [one.areaId, one])),
    range,
  }
}
