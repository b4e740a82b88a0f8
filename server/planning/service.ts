import type { z } from 'zod'
import { hashBytes } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { instantMs } from '#protocol/time.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { announceFrozen, type BroadcastsDeps, planTransaction } from '#server/broadcasts/act.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { soundingOf } from '#server/broadcasts/sounding-rules.ts'
import { readPlannedPlaces } from '#server/broadcasts/sounding-store.ts'
import { type Db, findArea } from '#server/broadcasts/store.ts'
import { toDate } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { namedDevices, readListeners } from './audience-store.ts'
import type { RealStarts } from './calendar-rules.ts'
import { withMovingAreas } from './move-store.ts'
import { keepOrder, readOrder } from './order-store.ts'
import { type PreviewEntry, type PreviewListener, placesOf, previewPlan } from './preview-rules.ts'
import type { preview, previewQuery } from './preview-schemas.ts'
import { readPlanInput } from './store.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 31
/** How far ahead a calendar is told of real times: as far as devices hold their plan by default. */
const CALENDAR_DAYS = 14

export type Preview = z.infer<typeof preview>
/** The order among equals that an area chose. `revision`: of the order itself, which has no counter. */
export interface AreaOrder {
  readonly broadcastIds: string[]
  readonly revision: string
}
const orderOf = (broadcastIds: string[]): AreaOrder => ({
  broadcastIds,
  revision: hashBytes(broadcastIds.join()).slice(0, 16),
})

export type PlanningService = ReturnType<typeof createPlanningService>

/** What sounds in an area, and in which order. */
export function createPlanningService(deps: BroadcastsDeps) {
  const { db, clock } = deps

  async function areaFor(actor: Actor, areaId: string, action: 'broadcasts.read' | 'broadcasts.edit') {
    const area = await findArea(db.prisma, areaId)
    if (area === null) throw new Problem('not-found')
    assertMay(actor, action, area.path)
    return area
  }

  async function readRealStarts(areaId: string): Promise<RealStarts> {
    const now = clock.now()
    const range = { from: now, to: addMs(now, CALENDAR_DAYS * DAY_MS) }
    const real = new Map<string, InstantMs | null>()
    for (const [id, { airing, places }] of await readPlannedPlaces(db.prisma, range, [areaId])) {
      const { soundsFrom, leftOut } = soundingOf(airing, places)
      if (leftOut !== null || soundsFrom !== airing.startAt) real.set(id, leftOut === null ? soundsFrom : null)
    }
    return real
  }

  return {
    /**
     * What will sound in an area and below, on which devices, when, how loud and why; with what the plan leaves out.
     * `onlyId`: of this one device of the area.
     */
    async preview(
      actor: Actor,
      areaId: string,
      query: z.infer<typeof previewQuery>,
      onlyId?: string,
    ): Promise<Preview> {
      const area = await areaFor(actor, areaId, 'broadcasts.read')
      const from = query.from === undefined ? clock.now() : instantOf(query.from)
      const to = query.to === undefined ? addMs(from, DAY_MS) : instantOf(query.to)
      if (to <= from || to - from > MAX_DAYS * DAY_MS) throw new Problem('occurrence-range', { days: MAX_DAYS })
      // What began before and still sounds is part of it.
      const range = { from: addMs(from, -DAY_MS), to }
      const input = await readPlanInput(db.prisma, { range, soundingIn: [areaId], content: 'intended' })
      const { moves = [] } = input
      const within = await withMovingAreas(db.prisma, [areaId], moves)
      // What moves by itself stands for itself.
      const named = [
        ...namedDevices(input.airings),
        ...moves.flatMap(({ deviceIds }) => deviceIds),
        ...[onlyId ?? []].flat(),
      ]
      const all = await readListeners(db.prisma, within, named, { namesSome: true })
      const listeners = onlyId === undefined ? all : all.filter(({ id }) => id === onlyId)
      const entries = previewPlan(input, listeners, { from, to }, areaId)
      const standsThere = (one: PreviewListener): boolean =>
        placesOf(one, moves, areaId).some(
          ({ span: { fromAt, toAt } }) => (fromAt === null || fromAt < to) && (toAt === null || toAt > from),
        )
      const told = await tellMore(db.prisma, entries)
      return {
        from: iso(from),
        to: iso(to),
        timeZone: area.timeZone,
        devices: listeners.filter(standsThere).reduce((sum, one) => sum + one.devices, 0),
        entries: entries.map((entry) => told(entry)),
      }
    },

    /** The order that the area itself chose, first first; what is not in it follows. */
    async order(actor: Actor, areaId: string): Promise<AreaOrder> {
      await areaFor(actor, areaId, 'broadcasts.read')
      return orderOf(await readOrder(db.prisma, areaId))
    },

    /**
     * Sets which goes first among equals in the area and below, where no area further down says otherwise (Circular
     * 39/2020/TT-BTTTT: the commune decides).
     *
     * @throws Problem `order-broadcast-unknown` for what does not sound there.
     */
    async setOrder(
      actor: Actor,
      areaId: string,
      broadcastIds: readonly string[],
      ifMatch?: IfMatch,
    ): Promise<AreaOrder> {
      const area = await areaFor(actor, areaId, 'broadcasts.edit')
      const frozen = await deps.audit.act(
        actor,
        async (tx, note) => {
          const begun = await freezeDueOccurrences(tx, clock.now())
          const sounding = await readBroadcasts(tx, { ids: broadcastIds, soundingIn: [areaId] })
          if (sounding.length < broadcastIds.length) throw new Problem('order-broadcast-unknown')
          const before = await readOrder(tx, areaId)
          const { revision } = orderOf(before)
          await assertUnchanged(tx, actor, ifMatch, { id: areaId, revision, actions: ['broadcast.order-set'] })
          if (before.join() === broadcastIds.join()) note.unchanged()
          else {
            await keepOrder(tx, areaId, broadcastIds)
            const states = { before: { broadcastIds: before }, after: { broadcastIds } }
            note({
              action: 'broadcast.order-set',
              areaPath: area.path,
              subject: { type: 'area', id: areaId },
              ...states,
            })
          }
          return begun
        },
        planTransaction,
      )
      announceFrozen(deps.events, frozen)
      deps.events.publish({ kind: 'broadcasts', areaPath: area.path })
      deps.plan.areaChanged(areaId)
      return orderOf(await readOrder(db.prisma, areaId))
    },

    /** Broadcasts that sound in an area and below, and which of the next two weeks really sound at another time there. */
    async broadcastsOf(actor: Actor, areaId: string) {
      const area = await areaFor(actor, areaId, 'broadcasts.read')
      return {
        area,
        rows: await readBroadcasts(db.prisma, { soundingIn: [areaId] }),
        real: await readRealStarts(areaId),
      }
    },

    async broadcastOf(actor: Actor, id: string) {
      const [row] = await readBroadcasts(db.prisma, { ids: [id], soundingIn: areasFor(actor, 'broadcasts.read') })
      if (row === undefined) throw new Problem('not-found')
      return row
    },
  }
}

