import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Outcome, ReportedPlay } from '#server/airtime/rules.ts'
import { selectOutcomes } from '#server/airtime/store.ts'
import { toDate, toInstant } from '#server/clock.ts'
import type { ExplainedItem, PlanFacts } from './explain-rules.ts'
import { type BegunOccurrence, deviceOutcome } from './occurrence-store.ts'
import type { Db } from './store.ts'

/** Which of an occurrence's devices: those in `roots`, as of an instant. */
export interface Selection {
  readonly occurrenceId: string
  readonly roots: readonly string[]
  readonly asOf: InstantMs
}

const itemsOf = ({ occurrenceId, roots, asOf }: Selection): Prisma.Sql =>
  selectOutcomes(Prisma.sql`e.occurrence_id = ${occurrenceId} AND e.area_path && ${roots}::uuid[]`, toDate(asOf))

/** A device rounds the end of a play to periods of sound. */
const CUT_TOLERANCE_MS = 1_000

/**
 * The items with the reason as it is told: a device knows of a suspension only as the end of its permitted hours, the
 * server which of the two it was.
 */
export const toldItems = (items: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT x.occurrence_id, x.item_id, x.language, x.device_id, x.start_at, x.duration_ms, x.planned_end_at, x.outcome,
    x.is_reported, x.is_open,
    CASE WHEN x.is_reported AND x.outcome <> 'cancelled' AND x.reason = 'outside-hours' AND EXISTS (
      SELECT FROM area a JOIN suspension s ON s.area_id = ANY(a.path)
      WHERE a.id = x.area_id
        AND coalesce(x.ended_at, x.start_at) >= greatest(s.starts_at, s.created_at)
          - ${CUT_TOLERANCE_MS}::int * interval '1 millisecond'
        AND coalesce(x.ended_at, x.start_at) < least(s.ends_at, s.lifted_at)
    ) THEN 'suspended' ELSE x.reason END AS reason
  FROM (${items}) x`

export interface SuspendedItem {
  readonly deviceId: string
  readonly itemId: string
  readonly language: string
}

/** What these devices reported as outside their hours, and a suspension kept silent or cut off. */
export function readSuspendedItems(
  db: Db,
  selection: Selection,
  deviceIds: readonly string[],
): Promise<SuspendedItem[]> {
  const where = Prisma.sql`e.occurrence_id = ${selection.occurrenceId} AND e.device_id = ANY(${deviceIds}::uuid[])`
  return db.$queryRaw<SuspendedItem[]>`
    SELECT i.device_id AS "deviceId", i.item_id AS "itemId", i.language
      FROM (${toldItems(selectOutcomes(where, toDate(selection.asOf)))}) i
     WHERE i.is_reported AND i.reason = 'suspended'`
}

export interface PagedDevice {
  readonly id: string
  readonly name: string
  readonly areaName: string
  readonly outcome: Outcome
}

/** Devices by area, name and id, those after the device `after`, with their outcome. */
export function readDevicePage(
  db: Db,
  selection: Selection,
  page: { readonly outcome: Outcome | undefined; readonly after: string | undefined; readonly limit: number },
): Promise<PagedDevice[]> {
  const { occurrenceId, roots } = selection
  const isWanted = page.outcome === undefined ? Prisma.sql`true` : Prisma.sql`v.outcome = ${page.outcome}`
  const isAfter =
    page.after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(a.name, d.name, d.id) > (
          SELECT ca.name, cd.name, cd.id FROM expected_play ce JOIN device cd ON cd.id = ce.device_id
            JOIN area ca ON ca.id = ce.area_id
           WHERE ce.occurrence_id = ${occurrenceId} AND ce.device_id = ${page.after}::uuid
             AND ce.area_path && ${roots}::uuid[]
           LIMIT 1)`
  return db.$queryRaw<PagedDevice[]>`
    WITH items AS (${itemsOf(selection)}), devices AS (
      SELECT device_id, area_id, ${deviceOutcome} AS outcome FROM items GROUP BY device_id, area_id
    )
    SELECT d.id, d.name, a.name AS "areaName", v.outcome
      FROM devices v JOIN device d ON d.id = v.device_id JOIN area a ON a.id = v.area_id
     WHERE ${isWanted} AND ${isAfter}
     ORDER BY a.name, d.name, d.id LIMIT ${page.limit}`
}

