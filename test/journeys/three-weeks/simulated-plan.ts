import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import type { CalendarDeps } from '#server/areas/calendar-service.ts'
import { createCalendarService } from '#server/areas/calendar-service.ts'
import type { BroadcastsDeps } from '#server/broadcasts/act.ts'
import { createChangesService } from '#server/broadcasts/changes-service.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import type { ClipFiles } from '#server/library/clip-files.ts'
import type { TestArea, World } from '../../integration/broadcasts/world.ts'

export interface Airtimes {
  /** Local, HH:MM:SS. */
  readonly times: readonly string[]
  readonly firstDate: string
  readonly isDaily: boolean
  readonly priority: 'priority' | 'normal'
  readonly durationsMs: readonly number[]
}

/** What people at the server do: plan, think better of it, keep an area silent. Broadcasts have names here. */
export async function openPlanning(
  deps: BroadcastsDeps & CalendarDeps & { readonly settled: () => Promise<void> },
  { world, commune, files }: { world: World; commune: TestArea; files: Pick<ClipFiles, 'clipPath'> },
) {
  const editor = await world.account(commune, 'editor')
  const leader = await world.account(commune, 'approver')
  const broadcasts = createBroadcastsService(deps)
  const changes = createChangesService({ ...deps, broadcasts })
  const calendar = createCalendarService(deps)
  const durations = new Map<string, number>()
  const known = new Map<string, string>()
  const suspensions = new Map<number, string>()

  async function makeProgramme(durationsMs: readonly number[]): Promise<string> {
    const bulletins = []
    for (const durationMs of durationsMs) {
      const bytes = Buffer.from(`clip of ${durationMs} ms ${world.draw()}`)
      const bulletin = await world.bulletin(commune, editor, { durationMs, bytes })
      durations.set(bulletin.sha256, durationMs)
      const file = files.clipPath(bulletin.sha256)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, bytes)
      bulletins.push(bulletin)
    }
    return (await world.programme(commune, bulletins)).id
  }

  function idOf(name: string): string {
    const id = known.get(name)
    if (id === undefined) throw new Error(`${name} is not planned yet`)
    return id
  }
  const occurrenceOf = (name: string, startMs: number): OccurrenceId =>
    makeOccurrenceId(idOf(name), instantMs.parse(startMs))

  return {
    occurrenceOf,
    durationOf: (sha256: string): number => durations.get(sha256) ?? 0,

    /** A programme of clips of so many milliseconds. */
    async plan(name: string, { times, firstDate, isDaily, priority, durationsMs }: Airtimes): Promise<void> {
      const { row } = await broadcasts.create(editor, {
        programmeId: await makeProgramme(durationsMs),
        areaId: commune.id,
        priority,
        localTimes: [...times],
        ...{ rule: isDaily ? 'FREQ=DAILY' : null, firstDate, lastDate: null, extraDates: [], exceptDates: [] },
      })
      known.set(name, row.id)
      await deps.settled()
    },
    async move(name: string, startMs: number, toMs: number): Promise<void> {
      const startAt = new Date(toMs).toISOString()
      await changes.change(editor, occurrenceOf(name, startMs), { scope: 'this', action: 'move', startAt })
      await deps.settled()
    },
    async cancel(name: string, startMs: number): Promise<void> {
      await changes.change(editor, occurrenceOf(name, startMs), { scope: 'this', action: 'cancel' })
      await deps.settled()
    },
    async restore(name: string, startMs: number): Promise<void> {
      await changes.change(editor, occurrenceOf(name, startMs), { scope: 'this', action: 'restore' })
      await deps.settled()
    },
    async replace(name: string, startMs: number, durationsMs: readonly number[]): Promise<void> {
      const programmeId = await makeProgramme(durationsMs)
      await changes.change(editor, occurrenceOf(name, startMs), { scope: 'this', action: 'programme', programmeId })
      await deps.settled()
    },
    async suspend(n: number, lastDate: string): Promise<void> {
      const { id } = await calendar.suspend(leader, commune.id, { firstDate: null, lastDate, reason: 'Tuần thi' })
      suspensions.set(n, id)
      await deps.settled()
    },
    async lift(n: number): Promise<void> {
      await calendar.lift(leader, suspensions.get(n) ?? '')
      await deps.settled()
    },
  }
}
