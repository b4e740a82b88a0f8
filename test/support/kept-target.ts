import { type TargetContent, targetContent } from '#protocol/target.ts'
import type { Database } from '#server/db.ts'
import { joinContent } from '#server/delivery/rules.ts'
import { readTargets } from '#server/delivery/store.ts'

export interface KeptTarget {
  readonly revision: number
  readonly contentHash: string
  readonly content: TargetContent
}

/** The target that a device is to hold, whole, as the database keeps it. */
export async function readKeptTarget({ pool }: Pick<Database, 'pool'>, deviceId: string): Promise<KeptTarget> {
  const [row] = await readTargets(pool, [deviceId])
  if (row === undefined) throw new Error(`device ${deviceId} has no target`)
  return {
    revision: row.revision,
    contentHash: row.contentHash,
    content: targetContent.parse(JSON.parse(joinContent(row.ownJson, row.shared.json))),
  }
}
