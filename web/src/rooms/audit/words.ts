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

/** What the trail says may be newer than this console: then there are no words for it. */
function known(i18n: Words, prefix: 'field' | 'subject' | 'value' | 'role', name: string): string | undefined {
  const key = `${prefix}.${name}`
  return isKey(key) ? (i18n.t as (key: Key) => string)(key) : undefined
}

/** A setting of the server: told by the name that its operator sets it by. */
const isSetting = (name: string): boolean => /^[A-Z]+(_[A-Z]+)+$/.test(name)

export const fieldWords = (i18n: Words, name: string): string =>
  known(i18n, 'field', name) ?? (isSetting(name) ? name : i18n.t('audit.otherField'))
export const subjectWords = (i18n: Words, type: string): string =>
  known(i18n, 'subject', type) ?? i18n.t('audit.oneThing')

/** Programs' names for things: of no use to a reader, who is told instead that there is one without a name. */
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(@|$)/.test(text)

/** Names for the ids that stand in a state. */
export type NameOf = (id: string) => string | undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value of a state, one line for each part of a list. `field`: what it is called there; lengths of time end in `Ms`. */
export function valueWords(i18n: Words, nameOf: NameOf, value: unknown, field = ''): string[] {
  if (value === null || value === undefined || value === '') return [i18n.t('audit.none')]
  if (typeof value === 'boolean') return [i18n.t(value ? 'audit.yes' : 'audit.no')]
  if (typeof value === 'number')
    return [field.endsWith('Ms') ? i18n.format.length(value) : i18n.format.number(value, 2)]
  if (typeof value === 'string') {
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return [i18n.format.dateTime(value)]
    const name = nameOf(value) ?? known(i18n, 'role', value) ?? known(i18n, 'value', value)
    return [name ?? (isId(value) ? i18n.t('audit.unnamed') : value)]
  }
  if (Array.isArray(value))
    return value.length === 0 ? [i18n.t('audit.none')] : value.flatMap((one) => valueWords(i18n, nameOf, one, field))
  if (!isObject(value)) return [String(value)]
  const { role, areaId, ...others } = value
  if (typeof role === 'string' && typeof areaId === 'string' && Object.keys(others).length === 0)
    return [`${known(i18n, 'role', role) ?? role} · ${nameOf(areaId) ?? i18n.t('audit.unnamed')}`]
  const parts = Object.entries(value).map(
    ([name, one]) => `${fieldWords(i18n, name)}: ${valueWords(i18n, nameOf, one, name).join(', ')}`,
  )
  return [parts.join('; ')]
}

/** When an airing was planned for, which stands in its id (protocol/ids.ts). */
function startOf({ type, id }: AuditEntry['subject']): string | undefined {
  if (type !== 'occurrence' || id === null) return undefined
  return id.replace(/^.*@(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
}

/** What the entry is about, by its name where one is known; an airing with its time. */
export function subjectName(entry: AuditEntry, nameOf: NameOf, format: Format): string | undefined {
  const name = nameInEntry(entry, nameOf)
  const start = startOf(entry.subject)
  if (start === undefined || Number.isNaN(Date.parse(start))) return name
  return [name, format.dateTime(start)].filter((part) => part !== undefined).join(', ')
}

function nameInEntry({ subject, after, before }: AuditEntry, nameOf: NameOf): string | undefined {
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
