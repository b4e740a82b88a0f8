import { type Actor, areasComeAcross } from '#server/auth/rules.ts'
import type { Database } from '#server/db.ts'
import { readBroadcasts } from './airing-store.ts'

/** Is there such a broadcast, and does it sound nowhere that this person's console knows of? */
export async function isBroadcastElsewhere(db: Database, actor: Actor, id: string): Promise<boolean> {
  const soundingIn = areasComeAcross(actor, 'broadcasts.read')
  const [here] = await readBroadcasts(db.prisma, { ids: [id], soundingIn })
  return here === undefined && (await readBroadcasts(db.prisma, { ids: [id] })).length > 0
}