export interface ReasonCount {
  readonly outcome: Outcome
  readonly reason: string | null
  readonly items: number
  readonly devices: number
}
export type CoarseCount = ReasonCount & { readonly isSilent: boolean }

/**
 * The device told nothing of the item, and `explainOutcome` may know more than the sums in SQL do: it is certain that it
 * was silent, or nothing of it can report any more.
 */
const IS_SILENT = Prisma.sql`(
  NOT i.is_reported AND (i.outcome = 'missed' OR i.outcome = 'unknown' AND i.device_id NOT IN (
    SELECT device_id FROM installation WHERE revoked_at IS NULL)))`

/** How often each outcome and reason, as SQL knows it. */
export function countReasons(db: Db, selection: Selection): Promise<CoarseCount[]> {
  return db.$queryRaw<CoarseCount[]>`
    WITH i AS (${toldItems(itemsOf(selection))})
    SELECT outcome, reason, ${IS_SILENT} AS "isSilent", count(*)::int AS items, count(DISTINCT device_id)::int AS devices
      FROM i GROUP BY 1, 2, 3`
}

export interface SilentItem extends ExplainedItem {
  readonly deviceId: string
  readonly outcome: Outcome
  readonly reason: string | null
}

/** The items that `countReasons` calls silent, up to `limit`. */
export async function readSilentItems(db: Db, selection: Selection, limit: number): Promise<SilentItem[]> {
  const rows = await db.$queryRaw<(Omit<SilentItem, 'startAt' | 'leftOut'> & { startAt: Date })[]>`
    WITH i AS (${itemsOf(selection)})
    SELECT device_id AS "deviceId", outcome, reason, start_at AS "startAt", duration_ms AS "durationMs"
      FROM i WHERE ${IS_SILENT} LIMIT ${limit}`
  // What the plan left out is cancelled, never silent.
  return rows.map((row) => ({ ...row, startAt: toInstant(row.startAt), leftOut: null }))
}

/** When the plan that contains the occurrence was changed last before it began. */
export async function readPlanChangedAt(db: Db, begun: BegunOccurrence): Promise<PlanFacts['changedAt']> {
  const [row] = await db.$queryRaw<{ changedAt: Date | null }[]>`
    SELECT max(at) AS "changedAt" FROM (
      -- Of a series that was edited after the start, when it was edited before is not known: since it was made.
      SELECT CASE WHEN b.updated_at <= ${toDate(begun.startAt)} THEN b.updated_at ELSE b.created_at END AS at
        FROM broadcast b WHERE b.id = ${begun.broadcastId}::uuid
      UNION ALL
      SELECT p.updated_at FROM broadcast b JOIN programme p ON p.id = b.programme_id WHERE b.id = ${begun.broadcastId}::uuid
      UNION ALL
      SELECT c.changed_at FROM occurrence_change c WHERE c.broadcast_id = ${begun.broadcastId}::uuid
      UNION ALL
      SELECT coalesce(r.decided_at, r.created_at) FROM bulletin_revision r
       WHERE r.id IN (SELECT revision_id FROM expected_play WHERE occurrence_id = ${begun.id})
    ) changes WHERE at <= ${toDate(begun.startAt)}`
  return row?.changedAt == null ? begun.startAt : toInstant(row.changedAt)
}

export interface ExpectedItem extends ExplainedItem {
  readonly deviceId: string
  readonly itemId: string
  readonly language: string
  readonly title: string
  readonly clip: string
  /** From here on nothing of it sounds any more on this device. */
  readonly settledAt: InstantMs
}

/** What these devices were to play of the occurrence, by start. */
export async function readExpectedItems(
  db: Db,
  occurrenceId: string,
  deviceIds: readonly string[],
): Promise<ExpectedItem[]> {
  const rows = await db.expectedPlay.findMany({
    where: { occurrenceId, deviceId: { in: [...deviceIds] } },
    select: {
      deviceId: true,
      itemId: true,
      language: true,
      title: true,
      clip: true,
      startAt: true,
      durationMs: true,
      settledAt: true,
      leftOut: true,
    },
    orderBy: [{ startAt: 'asc' }, { itemId: 'asc' }, { language: 'asc' }],
  })
  return rows.map((row) => ({ ...row, startAt: toInstant(row.startAt), settledAt: toInstant(row.settledAt) }))
}

