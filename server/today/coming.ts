import type { InstantMs } from '#protocol/time.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { addMs, type InstantRange, type KnownStarts } from '#server/broadcasts/recurrence-rules.ts'
import { type Airing, type AwaitedBulletin, airingsOf } from '#server/broadcasts/rules.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { listMissing } from '#server/library/missing-rules.ts'
import { doesHear } from '#server/planning/audience-rules.ts'
import { type Listeners, namedDevices, readListeners } from '#server/planning/audience-store.ts'
import { languagesOf, type PlanInput } from '#server/planning/rules.ts'
import { readAreaRules } from '#server/planning/store.ts'

/** What of the next 24 hours will not be heard as it is meant: not approved, or not there in a speaker's language. */

const AHEAD_MS = 86_400_000

export interface ComingTroubles {
  readonly awaiting: readonly (AwaitedBulletin & { readonly startAt: InstantMs; readonly occurrences: number })[]
  readonly missingLanguages: readonly MissingVariant[]
}
export interface MissingVariant {
  readonly bulletinId: string
  readonly title: string
  readonly language: string
  readonly devices: number
  readonly startAt: InstantMs
}

/** Of what sounds in these areas; the soonest first, and languages of most devices first. */
export async function readComing(db: Db, roots: readonly string[], now: InstantMs): Promise<ComingTroubles> {
  const range: InstantRange = { from: addMs(now, 1), to: addMs(now, AHEAD_MS) }
  const rows = await readBroadcasts(db, { soundingIn: roots, airingFrom: now, content: 'intended' })
  const known: KnownStarts = new Map()
  const airings = rows
    .flatMap((row) => airingsOf(row, range, known))
    .filter(({ isCancelled }) => !isCancelled)
    .sort((a, b) => a.startAt - b.startAt)
  if (airings.length === 0) return { awaiting: [], missingLanguages: [] }
  const listeners = await readListeners(db, roots, namedDevices(airings))
  const areas = await readAreaRules(db, range)
  const heard = airings.filter((airing) => listeners.some((one) => doesHear(one, airing)))
  return { awaiting: gatherAwaiting(heard), missingLanguages: gatherMissing(heard, listeners, areas) }
}

function gatherAwaiting(airings: readonly Airing[]): ComingTroubles['awaiting'] {
  const found = new Map<string, AwaitedBulletin & { startAt: InstantMs; occurrences: number }>()
  for (const { awaiting = [], startAt } of airings) {
    for (const one of awaiting) {
      const former = found.get(one.bulletinId)
      found.set(one.bulletinId, { startAt, ...one, ...former, occurrences: 1 + (former?.occurrences ?? 0) })
    }
  }
  return [...found.values()]
}

/** Broadcasts of one programme, plan and manner ask the same of the same devices: each is looked at once. */
function gatherMissing(
  airings: readonly Airing[],
  listeners: readonly Listeners[],
  areas: PlanInput['areas'],
): MissingVariant[] {
  const wanted = listeners.map((listener) => ({ listener, languages: languagesOf(listener, areas) }))
  const found = new Map<string, MissingVariant & { readonly from: Set<Listeners> }>()
  const seen = new Set<string>()
  for (const { broadcastId, items, languageMode, startAt, ...aimed } of airings) {
    for (const { bulletinId, title, variants } of items) {
      const once = `${broadcastId} ${bulletinId}`
      if (seen.has(once)) continue
      seen.add(once)
      const there = variants.map(({ language }) => language)
      for (const { listener, languages } of wanted) {
        const missing = listMissing(there, languages, languageMode)
        if (missing.length === 0 || !doesHear(listener, aimed)) continue
        for (const language of missing) {
          const key = `${bulletinId} ${language}`
          const former = found.get(key) ?? { bulletinId, title, language, devices: 0, startAt, from: new Set() }
          if (former.from.has(listener)) continue
          former.from.add(listener)
          found.set(key, { ...former, devices: former.devices + listener.devices })
        }
      }
    }
  }
  return [...found.values()]
    .map(({ from: _listeners, ...one }) => one)
    .sort((a, b) => b.devices - a.devices || a.startAt - b.startAt)
}
