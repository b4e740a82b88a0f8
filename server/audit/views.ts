import type { z } from 'zod'
import type { Language } from '#server/http/language.ts'
import { problemTexts } from '#server/http/problem-texts.ts'
import { auditActions, isAuditAction } from './actions.ts'
import { auditFaults } from './faults.ts'
import type { AuditStatus, ReadEntry } from './reading.ts'
import type { auditEntry, auditVerification } from './schemas.ts'
import { findIds, findSubjectIds } from './view-rules.ts'

export type EntryView = z.infer<typeof auditEntry>

/** What the person was told, as far as it says what happened: the first sentence, unless the numbers in it are gone. */
function wordsOfReason(code: string | null, language: Language): string | null {
  const known: Readonly<Record<string, { vi: string; en: string } | undefined>> = problemTexts
  const [first = ''] = (code === null ? '' : (known[code]?.[language] ?? '')).split(/(?<=\.) /)
  return first === '' || first.includes('{') ? null : first
}

/** Not there, or nothing that this person may know of: for them, and for the trail, that is the same. */
const notVisible = {
  vi: 'Yêu cầu điều mà người này không thấy được',
  en: 'Asked for what is not visible to them',
} as const

function wordsOfAction({ action, reason }: ReadEntry['body'], language: Language): string {
  if (action === 'request.refused' && reason === 'not-found') return notVisible[language]
  // One of a later version, when the program was put back.
  return isAuditAction(action) ? auditActions[action][language] : action
}

/** Everything that the trail can say, for choosing from. */
export const viewActions = (language: Language): { code: string; text: string }[] =>
  Object.entries(auditActions).map(([code, text]) => ({ code, text: text[language] }))

type Named = Pick<ReadEntry, 'body' | 'names'>

function nameSubject({ body, names }: Named): string | null {
  const [id] = findSubjectIds(body)
  if (id === undefined) return null
  const account = body.subjectType === 'account' ? names.accounts.get(id) : undefined
  return account ?? names.things.get(id) ?? null
}

/** The names of what stands in the entry by its id. */
function namesIn({ body, names }: Named): Record<string, string> {
  const known = findIds(body).flatMap((id): [string, string][] => {
    const name = names.things.get(id)
    return name === undefined ? [] : [[id, name]]
  })
  return Object.fromEntries(known)
}

/** An entry for people: its codes in words, its ids by their names. */
export function viewEntry({ body, hash, names }: ReadEntry, language: Language): EntryView {
  const areaId = body.areaPath.at(-1)
  const isKnown = body.actorId !== null || body.actorName !== null
  return {
    seq: body.seq,
    at: body.at,
    actor: isKnown
      ? {
          id: body.actorId,
          userName: body.actorName,
          displayName: body.actorId === null ? null : (names.accounts.get(body.actorId) ?? null),
        }
      : null,
    onBehalfOf:
      body.onBehalfOfId === null
        ? null
        : { id: body.onBehalfOfId, displayName: names.accounts.get(body.onBehalfOfId) ?? null },
    address: body.address,
    requestId: body.requestId,
    action: body.action,
    actionText: wordsOfAction(body, language),
    outcome: body.outcome,
    reason: body.reason,
    reasonText: wordsOfReason(body.reason, language),
    area: areaId === undefined ? null : { id: areaId, name: names.areas.get(areaId) ?? null },
    subject: { type: body.subjectType, id: body.subjectId, name: nameSubject({ body, names }) },
    before: body.before,
    after: body.after,
    names: namesIn({ body, names }),
    hash,
  }
}

export function viewStatus(status: AuditStatus, language: Language): z.infer<typeof auditVerification> {
  const { head, lastCheckpoint, latest } = status
  const result = latest?.result
  return {
    head,
    lastCheckpoint:
      lastCheckpoint === null ? null : { seq: lastCheckpoint.seq, at: lastCheckpoint.createdAt.toISOString() },
    result:
      latest === undefined || result === undefined
        ? null
        : {
            at: new Date(latest.at).toISOString(),
            isIntact: result.ok,
            entries: result.ok ? result.entries : null,
            droppedUpTo: result.ok ? result.droppedUpTo : null,
            fault: result.ok
              ? null
              : {
                  table: result.table,
                  seq: result.seq,
                  code: result.fault,
                  text: auditFaults[result.fault][language],
                },
          },
  }
}
