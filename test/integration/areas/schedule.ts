import { newId } from '#protocol/ids.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { toDate } from '#server/clock.ts'
import { type ClassPlan, makePlan } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import type { TestApp } from '../../support/app.ts'
import { createWorld } from '../broadcasts/world.ts'

export const ZONE = 'Asia/Ho_Chi_Minh'
const DAY_MS = 86_400_000

interface Wanted {
  readonly time: string
  readonly minutes?: number
  readonly rule?: string | null
  readonly firstDate?: string
  readonly skipHolidays?: boolean
  readonly targets?: readonly { kind: 'area' | 'group' | 'device'; refId: string; isExcluded: boolean }[]
}

/** A broadcast of one approved bulletin, every day unless said otherwise; gives its id. */
export async function addBroadcast(app: TestApp, areaId: string, wanted: Wanted): Promise<string> {
  const world = createWorld(app.db, { ...app.clock, now: app.clock.now })
  const { path } = await app.db.prisma.area.findUniqueOrThrow({ where: { id: areaId } })
  const area = { id: areaId, path }
  const author = await world.account(area, 'editor')
  const bulletin = await world.bulletin(area, author, { durationMs: (wanted.minutes ?? 5) * 60_000 })
  const { id: programmeId } = await world.programme(area, [bulletin])
  const [id, now] = [newId(app.clock.now()), toDate(app.clock.now())]
  await app.db.prisma.broadcast.create({
    data: {
      id,
      programmeId,
      areaId,
      priority: 'normal',
      rule: wanted.rule === undefined ? 'FREQ=DAILY' : wanted.rule,
      localTimes: [`${wanted.time}:00`],
      timeZone: ZONE,
      firstDate: wanted.firstDate ?? '2026-03-02',
      skipHolidays: wanted.skipHolidays ?? false,
      createdById: author.accountId,
      createdAt: now,
      updatedAt: now,
      targets: { create: [...(wanted.targets ?? [])] },
    },
  })
  return id
}

/** What a device is to do from now on for some days, by the plan as the database has it. */
export async function planOf(app: TestApp, deviceId: string, days = 2): Promise<ClassPlan> {
  const range = { from: app.clock.now(), to: addMs(app.clock.now(), days * DAY_MS) }
  const plan = makePlan(await readPlanInput(app.db.prisma, { range }))
  const device = (await readPlanDevices(app.db.prisma)).find(({ id }) => id === deviceId)
  if (device === undefined) throw new Error('no such device')
  return plan.planOf(plan.classOf(device))
}

/** "05:30" or "05:30 suspended", by start. */
export const soundsOf = (plan: ClassPlan): string[] =>
  plan.arranged.map(({ startAt, leftOut }) => {
    const time = toDate(startAt).toLocaleTimeString('sv-SE', { timeZone: ZONE, timeStyle: 'short' })
    return leftOut === null ? time : `${time} ${leftOut}`
  })
