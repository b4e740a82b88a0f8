import type { z } from 'zod'
import type { InstantMs } from '#protocol/time.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { sayReason } from '#server/broadcasts/explain-texts.ts'
import { addMs, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { Language } from '#server/http/language.ts'
import { countBulletins } from '#server/library/bulletins-store.ts'
import { type ComingTroubles, readComing } from './coming.ts'
import { listNotHeard, sumNotHeard } from './not-heard.ts'
import {
  type DayScope,
  readShownOccurrences,
  readSpeakers,
  type ShownOccurrence,
  type ShownSpeaker,
} from './not-heard-store.ts'
import type { NotHeard } from './rules.ts'
import type { notHeardDevices, notHeardQuery, troubles } from './schemas.ts'
import { createShared } from './shared.ts'
import { type FleetTroubles, listReadable, readFleetTroubles, readSuspensions, type ShownSuspension } from './store.ts'

export interface TodayDeps {
  readonly db: Database
  readonly clock: Clock
  /** Zone whose calendar day is "today". */
  readonly zone: string
  /** How many local days ahead devices hold their plan. */
  readonly horizonDays: number
}

type Troubles = z.infer<typeof troubles>
type NotHeardDevices = z.infer<typeof notHeardDevices>

/** Before it is put into the reader's words. */
interface Found {
  readonly now: InstantMs
  readonly notHeard: readonly NotHeard[]
  readonly occurrences: ReadonlyMap<string, ShownOccurrence>
  readonly speakers: ReadonlyMap<string, ShownSpeaker>
  readonly coming: ComingTroubles
  readonly readable: ReadonlySet<string>
  readonly suspensions: readonly ShownSuspension[]
  readonly fleet: FleetTroubles
  readonly returned: number
}

const DAY_MS = 86_400_000
const MOST_COMING = 10
const MOST_OCCURRENCES = 5
const iso = (at: InstantMs): string => new Date(at).toISOString()

export type TodayService = ReturnType<typeof createTodayService>

/** What of today asks for somebody: what was not heard and why, what of the next day will not be, and speakers. */
export function createTodayService({ db, clock, zone, horizonDays }: TodayDeps) {
  const share = createShared<Found>()
  const horizon = { days: horizonDays, timeZone: zone }

  function scopeOf(roots: readonly string[], asOf: InstantMs): DayScope {
    return { roots, from: startOfLocalDay(localDateOf(asOf, zone), zone), asOf }
  }

  async function find(
    areas: Readonly<Record<'broadcasts' | 'devices' | 'library' | 'edit', string[]>>,
  ): Promise<Found> {
    const now = clock.now()
    const notHeard = await sumNotHeard(db.prisma, scopeOf(areas.broadcasts, now), horizon)
    const occurrences = await readShownOccurrences(
      db.prisma,
      notHeard.flatMap(({ examples }) => examples.map(({ id }) => id)),
    )
    const speakers = await readSpeakers(
      db.prisma,
      notHeard.flatMap(({ someIds }) => someIds),
    )
    const coming = await readComing(db.prisma, areas.broadcasts, now)
    const bulletinIds = [...coming.awaiting, ...coming.missingLanguages].map(({ bulletinId }) => bulletinId)
    return {
      now,
      notHeard,
      occurrences,
      speakers,
      coming,
      readable: await listReadable(db.prisma, bulletinIds, areas.library),
      suspensions: await readSuspensions(db.prisma, { from: now, to: addMs(now, DAY_MS) }, areas.broadcasts),
      fleet: await readFleetTroubles(db.prisma, areas.devices),
      returned:
        areas.edit.length === 0 ? 0 : ((await countBulletins(db.prisma, { roots: areas.edit })).get('returned') ?? 0),
    }
  }

  return {
    async troubles(actor: Actor, language: Language): Promise<Troubles> {
      const areas = {
        broadcasts: areasFor(actor, 'broadcasts.read'),
        devices: areasFor(actor, 'devices.read'),
        library: areasFor(actor, 'library.read'),
        edit: areasFor(actor, 'library.edit'),
      }
      const key = JSON.stringify(Object.values(areas).map((ids) => [...ids].sort()))
      return show(await share(key, () => find(areas)), language)
    },

    /** The speakers that one row of `troubles` counts. */
    async notHeard(
      actor: Actor,
      { outcome, reason, after, limit }: z.infer<typeof notHeardQuery>,
      language: Language,
    ): Promise<NotHeardDevices> {
      const scope = scopeOf(areasFor(actor, 'broadcasts.read'), clock.now())
      const page = await listNotHeard(db.prisma, scope, horizon, { outcome, reason, after, limit })
      const occurrences = await readShownOccurrences(
        db.prisma,
        page.devices.flatMap(({ occurrenceIds }) => occurrenceIds),
      )
      return {
        reason: { code: reason, text: sayReason(reason, language) },
        total: page.total,
        devices: page.devices.map(({ occurrenceIds, ...device }) => ({
          ...device,
          occurrences: occurrenceIds
            .flatMap((id) => occurrences.get(id) ?? [])
            .sort((a, b) => b.startAt - a.startAt)
            .slice(0, MOST_OCCURRENCES)
            .map(({ id, title, startAt }) => ({ id, title, startAt: iso(startAt) })),
        })),
        next: page.next,
      }
    },
  }
}

function show(found: Found, language: Language): Troubles {
  const { now, notHeard, occurrences, speakers, coming, readable, suspensions, fleet, returned } = found
  const soonest = <T extends { readonly bulletinId: string; readonly startAt: InstantMs }>(all: readonly T[]) =>
    all
      .slice(0, MOST_COMING)
      .map((one) => ({ ...one, startAt: iso(one.startAt), isReadable: readable.has(one.bulletinId) }))
  return {
    asOf: iso(now),
    notHeard: notHeard.map(({ outcome, reason, devices, examples, someIds, ...row }) => ({
      outcome,
      reason: { code: reason, text: sayReason(reason, language) },
      devices,
      occurrences: row.occurrences,
      examples: examples.flatMap(({ id, devices: of }) => {
        const shown = occurrences.get(id)
        return shown === undefined ? [] : [{ ...shown, startAt: iso(shown.startAt), devices: of }]
      }),
      speakers: someIds.flatMap((id) => speakers.get(id) ?? []),
    })),
    awaiting: soonest(coming.awaiting),
    awaitingTotal: coming.awaiting.length,
    missingLanguages: soonest(coming.missingLanguages),
    suspensions: suspensions.map((one) => ({ ...one, from: iso(one.from), until: iso(one.until) })),
    offline: {
      devices: fleet.offline,
      since: fleet.offlineSince === null ? null : iso(fleet.offlineSince),
      speakers: fleet.offlineSome,
    },
    muted: { devices: fleet.muted, speakers: fleet.mutedSome },
    alarms: { devices: fleet.alarmed, byCode: fleet.alarms },
    returned,
  }
}
