import type { z } from 'zod'
import type { InstantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { assertUnedited, loadBroadcast } from './act.ts'
import type { BroadcastRow } from './airing-store.ts'
import type { BegunOccurrence } from './occurrence-store.ts'
import type { occurrenceChange } from './schemas.ts'
import type { Db } from './store.ts'

/** What changes of one occurrence and of it and all that follow have in common. */

export type OccurrenceChange = z.infer<typeof occurrenceChange>

export interface Named {
  readonly broadcastId: string
  readonly originalStartAt: InstantMs
  /** As which the series was looked at. */
  readonly ifMatch?: IfMatch | undefined
}

/** @throws Problem by the actor's rights, when it was changed meanwhile, and `broadcast-cancelled` */
export async function loadNamed(tx: Db, actor: Actor, { broadcastId, ifMatch }: Named): Promise<BroadcastRow> {
  const row = await loadBroadcast(tx, broadcastId)
  assertMay(actor, 'broadcasts.edit', row.areaPath)
  await assertUnedited(tx, actor, ifMatch, row)
  if (row.cancelledAt !== null) throw new Problem('broadcast-cancelled')
  return row
}

/** `waiting`: it has begun by its plan and sounds nowhere yet; `cancelled`: it was ended before it sounded. */
export function standingOf(
  begun: BegunOccurrence | undefined,
  now: InstantMs,
): 'planned' | 'waiting' | 'cancelled' | 'begun' {
  if (begun === undefined) return 'planned'
  const { endedEarlyAt, soundsFrom } = begun
  if (endedEarlyAt !== null) return endedEarlyAt < soundsFrom ? 'cancelled' : 'begun'
  return soundsFrom > now ? 'waiting' : 'begun'
}

/** When it airs, as a client would have to say it. */
export const timesAsked = (row: BroadcastRow) => ({
  priority: row.priority,
  rule: row.rule,
  firstDate: row.firstDate,
  localTimes: [...row.localTimes],
  lastDate: row.lastDate,
  extraDates: [...row.extraDates],
  exceptDates: [...row.exceptDates],
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }
export const withoutUndefined = <T extends object>(value: T): Partial<Defined<T>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<T>>
