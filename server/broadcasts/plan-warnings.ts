import type { z } from 'zod'
import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { fillText, type Language } from '#server/http/language.ts'
import type { Violation } from '#server/planning/fit-rules.ts'
import type { BroadcastRow } from './airing-store.ts'
import { showViolation } from './check.ts'
import type { planWarning } from './check-schemas.ts'
import { type Db, readAreaNames } from './store.ts'

/** What is amiss with a broadcast that is planned all the same: told to whoever plans, changes or approves it. */

/** As it is shown, but for the words. */
export type PlanWarning = Omit<z.infer<typeof planWarning>, 'text'>

const texts: Readonly<Record<PlanWarning['rule'], Readonly<Record<Language, string>>>> = {
  nobodyHears: {
    vi: 'Hiện chưa có cụm loa nào ở nơi nhận của "{title}", nên sẽ không ai nghe thấy cho đến khi có cụm loa. Hãy thêm cụm loa, hoặc chọn nơi nhận khác.',
    en: 'There is no speaker yet where “{title}” is to be heard, so nobody will hear it until there is one. Add speakers, or aim it at others.',
  },
  hours: {
    vi: '"{title}" nằm ngoài giờ được phép của {area} trong {days} ngày sắp tới, nên cụm loa ở đó sẽ không phát, hoặc không phát hết. Hãy đổi giờ phát.',
    en: '“{title}” lies outside the permitted hours of {area} on {days} of the days to come, so speakers there stay silent or leave out its end. Choose another time.',
  },
  maxSessionsPerDay: {
    vi: 'Với "{title}", {area} có ngày phát {actual} buổi, quá mức {limit} buổi một ngày. Hãy bỏ bớt hoặc đổi giờ phát.',
    en: 'With “{title}” there are days with {actual} sessions in {area}, more than its {limit}. Leave some out or choose other times.',
  },
  maxMinutesPerSession: {
    vi: 'Với "{title}", {area} có buổi phát dài {actual} phút, quá mức {limit} phút một buổi. Hãy bớt bản tin hoặc đổi giờ phát.',
    en: 'With “{title}” there are sessions of {actual} minutes in {area}, more than its {limit}. Shorten it or choose another time.',
  },
  maxMinutesPerDay: {
    vi: 'Với "{title}", {area} có ngày phát {actual} phút, quá mức {limit} phút một ngày. Hãy bớt bản tin hoặc chọn ngày khác.',
    en: 'With “{title}” there are days with {actual} minutes in {area}, more than its {limit}. Shorten it or choose other days.',
  },
  maxOccurrencesPerDay: {
    vi: 'Với "{title}", có ngày một cụm loa có {actual} lần phát, quá mức {limit} lần, nên các lần cuối ngày sẽ không được phát. Hãy bớt giờ phát.',
    en: 'With “{title}” there are days on which a speaker has {actual} airings, more than the {limit} that it takes, so the last ones are not heard. Choose fewer times.',
  },
  maxClipsPerOccurrence: {
    vi: 'Một lần phát của "{title}" có {actual} đoạn âm thanh, quá mức {limit} đoạn, nên các đoạn cuối sẽ không được phát. Hãy bớt bản tin.',
    en: 'An airing of “{title}” has {actual} recordings, more than the {limit} that it may have, so the last ones are not heard. Use fewer bulletins.',
  },
}

/** In the reader's language. */
export const sayWarning = (warning: PlanWarning, language: Language): z.infer<typeof planWarning> => {
  const { title, areaName: area, days, limit, actual } = warning
  const params = { title, area, days, limit: limit ?? '', actual: actual ?? '' }
  return { ...warning, text: fillText(texts[warning.rule], params, language) }
}

/** `violations`: what it breaks and need not mend (`assertFits`, `findViolations`). */
export async function tellViolations(
  db: Db,
  { id: broadcastId, title }: Pick<BroadcastRow, 'id' | 'title'>,
  violations: readonly Violation[],
): Promise<PlanWarning[]> {
  if (violations.length === 0) return []
  const names = await readAreaNames(
    db,
    violations.flatMap(({ areaId }) => areaId ?? []),
  )
  return violations.map((one) => ({ ...showViolation(one, names), broadcastId, title }))
}

/** Of something that airs, next at `startAt`, and that no device in service hears. */
export const warnNobodyHears = (
  { id: broadcastId, title, areaId, areaName }: Pick<BroadcastRow, 'id' | 'title' | 'areaId' | 'areaName'>,
  startAt: InstantMs,
): PlanWarning => ({
  ...{ rule: 'nobodyHears', areaId, areaName, limit: null, actual: null, startAt: toDate(startAt).toISOString() },
  ...{ days: 0, devices: 0, broadcastId, title },
})