const instantOrNull = (date: Date | null): InstantMs | null => (date === null ? null : toInstant(date))

export type DevicePlay = ReportedPlay & {
  readonly deviceId: string
  readonly itemId: string | null
  readonly language: string | null
  readonly volumePercent: number | null
}

export async function readDevicePlays(
  db: Db,
  occurrenceId: string,
  deviceIds: readonly string[],
): Promise<DevicePlay[]> {
  const rows = await db.play.findMany({
    where: { occurrenceId, deviceId: { in: [...deviceIds] } },
    select: {
      id: true,
      deviceId: true,
      itemId: true,
      language: true,
      plannedStartAt: true,
      startedAt: true,
      endedAt: true,
      heardMs: true,
      volumePercent: true,
      outcome: true,
      reason: true,
    },
  })
  return rows.map((row) => ({
    ...row,
    plannedStartAt: toInstant(row.plannedStartAt),
    startedAt: instantOrNull(row.startedAt),
    endedAt: instantOrNull(row.endedAt),
  }))
}

const heldRow = z.object({ deviceId: z.string(), ledgerId: z.string(), seq: z.number().int(), text: z.string() })
/** One entry of a device's ledger. */
export interface DeviceEntry {
  readonly deviceId: string
  readonly entry: z.infer<typeof ledgerEntry>
}

/** What does not decode (a later version's entry) tells nothing here. */
function decodeEntries(rows: unknown): DeviceEntry[] {
  return z
    .array(heldRow)
    .parse(rows)
    .flatMap(({ deviceId, text }) => {
      const { data } = ledgerEntry.safeParse(JSON.parse(text))
      return data === undefined ? [] : [{ deviceId, entry: data }]
    })
}

/** Entries that tell of this occurrence, and what happened while it played (boots, clock steps). */
export async function readEntriesAbout(
  db: Db,
  occurrenceId: string,
  deviceIds: readonly string[],
): Promise<DeviceEntry[]> {
  const rows = await db.$queryRaw`
    SELECT DISTINCT p.device_id AS "deviceId", e.ledger_id AS "ledgerId", e.seq, convert_from(e.bytes, 'UTF8') AS text
      FROM play p JOIN ledger_entry e ON e.ledger_id = p.ledger_id
       AND e.seq BETWEEN p.started_seq AND least(coalesce(p.ended_seq, p.started_seq), p.started_seq + 100)
     WHERE p.occurrence_id = ${occurrenceId} AND p.device_id = ANY(${deviceIds}::uuid[])
     ORDER BY e.ledger_id, e.seq`
  return decodeEntries(rows).filter(({ entry }) => {
    if (entry.type === 'boot' || entry.type === 'clock-stepped') return true
    if (entry.type === 'missed') return entry.occurrenceId === occurrenceId
    return 'play' in entry && entry.play.occurrenceId === occurrenceId
  })
}

/** Entries before and after an instant, by their numbers: a clock that was wrong does not hide them. */
const [ENTRIES_BEFORE, ENTRIES_AFTER] = [2, 8]

/** The last entries of each ledger up to `at` and the next ones after, in order. */
export async function readEntriesAround(db: Db, at: InstantMs, deviceIds: readonly string[]): Promise<DeviceEntry[]> {
  const rows = await db.$queryRaw`
    SELECT l.device_id AS "deviceId", e.ledger_id AS "ledgerId", e.seq, convert_from(e.bytes, 'UTF8') AS text
      FROM ledger l
      LEFT JOIN LATERAL (SELECT seq FROM ledger_entry WHERE ledger_id = l.id AND at <= ${toDate(at)}
                          ORDER BY at DESC, seq DESC LIMIT 1) anchor ON true
      JOIN ledger_entry e ON e.ledger_id = l.id
       AND e.seq BETWEEN coalesce(anchor.seq, 1) - ${ENTRIES_BEFORE}::int AND coalesce(anchor.seq, 1) + ${ENTRIES_AFTER}::int
     WHERE l.device_id = ANY(${deviceIds}::uuid[])
     ORDER BY l.created_at, l.id, e.seq`
  return decodeEntries(rows)
}
