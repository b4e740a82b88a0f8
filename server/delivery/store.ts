import type { Pool } from 'pg'
import { z } from 'zod'
import { areaId, type DeviceId, deviceId, hashBytes, type Sha256, sha256 } from '#protocol/ids.ts'
import type { ClipsHeld } from '#protocol/link.ts'
import { dayPlan, targetContent } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import { joinContent, sharedFields } from './rules.ts'

/** Which devices a compilation concerns. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly areaIds: readonly string[]; readonly deviceIds: readonly string[] }

/** Before every id. */
const NIL_ID = '00000000-0000-0000-0000-000000000000'

const deviceRow = z.object({
  id: deviceId,
  areaId: z.string(),
  volumePercent: z.number().int(),
  maxVolumePercent: z.number().int(),
  emergencyVolumePercent: z.number().int(),
  muted: z.boolean(),
  languages: z.array(z.string()),
  groupIds: z.array(z.string()),
  contentHash: z.string().nullable(),
})
export type DeviceRow = z.infer<typeof deviceRow>

/**
 * A page of the devices in service within the scope, by id, after `afterId`. `areas`: those in which the scope's devices
 * stand; a page that asked each area anew whether it belongs would read all devices again.
 */
export async function readDevices(
  pool: Pool,
  scope: Scope,
  areas: Iterable<ScopeArea>,
  afterId: string | null,
  limit: number,
): Promise<DeviceRow[]> {
  const some = scope.kind === 'some'
  const within = some ? [...areas].filter(({ path }) => path.some((id) => scope.areaIds.includes(id))) : []
  const { rows } = await pool.query(
    `SELECT d.id, d.area_id AS "areaId", d.volume_percent AS "volumePercent",
            d.max_volume_percent AS "maxVolumePercent",
            d.emergency_volume_percent AS "emergencyVolumePercent", d.muted, coalesce(d.languages, '{}') AS languages,
            ARRAY(SELECT m.group_id::text FROM device_group_member m JOIN device_group g ON g.id = m.group_id
                   WHERE m.device_id = d.id AND g.removed_at IS NULL ORDER BY m.group_id) AS "groupIds",
            t.content_hash AS "contentHash"
       FROM device d LEFT JOIN device_target t ON t.device_id = d.id
      WHERE d.retired_at IS NULL AND d.id > $1::uuid
        AND ($2::boolean OR d.area_id = ANY($3::uuid[]) OR d.id = ANY($4::uuid[]))
      ORDER BY d.id LIMIT $5`,
    [afterId ?? NIL_ID, !some, within.map(({ id }) => id), some ? scope.deviceIds : [], limit],
  )
  return z.array(deviceRow).parse(rows)
}

const scopeArea = z.object({ id: z.string(), path: z.array(areaId), timeZone: z.string() })
export type ScopeArea = z.infer<typeof scopeArea>

/** The areas in which the scope's devices stand, and every time zone in use. */
export async function readScopeAreas(
  pool: Pool,
  scope: Scope,
): Promise<{ areas: ReadonlyMap<string, ScopeArea>; timeZones: string[] }> {
  const some = scope.kind === 'some'
  const { rows } = await pool.query(
    `SELECT DISTINCT a.id, a.path::text[] AS path, a.time_zone AS "timeZone"
       FROM area a JOIN device d ON d.area_id = a.id
      WHERE d.retired_at IS NULL AND ($1::boolean OR a.path && $2::uuid[] OR d.id = ANY($3::uuid[]))`,
    [!some, some ? scope.areaIds : [], some ? scope.deviceIds : []],
  )
  const areas = z.array(scopeArea).parse(rows)
  return {
    areas: new Map(areas.map((area) => [area.id, area])),
    timeZones: [...new Set(areas.map((area) => area.timeZone))],
  }
}

/** Keeps day plans; one that is there already is only marked as used, at most once a day. */
export async function keepDayPlans(
  pool: Pool,
  plans: readonly { readonly sha256: string; readonly bytes: Buffer }[],
  at: Date,
): Promise<void> {
  if (plans.length === 0) return
  await pool.query(
    `INSERT INTO day_plan AS p (sha256, bytes, created_at, last_used_at)
     SELECT sha256, decode(bytes, 'base64'), $3, $3 FROM unnest($1::text[], $2::text[]) AS n(sha256, bytes)
     ON CONFLICT (sha256) DO UPDATE SET last_used_at = excluded.last_used_at
      WHERE p.last_used_at < excluded.last_used_at - interval '1 day'`,
    [plans.map((plan) => plan.sha256), plans.map((plan) => plan.bytes.toString('base64')), at],
  )
}

