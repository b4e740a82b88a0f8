import type { AuditBody } from './rules.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return uuid.test(value) ? [value] : []
  if (Array.isArray(value)) return value.flatMap(idsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : []
}

/** The id that the entry is about; of an airing that of its broadcast, which its own id begins with (protocol/ids.ts). */
export const findSubjectIds = ({ subjectId }: Pick<AuditBody, 'subjectId'>): string[] =>
  idsIn(subjectId?.split('@', 1)[0])

/** Every id that stands in an entry, each once. */
export const findIds = (body: Pick<AuditBody, 'subjectId' | 'before' | 'after'>): string[] => [
  ...new Set([...findSubjectIds(body), ...idsIn(body.before), ...idsIn(body.after)]),
]
