import type { z } from 'zod'
import { newId } from '#protocol/ids.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, mayAct } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import type { Language } from '#server/http/language.ts'
import { Problem } from '#server/http/problem.ts'
import { findBulletin } from '#server/library/bulletins-store.ts'
import { insertItem, insertProgramme } from '#server/library/programmes-store.ts'
import { assertNotOnlyHolidays, type BroadcastsDeps, loadBroadcast, planTransaction } from './act.ts'
import type { BroadcastRow } from './airing-store.ts'
import {
  countAirtime,
  countByArea,
  type Examined,
  examine,
  findAwaiting,
  findFreeTime,
  findMissingLanguages,
  showConflict,
  showViolation,
} from './check.ts'
import type { broadcastCheck } from './check-schemas.ts'
import { draftChange, draftNew, type NewBroadcast, timingOf } from './draft.ts'
import { type PlanWarning, sayWarning, warnNobodyHears } from './plan-warnings.ts'
import { nextAiringStart } from './rules.ts'
import { assertAimedAtSomebody, assertNoTwin, assertTiming } from './sense.ts'
import { type Db, findTwins, insertBroadcast, readAreaNames, updateBroadcast } from './store.ts'

/** As it is shown, but for the words of warnings. */
export type BroadcastCheck = Omit<z.infer<typeof broadcastCheck>, 'planWarnings'> & {
  readonly planWarnings: readonly PlanWarning[]
}
export const showCheck = ({ planWarnings, ...check }: BroadcastCheck, language: Language) => ({
  ...check,
  planWarnings: planWarnings.map((one) => sayWarning(one, language)),
})
export type AskedCheck = Omit<NewBroadcast, 'programmeId'> & {
  readonly programmeId?: string | undefined
  readonly bulletinId?: string | undefined
  readonly broadcastId?: string | undefined
}
export type CheckService = ReturnType<typeof createCheckService>

/** Carries what was found out of a transaction of which nothing stays. */
class Undone extends Error {
  readonly check: BroadcastCheck
  constructor(check: BroadcastCheck) {
    super('undone')
    this.check = check
  }
}

const SHOWN_STARTS = 20

/** Says what a broadcast would do before it is planned: it is planned, looked at by the same rules, and undone. */
export function createCheckService(deps: Pick<BroadcastsDeps, 'db' | 'clock'>) {
  const { db, clock } = deps

  /** A programme of this bulletin alone, as the console makes one when it is planned for the first time. */
  async function makeProgrammeOf(tx: Db, actor: Actor, bulletinId: string | undefined): Promise<string> {
    const bulletin = bulletinId === undefined ? null : await findBulletin(tx, bulletinId)
    // Another commune's is answered like one that nobody ever made.
    if (bulletin === null || !mayAct(actor, 'library.read', bulletin.area.path)) {
      throw new Problem('broadcast-programme-unknown')
    }
    const now = clock.now()
    const id = newId(now)
    await insertProgramme(tx, { id, areaId: bulletin.areaId, title: '', at: toDate(now) })
    await insertItem(tx, { id: newId(now), programmeId: id, bulletinId: bulletin.id, position: 0 })
    return id
  }

  async function plan(tx: Db, actor: Actor, input: AskedCheck): Promise<BroadcastRow> {
    const { broadcastId, bulletinId, ...asked } = input
    const now = clock.now()
    if (broadcastId === undefined) {
      const wantedId = asked.programmeId ?? (await makeProgrammeOf(tx, actor, bulletinId))
      const { area, programmeId, plan } = await draftNew(tx, actor, { ...asked, programmeId: wantedId })
      assertTiming(timingOf(plan, area.timeZone), now)
      const id = newId(now)
      const given = { ...plan, id, programmeId, areaId: area.id, timeZone: area.timeZone }
      await insertBroadcast(tx, { ...given, createdById: actor.accountId, at: now })
      const made = await loadBroadcast(tx, id)
      await assertAimedAtSomebody(tx, made)
      await assertNoTwin(tx, made, now)
      return made
    }
    const row = await loadBroadcast(tx, broadcastId)
    assertMay(actor, 'broadcasts.edit', row.areaPath)
    if (row.cancelledAt !== null) throw new Problem('broadcast-cancelled')
    const drafted = await draftChange(tx, row, asked)
    assertTiming(timingOf(drafted.plan, row.timeZone), now, row)
    const wasTwin = (await findTwins(tx, row.id)).length > 0
    await updateBroadcast(tx, row.id, drafted.plan, now)
    const changed = await loadBroadcast(tx, row.id)
    await assertAimedAtSomebody(tx, changed, row)
    if (!wasTwin) await assertNoTwin(tx, changed, now)
    return changed
  }

  return {
    /** @throws Problem as planning it would, but for hours and limits: those are told. */
    async check(actor: Actor, input: AskedCheck): Promise<BroadcastCheck> {
      try {
        return await db.prisma.$transaction(async (tx): Promise<never> => {
          const row = await plan(tx, actor, input)
          assertNotOnlyHolidays(row, clock.now())
          const examined = await examine(tx, row, clock.now())
          throw new Undone(await tell(tx, examined))
        }, planTransaction)
      } catch (cause) {
        if (cause instanceof Undone) return cause.check
        throw cause
      }
    },
  }
}

async function tell(db: Db, examined: Examined): Promise<BroadcastCheck> {
  const { row, now, own, addressees, findings } = examined
  const { violations, conflicts, leftOut, places } = findings
  const sum = (count: 'devices' | 'offline'): number => addressees.reduce((all, one) => all + one[count], 0)
  const areaIds = [
    ...violations.flatMap(({ areaId }) => areaId ?? []),
    ...conflicts.flatMap(({ airing, devices }) => [airing.areaId, ...devices.keys()]),
  ]
  const names = await readAreaNames(db, areaIds)
  const nextFreeAt = findFreeTime(examined)
  const startAt = nextAiringStart(row, now)
  const iso = (at: number): string => new Date(at).toISOString()
  return {
    devices: sum('devices'),
    offline: sum('offline'),
    ...countByArea(addressees),
    occurrences: own.length,
    startsAt: own.slice(0, SHOWN_STARTS).map(({ startAt }) => iso(startAt)),
    airtime: countAirtime(examined),
    notApproved: findAwaiting(examined),
    missingLanguages: findMissingLanguages(examined).map((one) => ({ ...one, titles: [...one.titles] })),
    violations: violations.map((one) => showViolation(one, names)),
    conflicts: conflicts.map((one) => showConflict(one, names)),
    leftOut: leftOut.map((one) => ({ ...one, startAt: iso(one.startAt) })),
    places: places.slice(0, SHOWN_STARTS).map(({ startAt, devices }) => ({ startAt: iso(startAt), devices })),
    nextFreeAt: nextFreeAt === undefined ? null : toDate(nextFreeAt).toISOString(),
    planWarnings: startAt !== undefined && sum('devices') === 0 ? [warnNobodyHears(row, startAt)] : [],
  }
}
