import type { Priority } from '../../api/types.ts'
import { parseTime } from '../../time/typed.ts'
import type { OwnRules, Volume, Window } from './types.ts'

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
export const capNames = ['maxSessionsPerDay', 'maxMinutesPerSession', 'maxMinutesPerDay'] as const
export type CapName = (typeof capNames)[number]

/** Hours in which most communes broadcast, for one tap. */
export const presets = [
  { key: 'areas.morning', from: '05:00', to: '07:30' },
  { key: 'areas.noon', from: '11:00', to: '12:00' },
  { key: 'areas.evening', from: '17:00', to: '18:30' },
] as const

export interface WindowFields {
  days: number[]
  from: string
  to: string
}

export interface VolumeFields {
  from: string
  to: string
  /** Empty: of every priority. */
  priority: Priority | ''
  percent: string
}

/** `above`: what holds there. */
export const leadIns = ['above', 'none', 'chime', 'clip'] as const
export type LeadInKind = (typeof leadIns)[number]

/** What an area itself says, as it stands in the form. */
export interface RulesFields {
  /** False: what holds above it. */
  hasHours: boolean
  windows: WindowFields[]
  caps: Record<CapName, string>
  languages: string[]
  leadIn: { kind: LeadInKind; clipId: string }
  /** False: what holds above it. */
  hasVolumes: boolean
  volumes: VolumeFields[]
}

export type Mistake =
  | 'areas.badTime'
  | 'areas.badOrder'
  | 'areas.noDays'
  | 'areas.noHours'
  | 'areas.badCap'
  | 'areas.badPercent'
  | 'areas.leadInUnset'
export interface RulesReading {
  /** Undefined as long as there is a mistake. */
  readonly rules: OwnRules | undefined
  readonly windows: readonly (Mistake | undefined)[]
  readonly hours: Mistake | undefined
  readonly caps: Readonly<Record<CapName, Mistake | undefined>>
  readonly volumes: readonly (Mistake | undefined)[]
  readonly leadIn: Mistake | undefined
}

/** The greatest number that each limit may have (server/planning/schemas.ts). */
export const mostOf: Readonly<Record<CapName, number>> = {
  maxSessionsPerDay: 48,
  maxMinutesPerSession: 1_440,
  maxMinutesPerDay: 1_440,
}

export function fieldsOf(rules: OwnRules): RulesFields {
  const text = (limit: number | null): string => (limit === null ? '' : String(limit))
  return {
    hasHours: rules.hours !== null,
    windows: (rules.hours ?? []).map(({ days, from, to }) => ({ days: [...days], from, to })),
    caps: {
      maxSessionsPerDay: text(rules.maxSessionsPerDay),
      maxMinutesPerSession: text(rules.maxMinutesPerSession),
      maxMinutesPerDay: text(rules.maxMinutesPerDay),
    },
    languages: [...rules.languages],
    leadIn: {
      kind: rules.leadIn?.kind ?? 'above',
      clipId: rules.leadIn?.kind === 'clip' ? rules.leadIn.clipId : '',
    },
    hasVolumes: rules.volumes !== null,
    volumes: (rules.volumes ?? []).map(({ from, to, priority, percent }) => ({
      from,
      to,
      priority: priority ?? '',
      percent: String(percent),
    })),
  }
}

/** The end of a day can be typed too: `24h`, `24:00`. */
const parseEnd = (text: string): string | undefined =>
  /^24\s*(h|g|giờ|:|\.)?\s*(00?)?$/i.test(text.trim()) ? '24:00' : parseTime(text)

/** From and to as the server takes them, or what is wrong with them. */
function readSpan({
  from,
  to,
}: {
  readonly from: string
  readonly to: string
}): { from: string; to: string } | Mistake {
  const [start, end] = [parseTime(from), parseEnd(to)]
  if (start === undefined || end === undefined) return 'areas.badTime'
  return end <= start ? 'areas.badOrder' : { from: start, to: end }
}

function readWindow(fields: WindowFields): Window | Mistake {
  const span = readSpan(fields)
  if (typeof span === 'string') return span
  return fields.days.length === 0 ? 'areas.noDays' : { days: [...fields.days].sort(), ...span }
}

function readVolume(fields: VolumeFields): Volume | Mistake {
  const span = readSpan(fields)
  if (typeof span === 'string') return span
  const text = fields.percent.trim().replace(/\s*%$/, '')
  const percent = /^\d{1,3}$/.test(text) ? Number(text) : 101
  return percent > 100 ? 'areas.badPercent' : { ...span, priority: fields.priority || null, percent }
}

function readLeadIn({ kind, clipId }: RulesFields['leadIn']): OwnRules['leadIn'] | Mistake {
  if (kind === 'above') return null
  if (kind !== 'clip') return { kind }
  return clipId === '' ? 'areas.leadInUnset' : { kind, clipId }
}

function readCap(name: CapName, text: string): number | null | Mistake {
  if (text.trim() === '') return null
  const limit = /^\d+$/.test(text.trim()) ? Number(text) : 0
  return limit >= 1 && limit <= mostOf[name] ? limit : 'areas.badCap'
}

export function readFields(fields: RulesFields): RulesReading {
  const windows = fields.hasHours ? fields.windows.map(readWindow) : []
  const volumes = fields.hasVolumes ? fields.volumes.map(readVolume) : []
  const leadIn = readLeadIn(fields.leadIn)
  const read = {
    maxSessionsPerDay: readCap('maxSessionsPerDay', fields.caps.maxSessionsPerDay),
    maxMinutesPerSession: readCap('maxMinutesPerSession', fields.caps.maxMinutesPerSession),
    maxMinutesPerDay: readCap('maxMinutesPerDay', fields.caps.maxMinutesPerDay),
  }
  const mistakeOf = (value: object | number | null | Mistake): Mistake | undefined =>
    typeof value === 'string' ? value : undefined
  const hours = fields.hasHours && windows.length === 0 ? 'areas.noHours' : undefined
  const { maxSessionsPerDay, maxMinutesPerSession, maxMinutesPerDay } = read
  const isRight =
    hours === undefined &&
    [...windows, ...volumes, leadIn, ...Object.values(read)].every((one) => typeof one !== 'string')
  return {
    rules: isRight
      ? {
          hours: fields.hasHours ? windows.filter((one) => typeof one !== 'string') : null,
          maxSessionsPerDay: typeof maxSessionsPerDay === 'string' ? null : maxSessionsPerDay,
          maxMinutesPerSession: typeof maxMinutesPerSession === 'string' ? null : maxMinutesPerSession,
          maxMinutesPerDay: typeof maxMinutesPerDay === 'string' ? null : maxMinutesPerDay,
          volumes: fields.hasVolumes ? volumes.filter((one) => typeof one !== 'string') : null,
          leadIn: typeof leadIn === 'string' ? null : leadIn,
          languages: fields.languages,
        }
      : undefined,
    windows: windows.map(mistakeOf),
    hours,
    caps: {
      maxSessionsPerDay: mistakeOf(maxSessionsPerDay),
      maxMinutesPerSession: mistakeOf(maxMinutesPerSession),
      maxMinutesPerDay: mistakeOf(maxMinutesPerDay),
    },
    volumes: volumes.map(mistakeOf),
    leadIn: mistakeOf(leadIn),
  }
}

/** Share of the day that has passed at HH:MM, 0 … 1. */
export function shareOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return (hours * 60 + minutes) / 1_440
}