/** Day plans that no target has named for `days` days. */
export async function sweepDayPlans(pool: Pool, now: Date, days: number): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM day_plan WHERE last_used_at < $1::timestamptz - $2 * interval '1 day'`,
    [now, days],
  )
  return rowCount ?? 0
}

/** What the targets of a class of devices have in common: kept once, and named by the targets. */
export interface SharedContent {
  /** Names it; of exactly this text. */
  readonly sha256: Sha256
  readonly json: string
}

/** Keeps what targets have in common; what is there already is only marked as used, at most once a day. */
export async function keepSharedContents(pool: Pool, contents: readonly SharedContent[], at: Date): Promise<void> {
  if (contents.length === 0) return
  await pool.query(
    `INSERT INTO shared_target AS s (sha256, content, last_used_at)
     SELECT sha256, content::jsonb, $3 FROM unnest($1::text[], $2::text[]) AS n(sha256, content)
     ON CONFLICT (sha256) DO UPDATE SET last_used_at = excluded.last_used_at
      WHERE s.last_used_at < excluded.last_used_at - interval '1 day'`,
    [contents.map((one) => one.sha256), contents.map((one) => one.json), at],
  )
}

/** What no target has in common with others any more, and none has had for `days` days. */
export async function sweepSharedContents(pool: Pool, now: Date, days: number): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM shared_target s WHERE s.last_used_at < $1::timestamptz - $2 * interval '1 day'
        AND NOT EXISTS (SELECT FROM device_target t WHERE t.shared_sha256 = s.sha256)`,
    [now, days],
  )
  return rowCount ?? 0
}

export interface CompiledTarget {
  readonly deviceId: DeviceId
  /** Of the whole content as text: the device's own part, then what it shares (`joinContent`). */
  readonly contentHash: Sha256
  readonly ownJson: string
  readonly shared: SharedContent
  readonly expiresAt: InstantMs
}

/** A target that is to be held, as it is signed and sent. */
export interface TargetRow extends CompiledTarget {
  readonly revision: number
}

/**
 * Keeps targets whose content is another than before, and raises their revision in the same statement: nobody ever sees
 * new content under an old number. Answers those that changed.
 */
export async function keepTargets(pool: Pool, targets: readonly CompiledTarget[], at: Date): Promise<TargetRow[]> {
  if (targets.length === 0) return []
  const { rows } = await pool.query(
    `INSERT INTO device_target AS t (device_id, revision, content_hash, own, shared_sha256, updated_at)
     SELECT device_id, 1, content_hash, own::jsonb, shared_sha256, $5
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n(device_id, content_hash, own, shared_sha256)
     ON CONFLICT (device_id) DO UPDATE
       SET revision = t.revision + 1, content_hash = excluded.content_hash, own = excluded.own,
           shared_sha256 = excluded.shared_sha256, updated_at = excluded.updated_at
     WHERE t.content_hash <> excluded.content_hash
     RETURNING device_id AS "deviceId", revision`,
    [
      targets.map((target) => target.deviceId),
      targets.map((target) => target.contentHash),
      targets.map((target) => target.ownJson),
      targets.map((target) => target.shared.sha256),
      at,
    ],
  )
  const revisions = new Map<string, number>(
    z
      .array(z.object({ deviceId: z.string(), revision: z.number().int() }))
      .parse(rows)
      .map((row) => [row.deviceId, row.revision]),
  )
  return targets.flatMap((target) => {
    const revision = revisions.get(target.deviceId)
    return revision === undefined ? [] : [{ ...target, revision }]
  })
}

const targetHead = z.object({ deviceId, revision: z.number().int(), contentHash: sha256 })
export type TargetHead = z.infer<typeof targetHead>

/** Which target a device is to hold, without what it says. */
export async function readTargetHead(pool: Pool, id: string): Promise<TargetHead | undefined> {
  const { rows } = await pool.query({
    name: 'target-head',
    text: `SELECT t.device_id AS "deviceId", t.revision, t.content_hash AS "contentHash"
             FROM device_target t JOIN device d ON d.id = t.device_id
            WHERE t.device_id = $1::uuid AND d.retired_at IS NULL`,
    values: [id],
  })
  return rows[0] === undefined ? undefined : targetHead.parse(rows[0])
}

const targetRow = targetHead.extend({
  own: targetContent.omit(sharedFields),
  sharedSha256: sha256,
  shared: targetContent.pick(sharedFields),
})

