import type { AuditEntry } from '../../api/types.ts'
import type { Format } from '../../i18n/format.ts'
import type { Args, Key } from '../../i18n/translate.ts'
import { audit } from '../../i18n/vi/audit.ts'
import { people } from '../../i18n/vi/people.ts'

/** What it takes to put things in words. */
export interface Words {
  readonly format: Format
  t<K extends Key>(key: K, ...args: Args<K>): string
}

const isKey = (key: string): key is Key => key in audit || key in people

/** What the trail says may be newer than this console: what has no words is shown as it is. */
function known(i18n: Words, prefix: 'field' | 'subject' | 'value' | 'role', name: string): string | undefined {
  const key = `${prefix}.${name}`
  return isKey(key) ? (i18n.t as (key: Key) => string)(key) : undefined
}

export const fieldWords = (i18n: Words, name: string): string => known(i18n, 'field', name) ?? name
export const subjectWords = (i18n: Words, type: string): string => known(i18n, 'subject', type) ?? type

/** Names for the ids that stand in a state. */
export type NameOf = (id: string) => string | undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value of a state, one line for each part of a list. */
export function valueWords(i18n: Words, nameOf: NameOf, value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [i18n.t('audit.none')]
  if (typeof value === 'boolean') return [i18n.t(value ? 'audit.yes' : 'audit.no')]
  if (typeof value === 'number') return [i18n.format.number(value, 2)]
  if (typeof value === 'string') {
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return [i18n.format.dateTime(value)]
    return [nameOf(value) ?? known(i18n, 'role', value) ?? known(i18n, 'value', value) ?? value]
  }
  if (Array.isArray(value))
    return value.length === 0 ? [i18n.t('audit.none')] : value.flatMap((one) => valueWords(i18n, nameOf, one))
  if (!isObject(value)) return [String(value)]
  const { role, areaId, ...others } = value
  if (typeof role === 'string' && typeof areaId === 'string' && Object.keys(others).length === 0)
    return [`${known(i18n, 'role', role) ?? role} · ${nameOf(areaId) ?? areaId}`]
  const parts = Object.entries(value).map(
    ([name, one]) => `${fieldWords(i18n, name)}: ${valueWords(i18n, nameOf, one).join(', ')}`,
  )
  return [parts.join('; ')]
}

/** What the entry is about, by its name where one is known. */
export function subjectName({ subject, after, before }: AuditEntry, nameOf: NameOf): string | undefined {
  if (subject.name !== null) return subject.name
  const named = subject.id === null ? undefined : nameOf(subject.id)
  if (named !== undefined) return named
  for (const state of [after, before]) {
    for (const field of ['title', 'name', 'displayName'] as const) {
      const value: unknown = state?.[field]
      if (typeof value === 'string' && value !== '') return value
    }
  }
  return undefined
}

export interface ChangedField {
  readonly name: string
  readonly before: unknown
  readonly after: unknown
}

export function changedFields({ before, after }: AuditEntry): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].map((name) => ({ name, before: before?.[name], after: after?.[name] }))
}
