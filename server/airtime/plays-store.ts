import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import { hashBytes } from '#protocol/ids.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { isPlayOf, selectOutcomes } from './store.ts'
import type { AirtimeFilter } from './sums-store.ts'

type Db = Prisma.TransactionClient

/** One expected play, or (`playId`) one that no frozen plan explains. */
export interface PlayLine {
  occurrenceId: string | null
  itemId: string | null
  playId: string | null
  deviceId: string
  deviceName: string
  areaName: string
  title: string | null
  topic: string
  campaign: string
  language: string
  priority: string
  startAt: Date
  durationMs: number
  heardMs: number
  startedAt: Date | null
  endedAt: Date | null
  outcome: 'played' | 'partial' | 'missed' | 'cancelled' | 'unknown' | 'extra'
  reason: string | null
}

const placeOf = (filter: Pick<AirtimeFilter, 'roots' | 'within'>, path: Prisma.Sql): Prisma.Sql => {
  const within = filter.within ?? null
  return Prisma.sql`${path} && ${filter.roots}::uuid[] AND (${within}::uuid[] IS NULL OR ${path} && ${within}::uuid[])`
}
const equals = (column: Prisma.Sql, value: string | undefined, cast = Prisma.empty): Prisma.Sql =>
  value === undefined ? Prisma.sql`true` : Prisma.sql`${column} = ${value}${cast}`
const uuid = Prisma.sql`::uuid`

