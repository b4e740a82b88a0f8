import { type Days, daysOf, isSpan, type Period, periods } from './period.ts'

export const groupings = [
  'below',
  'device',
  'day',
  'week',
  'month',
  'topic',
  'campaign',
  'language',
  'priority',
] as const
export type Grouping = (typeof groupings)[number]
export const outcomes = ['played', 'partial', 'missed', 'unknown', 'cancelled'] as const
export type PlayOutcome = (typeof outcomes)[number]

/** Stands in the address for "of no campaign": an empty value is no wish at all. */
export const NO_CAMPAIGN = '-'

/** What is asked, as the address holds it, so that it can be sent to somebody. Empty: not asked. */
export interface Wishes {
  readonly ky: Period | ''
  /** First and last day, YYYY-MM-DD; instead of a period. */
  readonly tu: string
  readonly den: string
  readonly theo: Grouping
  /** Area and speaker. */
  readonly noi: string
  readonly loa: string
  /** Topic, campaign, language, priority. */
  readonly lv: string
  readonly cd: string
  readonly nn: string
  readonly ut: string
  /** Outcome of single plays. */
  readonly kq: PlayOutcome | ''
  /** The single play that is looked at. */
  readonly luot: string
}

export function readWishes(query: URLSearchParams): Wishes {
  const of = (name: string): string => query.get(name) ?? ''
  const day = (name: string): string => (/^\d{4}-\d\d-\d\d$/.test(of(name)) ? of(name) : '')
  const [tu, den] = [day('tu'), day('den')]
  const isTyped = tu !== '' && den !== '' && isSpan({ first: tu, last: den })
  return {
    ky: isTyped ? '' : (periods.find((one) => one === of('ky')) ?? 'week'),
    tu: isTyped ? tu : '',
    den: isTyped ? den : '',
    theo: groupings.find((one) => one === of('theo')) ?? 'below',
    noi: of('noi'),
    loa: of('loa'),
    lv: of('lv'),
    cd: of('cd'),
    nn: of('nn'),
    ut: of('ut'),
    kq: outcomes.find((one) => one === of('kq')) ?? '',
    luot: of('luot'),
  }
}

export function addressOf(wishes: Wishes): string {
  return `#/thoi-luong?${new URLSearchParams(Object.entries(wishes).filter(([, value]) => value !== ''))}`
}

export const daysWanted = ({ ky, tu, den }: Wishes, today: string): Days =>
  ky === '' ? { first: tu, last: den } : daysOf(ky, today)

/** The API's filter, without the range. */
export function filterOf({ noi, loa, lv, cd, nn, ut }: Wishes) {
  return {
    ...(noi === '' ? {} : { areaId: noi }),
    ...(loa === '' ? {} : { deviceId: loa }),
    ...(lv === '' ? {} : { topic: lv }),
    ...(cd === '' ? {} : { campaign: cd === NO_CAMPAIGN ? '' : cd }),
    ...(nn === '' ? {} : { language: nn }),
    ...(ut === '' ? {} : { priority: ut }),
  }
}

export const countFilters = ({ lv, cd, nn, ut }: Wishes): number => [lv, cd, nn, ut].filter((one) => one !== '').length

/** One step deeper: what a row of a grouping leads to. */
export function stepInto(wishes: Wishes, key: string, lastOf: (first: string) => string): Wishes {
  const { theo } = wishes
  // What is already the smallest part of a place shows its speakers.
  if (theo === 'below') return { ...wishes, noi: key, theo: key === wishes.noi ? 'device' : 'below' }
  if (theo === 'device') return { ...wishes, loa: key }
  if (theo === 'day') return { ...wishes, ky: '', tu: key, den: key, theo: 'below' }
  if (theo === 'week' || theo === 'month') {
    const tu = theo === 'month' ? `${key}-01` : key
    return { ...wishes, ky: '', tu, den: lastOf(tu), theo: 'day' }
  }
  const value = theo === 'campaign' && key === '' ? NO_CAMPAIGN : key
  const field = ({ topic: 'lv', campaign: 'cd', language: 'nn', priority: 'ut' } as const)[theo]
  return { ...wishes, [field]: value, theo: 'below' }
}

/** A single play in the address: of a plan by its place in it, else by its id. */
export function writePlay(play: {
  occurrenceId: string | null
  itemId: string | null
  language: string
  playId: string | null
}): string {
  return play.playId === null ? `${play.occurrenceId}~${play.itemId}~${play.language}` : `~${play.playId}`
}

export function readPlay(text: string) {
  if (text.startsWith('~')) return { playId: text.slice(1) }
  const [occurrenceId = '', itemId = '', language = ''] = text.split('~')
  return { occurrenceId, itemId, language }
}
