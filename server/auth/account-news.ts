import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { findAreaPaths } from './store.ts'

/** Tells those who look after an account, or audit it, that something about it is another now. To be called after the commit. */
export interface AccountNews {
  tell(account: { readonly id: string; readonly grants: readonly { readonly areaId: string }[] }): Promise<void>
}

export function createAccountNews(deps: {
  readonly db: Database
  readonly events: Pick<ConsoleEvents, 'publish'>
}): AccountNews {
  return {
    async tell({ id, grants }) {
      const areaIds = [...new Set(grants.map((grant) => grant.areaId))]
      const paths = await findAreaPaths(deps.db.prisma, areaIds)
      // One for each place: who looks after one of them need not look after what they all share.
      for (const areaPath of paths.values()) deps.events.publish({ kind: 'accounts', areaPath, id })
    },
  }
}