/** The keys of a line, by planned start: where the next page begins. */
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid(), z.string(), z.uuid(), z.string()])
export type PlayCursor = z.infer<typeof cursorSchema>
export const writeCursor = (cursor: PlayCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Undefined for what we did not write. */
export function readCursor(text: string): PlayCursor | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
export const cursorOf = (line: PlayLine): PlayCursor => [
  line.startAt.toISOString(),
  line.deviceId,
  line.occurrenceId ?? '',
  line.itemId ?? '',
  line.language,
]

/** The next `limit` expected plays after `after`, by planned start, with what became of them. */
export function listExpected(
  db: Db,
  filter: AirtimeFilter,
  page: { readonly after: PlayCursor | undefined; readonly limit: number },
  asOf: Date,
): Promise<PlayLine[]> {
  const [at, deviceId, occurrenceId, itemId, language] = page.after ?? []
  const isAfter =
    page.after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(e.start_at, e.device_id, e.occurrence_id, e.item_id, e.language) >
          (${at}::timestamptz, ${deviceId}::uuid, ${occurrenceId}, ${itemId}::uuid, ${language})
          AND e.start_at >= ${at}::timestamptz`
  const keys = Prisma.sql`
    JOIN (
      SELECT e.occurrence_id, e.item_id, e.language, e.device_id
      FROM expected_play e JOIN occurrence o ON o.id = e.occurrence_id
      WHERE e.start_at >= ${filter.from} AND e.start_at < ${filter.to} AND ${placeOf(filter, Prisma.sql`e.area_path`)}
        AND ${equals(Prisma.sql`e.device_id`, filter.deviceId, uuid)} AND ${equals(Prisma.sql`e.topic`, filter.topic)}
        AND ${equals(Prisma.sql`coalesce(e.campaign, '')`, filter.campaign)}
        AND ${equals(Prisma.sql`e.language`, filter.language)}
        AND ${equals(Prisma.sql`o.priority::text`, filter.priority)} AND ${isAfter}
      ORDER BY e.start_at, e.device_id, e.occurrence_id, e.item_id, e.language LIMIT ${page.limit}
    ) k ON k.occurrence_id = e.occurrence_id AND k.item_id = e.item_id AND k.language = e.language
      AND k.device_id = e.device_id`
  return readLines(db, selectOutcomes(Prisma.sql`true`, asOf, keys))
}

const readLines = (db: Db, outcomes: Prisma.Sql): Promise<PlayLine[]> => db.$queryRaw<PlayLine[]>`
  SELECT x.occurrence_id AS "occurrenceId", x.item_id AS "itemId", NULL AS "playId", x.device_id AS "deviceId",
    d.name AS "deviceName", a.name AS "areaName", x.title, x.topic, x.campaign, x.language, x.priority,
    x.start_at AS "startAt", x.duration_ms AS "durationMs", x.heard_ms AS "heardMs", x.started_at AS "startedAt",
    x.ended_at AS "endedAt", x.outcome, x.reason
  FROM (${outcomes}) x JOIN device d ON d.id = x.device_id JOIN area a ON a.id = x.area_id
  ORDER BY x.start_at, x.device_id, x.occurrence_id, x.item_id, x.language`

/** What was heard without a frozen plan, by planned start; those after the play `after`. */
export function listExtras(
  db: Db,
  filter: AirtimeFilter,
  page: { readonly after: PlayLine | undefined; readonly limit: number },
): Promise<PlayLine[]> {
  const { after, limit } = page
  const isAfter =
    after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(p.planned_start_at, p.id) > (${after.startAt}::timestamptz, ${after.playId})`
  return db.$queryRaw<PlayLine[]>`
    SELECT * FROM (
      SELECT p.occurrence_id AS "occurrenceId", p.item_id AS "itemId", p.id AS "playId", p.device_id AS "deviceId",
        d.name AS "deviceName", a.name AS "areaName", coalesce(al.title, o.title) AS title,
        CASE WHEN p.alert_id IS NULL THEN 'unplanned' ELSE 'emergency' END AS topic, '' AS campaign,
        coalesce(p.language, CASE WHEN p.alert_id IS NULL THEN 'unplanned' ELSE 'emergency' END) AS language,
        CASE WHEN p.alert_id IS NULL THEN 'unplanned' ELSE 'emergency' END AS priority,
        p.planned_start_at AS "startAt", 0 AS "durationMs", p.heard_ms AS "heardMs", p.started_at AS "startedAt",
        p.ended_at AS "endedAt", 'extra' AS outcome, p.reason
      FROM play p JOIN device d ON d.id = p.device_id JOIN area a ON a.id = p.area_id
        LEFT JOIN alert al ON al.id = p.alert_id LEFT JOIN occurrence o ON o.id = p.occurrence_id
      WHERE p.planned_start_at >= ${filter.from} AND p.planned_start_at < ${filter.to} AND p.heard_ms > 0
        AND ${placeOf(filter, Prisma.sql`p.area_path`)} AND ${equals(Prisma.sql`p.device_id`, filter.deviceId, uuid)}
        AND ${isAfter} AND NOT EXISTS (SELECT FROM expected_play e WHERE ${isPlayOf})
    ) x
    WHERE ${equals(Prisma.sql`x.topic`, filter.topic)} AND ${equals(Prisma.sql`x.campaign`, filter.campaign)}
      AND ${equals(Prisma.sql`x.language`, filter.language)} AND ${equals(Prisma.sql`x.priority`, filter.priority)}
    ORDER BY x."startAt", x."playId" LIMIT ${limit}`
}

export interface EvidenceKey {
  readonly deviceId: string
  readonly occurrenceId?: string | undefined
  readonly itemId?: string | undefined
  readonly language?: string | undefined
  readonly playId?: string | undefined
}

/** The one line that the key names, where one may read it. */
export async function findLine(
  db: Db,
  key: EvidenceKey,
  roots: readonly string[],
  asOf: Date,
): Promise<PlayLine | undefined> {
  if (key.playId !== undefined) {
    const [row] = await db.$queryRaw<{ at: Date }[]>`
      SELECT planned_start_at AS at FROM play WHERE id = ${key.playId} AND device_id = ${key.deviceId}::uuid`
    if (row === undefined) return undefined
    const filter = { from: row.at, to: new Date(row.at.getTime() + 1), roots, within: undefined, tops: [] }
    const found = await listExtras(db, { ...filter, deviceId: key.deviceId }, { after: undefined, limit: 1_000 })
    return found.find((line) => line.playId === key.playId)
  }
  const where = Prisma.sql`e.device_id = ${key.deviceId}::uuid AND e.occurrence_id = ${key.occurrenceId}
    AND e.item_id = ${key.itemId}::uuid AND e.language = ${key.language} AND e.area_path && ${roots}::uuid[]`
  const [line] = await readLines(db, selectOutcomes(where, asOf))
  return line
}

export interface Report {
  id: string
  ledgerId: string
  startedAt: Date | null
  endedAt: Date | null
  heardMs: number
  volumePercent: number | null
  outcome: string | null
  reason: string | null
  clock: string
  targetRevision: number
  clip: string
  startedSeq: number
  endedSeq: number | null
}

/** What the device reported of it, by start. */
export const listReports = (db: Db, key: EvidenceKey): Promise<Report[]> =>
  db.play.findMany({
    where:
      key.playId === undefined
        ? {
            deviceId: key.deviceId,
            occurrenceId: key.occurrenceId ?? null,
            itemId: key.itemId ?? null,
            OR: [{ language: key.language ?? null }, { language: null }],
          }
        : { id: key.playId, deviceId: key.deviceId },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    take: 50,
  })

export interface EvidenceEntry {
  readonly ledgerId: string
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly receivedAt: Date
  readonly hash: string
  readonly isIntact: boolean
}

const entryRow = z.object({
  ledgerId: z.string(),
  seq: z.number().int(),
  type: z.string(),
  at: z.date(),
  receivedAt: z.date(),
  hash: z.string(),
  prevHash: z.string().nullable(),
  text: z.string(),
})
/** Between a start and its end stand segments and what else happened meanwhile. */
const MAX_ENTRIES_BETWEEN = 200

/** The entries of the ledger that tell of this play, each verified now against its own bytes and the one before it. */
export async function readPlayEntries(db: Db, report: Report): Promise<EvidenceEntry[]> {
  const { ledgerId, startedSeq } = report
  const endedSeq = report.endedSeq ?? startedSeq
  // One that began in a ledger that was given up ends in the next one of the same installation.
  const rows = await db.$queryRaw`
    SELECT e.ledger_id::text AS "ledgerId", e.seq, e.type, e.at, e.received_at AS "receivedAt", e.hash,
      b.hash AS "prevHash", convert_from(e.bytes, 'UTF8') AS text
    FROM ledger_entry e LEFT JOIN ledger_entry b ON b.ledger_id = e.ledger_id AND b.seq = e.seq - 1
    WHERE (e.ledger_id = ${ledgerId}::uuid AND e.seq BETWEEN ${startedSeq}::int
            AND least(greatest(${endedSeq}::int, ${startedSeq}::int), ${startedSeq}::int + ${MAX_ENTRIES_BETWEEN}::int))
       OR (e.seq = ${endedSeq}::int AND e.ledger_id IN (
            SELECT l.id FROM ledger l WHERE l.installation_id = (SELECT installation_id FROM ledger WHERE id = ${ledgerId}::uuid)))
    ORDER BY e.received_at, e.ledger_id, e.seq`
  return z
    .array(entryRow)
    .parse(rows)
    .flatMap(({ text, prevHash, ...entry }) => {
      const { data } = ledgerEntry.safeParse(JSON.parse(text))
      if (data === undefined) return []
      const isOwn = 'play' in data ? data.play.playId === report.id : data.type === 'missed' && entry.seq === startedSeq
      if (!isOwn) return []
      const before = entry.seq === 1 ? emptyLedgerHash : prevHash
      return [{ ...entry, isIntact: hashBytes(text) === entry.hash && data.prevHash === before }]
    })
}

/** Up to when the device has reported everything; null: nothing yet. */
export async function findCompleteUntil(db: Db, deviceId: string): Promise<Date | null> {
  const { _max } = await db.ledger.aggregate({ where: { deviceId }, _max: { completeUntil: true } })
  return _max.completeUntil
}

/** Where it stands in or below one of `roots`. */
export async function findAreaName(db: Db, id: string, roots: readonly string[]): Promise<string | undefined> {
  const area = await db.area.findFirst({ where: { id, path: { hasSome: [...roots] } }, select: { name: true } })
  return area?.name
}
