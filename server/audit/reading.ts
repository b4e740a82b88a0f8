import type { PublicJwk } from '#protocol/signing.ts'
import type { InstantMs } from '#protocol/time.ts'
import { listAccountsPage } from '#server/auth/directory-store.ts'
import { type Actor, areasFor, mayAct, sharedPath } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { searchWords } from '#server/devices/directory/rules.ts'
import { id } from '#server/http/schemas.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { Audit } from './audit.ts'
import { nameThings } from './names-store.ts'
import { type AuditFilter, type AuditScope, listEntries, nameIds } from './reading-store.ts'
import type { AuditBody } from './rules.ts'
import type { SignedHead } from './signed-head.ts'
import { findHead, findNewestCheckpoint, readTrail } from './store.ts'
import { type StoredCheckpoint, type Verification, verifyTrail } from './verification.ts'
import { type ChainHead, readBody, type StoredEntry } from './verification-rules.ts'
import { findIds } from './view-rules.ts'

export interface PersonName {
  readonly id: string
  readonly userName: string
  readonly displayName: string
}

/** An entry as it was sealed, with the names of today. */
export interface ReadEntry {
  readonly body: AuditBody
  readonly hash: string
  readonly names: Awaited<ReturnType<typeof nameIds>> & {
    /** Of whatever else stands in the entries by its id. */
    readonly things: ReadonlyMap<string, string>
  }
}

export interface AuditStatus {
  readonly head: ChainHead | null
  readonly lastCheckpoint: StoredCheckpoint | null
  /** The newest verification since the start. */
  readonly latest: { readonly at: InstantMs; readonly result: Verification } | undefined
}

export interface AuditReading {
  /** Who may have done something there: at most `limit` people with these words in their names, by name. */
  people(actor: Actor, words: string, limit: number): Promise<readonly PersonName[]>
  /** A page of what the actor may see, newest first; `next` reads on. */
  list(
    actor: Actor,
    filter: AuditFilter,
    page: { before: number | undefined; limit: number },
  ): Promise<{ entries: ReadEntry[]; next: number | null }>
  /** Everything of it, a page at a time. That it was asked for is on record before the first page is read. */
  export(actor: Actor, filter: AuditFilter): Promise<AsyncIterable<ReadEntry[]>>
  status(): Promise<AuditStatus>
  /** Verifies the whole trail, unless that was done a moment ago; several who ask at once share one run. */
  verify(): Promise<AuditStatus>
}

export interface ReadingDeps {
  db: Database
  clock: Clock
  audit: Audit
  security: SecurityEvents
  /** Every key that the server ever signed with. */
  trustedKeys: () => readonly PublicJwk[]
  /** The head that was signed last, kept outside the database. */
  signedHead: Pick<SignedHead, 'read'>
}

/** A whole trail is read for it, so not more often. */
const VERIFY_INTERVAL_MS = 60_000
const EXPORT_PAGE = 500

/** Entries without an area concern the whole installation, so they are for those who answer for all of it. */
function scopeOf(actor: Actor): AuditScope {
  const isRoot = actor.grants.some(({ areaPath }) => areaPath.length === 1 && mayAct(actor, 'audit.read', areaPath))
  return { areaIds: areasFor(actor, 'audit.read'), withoutArea: isRoot }
}

export function createAuditReading(deps: ReadingDeps): AuditReading {
  const { db, clock, audit, security, trustedKeys, signedHead } = deps
  let latest: AuditStatus['latest']
  let running: Promise<void> | undefined

  async function read(scope: AuditScope, rows: readonly StoredEntry[]): Promise<ReadEntry[]> {
    // One that cannot be read is no entry; the verification names it.
    const bodies = rows.flatMap(({ bytes, hash }) => {
      const body = readBody(bytes)
      return typeof body === 'string' ? [] : [{ body, hash }]
    })
    const accountIds = bodies.flatMap(({ body }) => [
      body.actorId,
      body.onBehalfOfId,
      // Of a refused sign-in it may be anything.
      body.subjectType === 'account' && id.safeParse(body.subjectId).success ? body.subjectId : null,
    ])
    const [names, things] = await Promise.all([
      nameIds(db.prisma, {
        accountIds: [...new Set(accountIds.filter((one) => one !== null))],
        areaIds: [...new Set(bodies.flatMap(({ body }) => body.areaPath.slice(-1)))],
      }),
      nameThings(db.prisma, new Set(bodies.flatMap(({ body }) => findIds(body))), scope),
    ])
    return bodies.map((entry) => ({ ...entry, names: { ...names, things } }))
  }

  async function* readAll(scope: AuditScope, filter: AuditFilter): AsyncIterable<ReadEntry[]> {
    let before: number | undefined
    for (;;) {
      const rows = await listEntries(db.prisma, scope, filter, { before, limit: EXPORT_PAGE })
      yield await read(scope, rows)
      before = rows.at(-1)?.seq
      if (before === undefined || rows.length < EXPORT_PAGE) return
    }
  }

  async function status(): Promise<AuditStatus> {
    const [head, lastCheckpoint] = await Promise.all([findHead(db.prisma), findNewestCheckpoint(db.prisma)])
    return { head, lastCheckpoint, latest }
  }

  async function verifyAll(): Promise<void> {
    // Read BEFORE the trail: what was signed then is in the trail that is read now. That it is damaged checkpoints.ts says.
    const kept = await signedHead.read()
    const outside = typeof kept === 'object' ? [kept] : []
    const result = await readTrail(db.pool, (trail) => verifyTrail(trail, trustedKeys(), outside))
    latest = { at: clock.now(), result }
    if (!result.ok) {
      security.report('audit-broken', { detail: `${result.table} ${result.seq} ${result.fault}: ${result.detail}` })
    }
  }

  return {
    async people(actor, words, limit) {
      const filter = {
        within: areasFor(actor, 'audit.read'),
        areaId: undefined,
        role: undefined,
        words: searchWords(words),
      }
      const found = await listAccountsPage(db.prisma, filter, { state: undefined, after: undefined, limit })
      return found.map(({ account: { id, userName, displayName } }) => ({ id, userName, displayName }))
    },
    async list(actor, filter, { before, limit }) {
      // One more than is shown tells whether there is more.
      const scope = scopeOf(actor)
      const rows = await listEntries(db.prisma, scope, filter, { before, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      return { entries: await read(scope, shown), next: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null }
    },
    async export(actor, filter) {
      const scope = scopeOf(actor)
      const paths = actor.grants.map(({ areaPath }) => areaPath).filter((path) => mayAct(actor, 'audit.read', path))
      await audit.note(actor, {
        action: 'audit.exported',
        areaPath: sharedPath(paths),
        subject: { type: 'audit', id: null },
        after: { ...filter },
      })
      return readAll(scope, filter)
    },
    status,
    async verify() {
      if (latest === undefined || clock.now() - latest.at >= VERIFY_INTERVAL_MS) {
        running ??= verifyAll().finally(() => {
          running = undefined
        })
        await running
      }
      return status()
    },
  }
}
