import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'

/** What a programme says: what of it may air as things stand, and what it will be. */

/**
 * What counts of a programme. `airable`: what may air as things stand; devices are told no more, and no more is expected of
 * them. `intended`: what it will be when all of it is approved; plans are judged by that, since nobody looks at them again
 * when an approval comes.
 */
export interface Content {
  readonly content?: 'airable' | 'intended'
  /** Which revision of one bulletin counts instead of its newest; null: none. */
  readonly insteadOf?: { readonly bulletinId: string; readonly revisionId: string | null }
}

/** A bulletin's newest revision is approved, and its audio is ready in every language. */
const isAirable = Prisma.sql`coalesce(r.state = 'approved' AND v.is_ready, false)`

/** Which revisions r are looked at for the newest. */
const counts = (insteadOf: Content['insteadOf']): Prisma.Sql =>
  insteadOf === undefined
    ? Prisma.sql`true`
    : Prisma.sql`(r.bulletin_id <> ${insteadOf.bulletinId}::uuid OR r.id = ${insteadOf.revisionId}::uuid)`

/**
 * What counts of a programme, as one row of bulletin_count, items and awaiting: what stays in it by position, and of this
 * what does not air as things stand. Audio that is not ready has no length yet.
 */
export const programmeOf = (
  programmeId: Prisma.Sql,
  { content = 'airable', insteadOf }: Content,
): Prisma.Sql => Prisma.sql`
  SELECT count(*)::int AS bulletin_count,
    CASE WHEN ${content === 'intended'} THEN coalesce(json_agg(json_build_object('bulletinId', i.bulletin_id,
      'title', r.title, 'state', r.state) ORDER BY i.position, i.id) FILTER (WHERE NOT ${isAirable}), '[]') END AS awaiting,
    coalesce(json_agg(json_build_object('itemId', i.id, 'bulletinId', i.bulletin_id, 'revisionId', r.id,
      'title', r.title, 'topic', r.topic, 'campaign', r.campaign, 'variants', v.variants) ORDER BY i.position, i.id
    ) FILTER (WHERE ${content === 'intended' ? Prisma.sql`v.variants IS NOT NULL` : isAirable}), '[]') AS items
  FROM programme_item i
  CROSS JOIN LATERAL (
    SELECT * FROM bulletin_revision r WHERE r.bulletin_id = i.bulletin_id AND ${counts(insteadOf)}
    ORDER BY r.number DESC LIMIT 1
  ) r
  CROSS JOIN LATERAL (
    SELECT bool_and(c.is_ready) AS is_ready,
      json_agg(json_build_object('language', l.language,
        'clip', json_build_object('sha256', c.sha256, 'bytes', c.bytes), 'durationMs', c.duration_ms
      ) ORDER BY l.position) FILTER (WHERE c.is_ready) AS variants
    FROM (
      SELECT r.language, r.clip_id, -1 AS position
      UNION ALL SELECT b.language, b.clip_id, b.position FROM bulletin_variant b WHERE b.revision_id = r.id
    ) l JOIN LATERAL (
      SELECT c.*, coalesce(c.state = 'ready' AND c.sha256 IS NOT NULL AND c.bytes > 0 AND c.duration_ms > 0, false) AS is_ready
      FROM clip c WHERE c.id = l.clip_id
    ) c ON true
  ) v
  WHERE i.programme_id = ${programmeId} AND i.removed_at IS NULL`

export const awaitedBulletins = z.array(
  z.object({
    bulletinId: z.uuid(),
    title: z.string(),
    state: z.enum(['draft', 'pending', 'approved', 'returned']),
  }),
)