const instantOf = (text: string): InstantMs => instantMs.parse(Date.parse(text))
const iso = (at: InstantMs): string => toDate(at).toISOString()

/** Whose broadcast it is, by which rule it airs, and what stands in its way. */
async function tellMore(db: Db, entries: readonly PreviewEntry[]) {
  const ids = [...new Set(entries.map(({ airing }) => airing.broadcastId))]
  const rows = new Map((await readBroadcasts(db, { ids })).map((row) => [row.id, row]))
  const titles = new Map<string, string>(entries.map(({ airing }) => [airing.occurrenceId, airing.title]))
  return ({ airing, behind, startAt, endAt, cut, ...entry }: PreviewEntry): Preview['entries'][number] => ({
    ...entry,
    occurrenceId: airing.occurrenceId,
    broadcastId: airing.broadcastId,
    title: airing.title,
    areaId: airing.areaId,
    areaName: rows.get(airing.broadcastId)?.areaName ?? '',
    priority: airing.priority,
    rule: rows.get(airing.broadcastId)?.rule ?? null,
    plannedStartAt: iso(airing.startAt),
    startAt: iso(startAt),
    endAt: iso(endAt),
    cut: cut === null ? null : { at: iso(cut.at), by: cut.by },
    behind: behind === null ? null : { occurrenceId: behind, title: titles.get(behind) ?? '' },
    notApproved: [...entry.notApproved],
    items: entry.items.map(({ title, languages }) => ({ title, languages: [...languages] })),
    areas: [...entry.areas],
    deviceIds: [...entry.deviceIds],
  })
}
