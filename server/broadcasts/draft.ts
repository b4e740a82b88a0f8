import type { z } from 'zod'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, mayAct } from '#server/auth/rules.ts'
import { Problem } from '#server/http/problem.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import { areAimsThere } from '#server/planning/audience-store.ts'
import type { BroadcastRow } from './airing-store.ts'
import { overDays, refuseRule, type Timing } from './recurrence-rules.ts'
import type { broadcastChange, newBroadcast } from './schemas.ts'
import { type BroadcastPlanRow, type Db, findArea, findProgrammeArea } from './store.ts'

/** What somebody asks a broadcast to be, made whole and found possible in itself. */

type Manners = 'targets' | 'languageMode' | 'lateStart' | 'placement' | 'onConflict' | 'skipHolidays'
type Given = z.infer<typeof broadcastChange>
/** What is left out of the manner is as usual. */
export type NewBroadcast = Omit<z.infer<typeof newBroadcast>, Manners> & Pick<Given, Manners>
export type BroadcastChange = Given

export interface Draft {
  readonly programmeId: string
  readonly area: NonNullable<Awaited<ReturnType<typeof findArea>>>
  readonly plan: BroadcastPlanRow
}

const usual = {
  rule: null,
  lastDate: null,
  extraDates: [],
  exceptDates: [],
  aims: [],
  languageMode: 'first',
  lateStart: 'join',
  placement: 'fixed',
  onConflict: 'follow',
  skipHolidays: false,
} as const

const timesOf = (times: readonly string[]): string[] =>
  [...new Set(times.map((time) => (time.length === 5 ? `${time}:00` : time)))].sort()

function completePlan(input: Given, before: BroadcastPlanRow | undefined, timeZone: string): BroadcastPlanRow {
  const former = before ?? usual
  const localTimes = timesOf(input.localTimes)
  const given = input.rule === undefined ? former.rule : input.rule
  const rule = given === null ? null : overDays(given, { timeZone, localTimes })
  const lastDate = input.lastDate === undefined ? former.lastDate : input.lastDate
  return {
    priority: input.priority,
    rule,
    localTimes,
    firstDate: input.firstDate,
    lastDate: rule === null ? null : lastDate,
    extraDates: [...new Set(input.extraDates ?? former.extraDates)].sort(),
    exceptDates: [...new Set(input.exceptDates ?? former.exceptDates)].sort(),
    aims: input.targets?.map(({ kind, id, isExcluded }) => ({ kind, refId: id, isExcluded })) ?? former.aims,
    languageMode: input.languageMode ?? former.languageMode,
    lateStart: input.lateStart ?? former.lateStart,
    placement: input.placement ?? former.placement,
    onConflict: input.onConflict ?? former.onConflict,
    skipHolidays: input.skipHolidays ?? former.skipHolidays,
  }
}

const isSame = (a: Aim, b: Aim): boolean => a.kind === b.kind && a.refId === b.refId

/** @throws Problem `broadcast-…`: a rule that names nothing, aims that are not there, a queue where none may be. */
async function settle(
  db: Db,
  area: Draft['area'],
  input: Given,
  before: (BroadcastPlanRow & Pick<Timing, 'timeZone'>) | undefined,
): Promise<BroadcastPlanRow> {
  const plan = completePlan(input, before, before?.timeZone ?? area.timeZone)
  const refused = refuseRule(plan.rule)
  if (refused !== undefined) throw new Problem(refused.code, { part: refused.part })
  if (plan.placement === 'queue' && (area.kind !== 'province' || plan.priority !== 'priority')) {
    throw new Problem('broadcast-queue-not-allowed')
  }
  // What it was aimed at before may have been taken away meanwhile: that is no fault of this change.
  const added = plan.aims.filter((aim) => before?.aims.some((own) => isSame(own, aim)) !== true)
  if (!(await areAimsThere(db, area.id, added))) throw new Problem('broadcast-target-unknown')
  return plan
}

/** May the actor air this programme there? @throws Problem */
export async function checkProgramme(
  db: Db,
  actor: Actor,
  programmeId: string,
  areaPath: readonly string[],
): Promise<void> {
  const programme = await findProgrammeArea(db, programmeId)
  // Another commune's is answered like one that nobody ever made.
  if (programme === undefined || !mayAct(actor, 'library.read', programme.areaPath)) {
    throw new Problem('broadcast-programme-unknown')
  }
  if (!areaPath.includes(programme.areaId)) throw new Problem('broadcast-area-outside-programme')
}

/** @throws Problem when it cannot be, or the actor may not plan there. */
export async function draftNew(db: Db, actor: Actor, input: NewBroadcast): Promise<Draft> {
  const area = await findArea(db, input.areaId)
  if (area === null) throw new Problem('not-found')
  assertMay(actor, 'broadcasts.edit', area.path)
  await checkProgramme(db, actor, input.programmeId, area.path)
  return { programmeId: input.programmeId, area, plan: await settle(db, area, input, undefined) }
}

/** @throws Problem when it cannot be; whether the actor may change the broadcast was asked before. */
export async function draftChange(db: Db, row: BroadcastRow, input: BroadcastChange): Promise<Draft> {
  const area = await findArea(db, row.areaId)
  if (area === null) throw new Error(`broadcast ${row.id} has no area`)
  return { programmeId: row.programmeId, area, plan: await settle(db, area, input, row) }
}

/** In the zone in which it was planned first: a broadcast keeps it. */
export const timingOf = (plan: BroadcastPlanRow, timeZone: string): Timing => ({ ...plan, timeZone })
