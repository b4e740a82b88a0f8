import type { z } from 'zod'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { readCursor, searchWords, writeCursor } from '#server/devices/directory/rules.ts'
import { Problem } from '#server/http/problem.ts'
import { findPaths, placeGrants, shown } from './account-hold.ts'
import { grantsWithinReach, readableGrants } from './account-rules.ts'
import type { accountsFilter, accountsQuery, accountsSummary } from './directory-schemas.ts'
import {
  type AccountsFilter,
  countAccountsWithin,
  findDisplayNames,
  findOpenLink,
  listAccountsPage,
} from './directory-store.ts'
import { type Action, type Actor, areasFor } from './rules.ts'
import type { Sessions } from './sessions.ts'
import { type AccountRow, findAccount } from './store.ts'

export interface AccountsPage {
  readonly accounts: readonly AccountRow[]
  /** Where the next page begins; null: that was all. */
  readonly next: string | null
}

/** When, and who did it; `byName` null: the operator on the server. */
interface Happened {
  readonly at: Date
  readonly byName: string | null
}

/** An account with what its administrators want to know before they do something about it. */
export interface AccountDetail {
  readonly account: AccountRow
  readonly isWhollyYours: boolean
  readonly secondFactorReset: Happened | null
  readonly openLink: (Happened & { readonly expiresAt: Date }) | null
  readonly lastSeenAt: Date | null
}

export type AccountsDirectory = ReturnType<typeof createAccountsDirectory>

/**
 * Accounts as people ask for them: those with a role where one administers or audits, with those roles only (what they hold
 * elsewhere is not told), filtered, by name, a page at a time.
 */
export function createAccountsDirectory(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly sessions: Pick<Sessions, 'list'>
}) {
  const { db, clock, sessions } = deps
  const filterFor = (actor: Actor, action: Action, query: z.infer<typeof accountsFilter>): AccountsFilter => ({
    within: areasFor(actor, action),
    areaId: query.areaId,
    role: query.role,
    words: searchWords(query.q ?? ''),
  })

  return {
    async list(actor: Actor, query: z.infer<typeof accountsQuery>): Promise<AccountsPage> {
      const { state, cursor, limit } = query
      const found = await listAccountsPage(db.prisma, filterFor(actor, 'accounts.read', query), {
        state,
        after: cursor === undefined ? undefined : readCursor(cursor),
        limit: limit + 1,
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const paths = await findPaths(
        db.prisma,
        page.flatMap(({ account }) => account.grants),
      )
      return {
        accounts: page.map(({ account }) => ({
          ...account,
          grants: shown(readableGrants(actor, placeGrants(account.grants, paths))),
        })),
        next: found.length > limit && last !== undefined ? writeCursor({ key: last.key, id: last.account.id }) : null,
      }
    },

    summary: (actor: Actor, query: z.infer<typeof accountsFilter>): Promise<z.infer<typeof accountsSummary>> =>
      countAccountsWithin(db.prisma, filterFor(actor, 'accounts.read', query)),

    async read(actor: Actor, accountId: string): Promise<AccountDetail> {
      const row = await findAccount(db.prisma, accountId)
      const grants = row === null ? [] : placeGrants(row.grants, await findPaths(db.prisma, row.grants))
      const readable = readableGrants(actor, grants)
      if (row === null || readable.length === 0) throw new Problem('not-found')
      const [link, open] = await Promise.all([
        findOpenLink(db.prisma, accountId, toDate(clock.now())),
        sessions.list(accountId),
      ])
      const whoDid = [link?.createdById, row.factorResetById].filter((id) => typeof id === 'string')
      const names = await findDisplayNames(db.prisma, whoDid)
      const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null))
      return {
        account: { ...row, grants: shown(readable) },
        isWhollyYours: grantsWithinReach(actor, grants).length === grants.length,
        secondFactorReset:
          row.factorResetAt === null ? null : { at: row.factorResetAt, byName: nameOf(row.factorResetById) },
        openLink:
          link === undefined
            ? null
            : { at: link.createdAt, expiresAt: link.expiresAt, byName: nameOf(link.createdById) },
        lastSeenAt: open[0]?.lastSeenAt ?? null,
      }
    },
  }
}