/** Targets as they are kept. The schema gives back the order of fields that the hash is of. */
export async function readTargets(pool: Pool, deviceIds: readonly string[]): Promise<TargetRow[]> {
  const { rows } = await pool.query(
    `SELECT t.device_id AS "deviceId", t.revision, t.content_hash AS "contentHash", t.own,
            t.shared_sha256 AS "sharedSha256", s.content AS shared
       FROM device_target t JOIN device d ON d.id = t.device_id JOIN shared_target s ON s.sha256 = t.shared_sha256
      WHERE t.device_id = ANY($1::uuid[]) AND d.retired_at IS NULL`,
    [deviceIds],
  )
  return z
    .array(targetRow)
    .parse(rows)
    .map(({ own, shared, sharedSha256, ...row }) => {
      const [ownJson, json] = [JSON.stringify(own), JSON.stringify(shared)]
      if (hashBytes(joinContent(ownJson, json)) !== row.contentHash)
        throw new Error(`the target of ${row.deviceId} does not hash to ${row.contentHash} any more`)
      return { ...row, ownJson, shared: { sha256: sharedSha256, json }, expiresAt: shared.horizonEndsAt }
    })
}

/** Lifts a revision; never lowers it. */
export async function raiseRevision(pool: Pool, id: string, revision: number): Promise<void> {
  await pool.query('UPDATE device_target SET revision = $2 WHERE device_id = $1 AND revision < $2', [id, revision])
}

/**
 * Online devices that, by the newest that they said (readiness, or hello), do not hold the target that they should: a
 * page by id, after `afterId`.
 */
export async function readLagging(pool: Pool, afterId: string | null, limit: number): Promise<DeviceId[]> {
  const { rows } = await pool.query(
    `SELECT t.device_id
       FROM device_target t
       JOIN device d ON d.id = t.device_id AND d.retired_at IS NULL
       JOIN device_presence p ON p.device_id = t.device_id AND p.online
       LEFT JOIN device_readiness r ON r.device_id = t.device_id
      WHERE ($1::uuid IS NULL OR t.device_id > $1)
        AND t.revision <> coalesce(
          CASE WHEN r.reported_at >= p.since THEN r.target_revision END, (p.hello ->> 'targetRevision')::bigint, 0)
      ORDER BY t.device_id LIMIT $2`,
    [afterId, limit],
  )
  return z
    .array(z.object({ device_id: deviceId }))
    .parse(rows)
    .map((row) => row.device_id)
}

/** Keeps what a device says it holds; answers the path of its area. Undefined: no installation of it is in force. */
export async function keepReadiness(
  pool: Pool,
  id: string,
  held: ClipsHeld,
  at: Date,
): Promise<readonly string[] | undefined> {
  const { rows } = await pool.query(
    `WITH kept AS (
       INSERT INTO device_readiness (device_id, target_revision, held, missing, reported_at)
       SELECT id, $2, $3::text[], $4::text[], $5 FROM device d WHERE id = $1
          AND EXISTS (SELECT FROM installation i WHERE i.device_id = d.id AND i.revoked_at IS NULL)
       ON CONFLICT (device_id) DO UPDATE SET target_revision = excluded.target_revision, held = excluded.held,
         missing = excluded.missing, reported_at = excluded.reported_at
       RETURNING device_id
     )
     SELECT a.path::text[] AS path FROM kept k JOIN device d ON d.id = k.device_id JOIN area a ON a.id = d.area_id`,
    [id, held.targetRevision, held.held, held.missing, at],
  )
  return z.array(z.object({ path: z.array(z.string()) })).parse(rows)[0]?.path
}

/** The day plans that the device's target names; none for a device without an installation in force. */
export async function readPlanHashes(pool: Pool, id: string): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT day -> 'plan' ->> 'sha256' AS sha256
       FROM device_target t JOIN device d ON d.id = t.device_id JOIN shared_target s ON s.sha256 = t.shared_sha256,
            jsonb_array_elements(s.content -> 'days') AS day
      WHERE t.device_id = $1 AND d.retired_at IS NULL
        AND EXISTS (SELECT FROM installation i WHERE i.device_id = d.id AND i.revoked_at IS NULL)`,
    [id],
  )
  return z
    .array(z.object({ sha256 }))
    .parse(rows)
    .map((row) => row.sha256)
}

export interface StoredPlan {
  readonly sha256: string
  readonly bytes: Buffer
  /** Clips that it names. */
  readonly clips: ReadonlySet<string>
}

const planRow = z.object({ sha256, bytes: z.instanceof(Buffer) })

export async function readDayPlans(pool: Pool, hashes: readonly string[]): Promise<StoredPlan[]> {
  if (hashes.length === 0) return []
  const { rows } = await pool.query('SELECT sha256, bytes FROM day_plan WHERE sha256 = ANY($1::text[])', [hashes])
  return z
    .array(planRow)
    .parse(rows)
    .map((row) => {
      const plan = dayPlan.parse(JSON.parse(row.bytes.toString('utf8')))
      const items = plan.occurrences.flatMap((occurrence) => occurrence.items)
      return { ...row, clips: new Set<string>(items.map((item) => item.clip.sha256)) }
    })
}
