import type { z } from 'zod'
import { hashBytes, newId } from '#protocol/ids.ts'
import { createDelegationsService } from '#server/approvals/delegations-service.ts'
import { delegationRoutes, standingRoutes } from '#server/approvals/routes.ts'
import { delegation, standingApproval } from '#server/approvals/schemas.ts'
import { createStandingService } from '#server/approvals/standing-service.ts'
import { auditBody } from '#server/audit/rules.ts'
import { toDate } from '#server/clock.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { beginProcessing, finishClip, insertClip } from '#server/library/clips-store.ts'
import { createProgrammesService } from '#server/library/programmes-service.ts'
import { bulletinRoutes, programmeRoutes } from '#server/library/routes.ts'
import { bulletin, programme } from '#server/library/schemas.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'

export const DAY_MS = 86_400_000
export type Bulletin = z.output<typeof bulletin>

/** A province with a commune, its editor and its approver, and everything that approving needs. */
export interface ApprovalWorld {
  readonly app: TestApp
  readonly province: string
  readonly commune: string
  readonly editor: TestUser
  readonly approver: TestUser
  /** ISO 8601, so many days from now. */
  inDays(days: number): string
  write(author: TestUser, title?: string, areaId?: string): Promise<Bulletin>
  submit(author: TestUser, draft: Bulletin): Promise<Bulletin>
  makeProgramme(bulletinIds: readonly string[]): Promise<string>
  giveStanding(who: TestUser, programmeId: string, days?: number): Promise<z.output<typeof standingApproval>>
  delegate(from: TestUser, to: TestUser, days?: number): Promise<z.output<typeof delegation>>
  /** Approves what was seen; gives the new state, or the refusal. */
  approve(who: TestUser, seen: Bulletin): Promise<string>
  /** `status code` of a refusal. */
  refusalOf(answer: Awaited<ReturnType<TestUser['call']>>): string
  trail(action: string): Promise<z.output<typeof auditBody>[]>
}

export async function makeApprovalWorld(): Promise<ApprovalWorld> {
  const app = await createTestApp({
    // Approvals last for days, and nobody signs in again in between.
    sessions: { limits: { idleMs: 400 * DAY_MS, absoluteMs: 400 * DAY_MS } },
    routes: (parts) => [
      bulletinRoutes({ bulletins: createBulletinsService(parts) }),
      programmeRoutes({ programmes: createProgrammesService(parts) }),
      standingRoutes({ standing: createStandingService(parts) }),
      delegationRoutes({ delegations: createDelegationsService(parts) }),
    ],
  })
  const province = await app.makeArea('province', 'Tỉnh Hòa Bình')
  const commune = await app.makeArea('commune', 'Xã Hòa Bình', province)
  const editor = await app.signInAs({ areaId: commune, role: 'editor' })
  const approver = await app.signInAs({ areaId: commune, role: 'approver' })
  const now = () => toDate(app.clock.now())
  const inDays = (days: number) => new Date(app.clock.now() + days * DAY_MS).toISOString()
  const refusalOf: ApprovalWorld['refusalOf'] = (answer) => `${answer.statusCode} ${answer.json().code ?? ''}`

  async function addClip(uploader: TestUser, areaId: string): Promise<string> {
    const id = newId(app.clock.now())
    const source = { source: 'upload', originalName: 'x', sourceBytes: 1, speechText: null, speechVoice: null } as const
    await insertClip(app.db.prisma, { ...source, id, areaId, createdById: uploader.accountId, at: now() })
    await beginProcessing(app.db.prisma, id, now())
    const levels = { bytes: 1_000, durationMs: 30_000, loudnessLufs: -16, peakDbfs: -1, peaks: new Uint8Array() }
    await finishClip(app.db.prisma, id, { ...levels, sha256: hashBytes(id) }, now())
    return id
  }

  return {
    app,
    province,
    commune,
    editor,
    approver,
    inDays,
    refusalOf,
    async write(author, title = 'Dự báo thời tiết', areaId = commune) {
      const clipId = await addClip(author, areaId)
      const content = { areaId, title, topic: 'general', language: 'vi', clipId }
      return bulletin.parse((await author.call('POST', '/api/bulletins', content)).json())
    },
    async submit(author, { id, current }) {
      const answer = await author.call('POST', `/api/bulletins/${id}/submit`, { revisionId: current.id })
      return bulletin.parse(answer.json())
    },
    async makeProgramme(bulletinIds) {
      const answer = await editor.call('POST', '/api/programmes', { areaId: commune, title: 'Sáng', bulletinIds })
      return programme.parse(answer.json()).id
    },
    async giveStanding(who, programmeId, days = 30) {
      await look(who)
      const body = { programmeId, validUntil: inDays(days), reason: 'Bản tin hằng ngày' }
      return standingApproval.parse((await who.call('POST', '/api/standing-approvals', body)).json())
    },
    async delegate(from, to, days = 7) {
      const body = { toId: to.accountId, areaId: commune, endsAt: inDays(days), reason: 'Đi công tác' }
      return delegation.parse((await from.call('POST', '/api/delegations', body)).json())
    },
    async approve(who, { id, current }) {
      await look(who)
      const seen = { revisionId: current.id, contentHash: current.contentHash }
      const answer = await who.call('POST', `/api/bulletins/${id}/approve`, seen)
      return answer.statusCode === 200 ? bulletin.parse(answer.json()).current.state : refusalOf(answer)
    },
    async trail(action) {
      const rows = await app.db.prisma.auditEntry.findMany({ where: { action }, orderBy: { seq: 'asc' } })
      return rows.map((row) => auditBody.parse(JSON.parse(Buffer.from(row.bytes).toString('utf8'))))
    },
  }
}

/** As whoever has opened a page has done: a session takes up what was lent with what it reads. */
export const look = (who: TestUser) => who.call('GET', '/api/session')
