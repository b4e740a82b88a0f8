import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import type { AuditScope } from './reading-store.ts'
import type { Db } from './store.ts'

/** An entry tells of things by their ids; more than these of one page are told without names. */
const MOST_IDS = 4_000

const namesRow = z.object({ id: z.string(), name: z.string() })

/**
 * What the things with these ids are called now: people, places, speakers, groups, sounds, bulletins, programmes, plans and
 * emergencies. Only what lies in areas that the reader audits: a name is more than the id that stands in the entry.
 */
export async function nameThings(
  db: Db,
  ids: ReadonlySet<string>,
  { areaIds }: Pick<AuditScope, 'areaIds'>,
): Promise<Map<string, string>> {
  if (ids.size === 0 || areaIds.length === 0) return new Map()
  const wanted = Prisma.sql`${[...ids].slice(0, MOST_IDS)}::uuid[]`
  const within = Prisma.sql`JOIN area w ON w.id = t.area_id AND w.path && ${[...areaIds]}::uuid[] WHERE t.id = ANY (${wanted})`
  const rows = await db.$queryRaw`
    SELECT t.id, t.display_name AS name FROM account t
     WHERE t.id = ANY (${wanted})
       AND EXISTS (SELECT FROM role_grant g JOIN area w ON w.id = g.area_id
                    WHERE g.account_id = t.id AND w.path && ${[...areaIds]}::uuid[])
    UNION ALL
    SELECT t.id, t.name FROM area t WHERE t.id = ANY (${wanted}) AND t.path && ${[...areaIds]}::uuid[]
    UNION ALL SELECT t.id, t.name FROM device t ${within}
    UNION ALL SELECT t.id, t.name FROM device_group t ${within}
    UNION ALL SELECT t.id, t.original_name FROM clip t ${within}
    UNION ALL SELECT t.id, t.title FROM programme t ${within}
    UNION ALL SELECT t.id, t.title FROM alert t ${within}
    UNION ALL SELECT t.id, p.title FROM broadcast t JOIN programme p ON p.id = t.programme_id ${within}
    UNION ALL
    SELECT t.id, r.title FROM bulletin t
      JOIN LATERAL (SELECT title FROM bulletin_revision b WHERE b.bulletin_id = t.id ORDER BY number DESC LIMIT 1) r ON true
      ${within}`
  return new Map(
    z
      .array(namesRow)
      .parse(rows)
      .map(({ id, name }) => [id, name]),
  )
}
