import { type Db, findArea } from '#server/areas/store.ts'
import { Problem } from '#server/http/problem.ts'

/**
 * The area's path (root first, the area itself last), by which the library decides who may do what there.
 *
 * @throws Problem `not-found` when there is no such area.
 */
export async function readAreaPath(db: Db, areaId: string): Promise<readonly string[]> {
  const area = await findArea(db, areaId)
  if (area === null) throw new Problem('not-found')
  return area.path
}
