import { parseDate } from '../../time/typed.ts'
import { addDays, toInstant } from '../../time/zone.ts'

/** What is asked of the trail, as the address holds it: `#/nhat-ky?tu=2026-11-01&ai=<id>&kq=refused`. Empty: not asked. */
export interface AuditWishes {
  /** First and last day, YYYY-MM-DD in the area's zone. */
  readonly tu: string
  readonly den: string
  /** Who: an account's id. */
  readonly ai: string
  /** What: an action's code. */
  readonly viec: string
  /** Where: an area's id. */
  readonly noi: string
  /** About what: the id of a thing. */
  readonly ve: string
  readonly kq: '' | 'done' | 'refused'
}

export function readWishes(query: URLSearchParams): AuditWishes {
  const of = (name: string): string => query.get(name) ?? ''
  const day = (name: string): string => (/^\d{4}-\d\d-\d\d$/.test(of(name)) ? of(name) : '')
  const outcome = of('kq')
  return {
    tu: day('tu'),
    den: day('den'),
    ai: of('ai'),
    viec: of('viec'),
    noi: of('noi'),
    ve: of('ve'),
    kq: outcome === 'done' || outcome === 'refused' ? outcome : '',
  }
}

export const countWishes = (wishes: AuditWishes): number => Object.values(wishes).filter((value) => value !== '').length

export function addressOf(wishes: AuditWishes): string {
  const query = new URLSearchParams(Object.entries(wishes).filter(([, value]) => value !== ''))
  return query.size === 0 ? '#/nhat-ky' : `#/nhat-ky?${query}`
}

/** The API's filter: whole days become instants, the last day included. */
export function filterOf({ tu, den, ai, viec, noi, ve, kq }: AuditWishes, timeZone: string) {
  const midnight = (day: string): string => new Date(toInstant(day, '00:00', timeZone)).toISOString()
  return {
    ...(tu === '' ? {} : { from: midnight(tu) }),
    ...(den === '' ? {} : { to: midnight(addDays(den, 1)) }),
    ...(ai === '' ? {} : { actorId: ai }),
    ...(viec === '' ? {} : { action: viec }),
    ...(noi === '' ? {} : { areaId: noi }),
    ...(ve === '' ? {} : { subjectId: ve }),
    ...(kq === '' ? {} : { outcome: kq }),
  }
}

/** A day that has been: `25/11` without a year is this year's, or last year's when it is still to come. */
export function parsePastDate(text: string, today: string): string | undefined {
  if (!/^\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*$/.test(text)) return parseDate(text, today)
  const year = Number(today.slice(0, 4))
  const date = parseDate(`${text.trim()}/${year}`, today)
  return date !== undefined && date > today ? parseDate(`${text.trim()}/${year - 1}`, today) : date
}
