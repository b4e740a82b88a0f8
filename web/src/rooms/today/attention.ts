import type { Occurrence, Troubles } from '../../api/types.ts'
import type { Format } from '../../i18n/format.ts'
import type { Args, Key } from '../../i18n/translate.ts'
import type { IconName } from '../../ui/icons.ts'

/** One thing that asks for somebody: what and how many, where, and what mends it. */
export interface Trouble {
  readonly key: string
  readonly tone: 'bad' | 'warn' | 'info'
  readonly icon: IconName
  readonly title: string
  /** How many, and a list of exactly these. */
  readonly count?: Link
  readonly lines: readonly (Omit<Link, 'href'> & { readonly href?: string })[]
  readonly mend?: Link
}
interface Link {
  readonly text: string
  readonly href: string
}
/** Who reads it: in which words, and what they may do about it. */
export interface Reader {
  readonly i18n: { t<K extends Key>(key: K, ...args: Args<K>): string; readonly format: Format }
  readonly may: (action: Mending) => boolean
  readonly alarmName: (code: string) => string
  readonly languageName: (tag: string) => string
}
export type Mending = 'areas.rules' | 'devices.command' | 'devices.manage' | 'library.approve' | 'library.edit'

type NotHeard = Troubles['notHeard'][number]
const mostLines = 4

/** Alarms that may mean that somebody tampers: they stand before everything else. */
const securityAlarms = new Set(['hardware-changed', 'ledger-forked', 'ledger-replaced', 'unscheduled-sound'])

const speakerPage = (id: string): string => `#/cum-loa/${id}`
const occurrencePage = (id: string): string => `#/lich-phat?xem=${encodeURIComponent(id)}`
/** Who is one of a few is shown at once; of many there is a list. */
const one = <T>(devices: number, speakers: readonly T[]): T | undefined => (devices === 1 ? speakers[0] : undefined)

const namesOf = (speakers: readonly { readonly name: string }[], devices: number): string =>
  [...speakers.map(({ name }) => name), ...(devices > speakers.length ? ['…'] : [])].join(', ')

/**
 * What to do about it, by why it was not heard. What lies with the speaker itself is mended there; what the plan or an area
 * says, there.
 */
function mendOf(row: NotHeard, listed: string, { i18n, may }: Reader): Link {
  const [example] = row.examples
  const speaker = one(row.devices, row.speakers)
  const atSpeakers = (text: string): Link => ({ text, href: speaker === undefined ? listed : speakerPage(speaker.id) })
  const look = i18n.t(speaker === undefined ? 'trouble.seeSpeakers' : 'trouble.openSpeaker')
  switch (row.reason.code) {
    case 'outside-hours':
    case 'suspended':
      return example === undefined
        ? { text: look, href: listed }
        : {
            text: i18n.t(
              row.reason.code === 'suspended'
                ? 'trouble.seeSuspension'
                : may('areas.rules')
                  ? 'trouble.changeHours'
                  : 'trouble.seeHours',
            ),
            href: `#/dia-ban/${example.areaId}`,
          }
    case 'preempted':
    case 'gave-way':
    case 'window-ended':
    case 'stopped':
    case 'cancelled':
    case 'late-skipped':
      return example === undefined
        ? { text: look, href: listed }
        : { text: i18n.t('trouble.seeBroadcast'), href: occurrencePage(example.id) }
    case 'muted':
      return atSpeakers(may('devices.command') ? i18n.t('trouble.unmute') : look)
    case 'volume-zero':
      return atSpeakers(may('devices.manage') ? i18n.t('trouble.setVolume') : look)
    case 'never-enrolled':
    case 'revoked':
      return atSpeakers(may('devices.manage') ? i18n.t('trouble.install') : look)
    default:
      return atSpeakers(look)
  }
}

function notHeard(row: NotHeard, reader: Reader): Trouble {
  const { i18n } = reader
  const { outcome, reason, devices, occurrences, examples, speakers } = row
  const listed = `#/hom-nay/khong-phat?${new URLSearchParams({ 'ket-qua': outcome, 'ly-do': reason.code })}`
  const more = occurrences - examples.length
  return {
    key: `${outcome} ${reason.code}`,
    tone: outcome === 'missed' ? 'bad' : outcome === 'partial' ? 'warn' : 'info',
    icon: outcome === 'missed' ? 'muted' : outcome === 'partial' ? 'warning' : 'clock',
    title: reason.text,
    count: { text: i18n.t(`trouble.${outcome}`, { count: devices }), href: listed },
    lines: [
      ...examples.map(({ id, title, startAt, devices: of }) => ({
        text:
          occurrences === 1
            ? `${i18n.format.time(startAt)} ${title}`
            : i18n.t('trouble.occurrence', { time: i18n.format.time(startAt), title, count: of }),
        href: occurrencePage(id),
      })),
      ...(more > 0 ? [{ text: i18n.t('trouble.moreBroadcasts', { count: more }) }] : []),
      ...(speakers.length > 0 ? [{ text: namesOf(speakers, devices) }] : []),
    ],
    mend: mendOf(row, listed, reader),
  }
}

function awaiting({ awaiting: all, awaitingTotal }: Troubles, { i18n, may }: Reader): Trouble[] {
  if (awaitingTotal === 0) return []
  const isPending = all.some(({ state }) => state === 'pending')
  const mine = all.find(({ state, isReadable }) => isReadable && state !== 'pending')
  const mend =
    isPending && may('library.approve')
      ? { text: i18n.t('trouble.approve'), href: '#/cho-duyet' }
      : mine !== undefined && may('library.edit')
        ? { text: i18n.t('trouble.openBulletin'), href: `#/thu-vien/${mine.bulletinId}` }
        : undefined
  return [
    {
      key: 'awaiting',
      tone: 'warn',
      icon: 'approve',
      title: i18n.t('trouble.awaiting', { count: awaitingTotal }),
      lines: [
        ...all.slice(0, mostLines).map(({ bulletinId, title, state, startAt, isReadable }) => ({
          text: i18n.t('trouble.awaitingOne', {
            time: i18n.format.time(startAt),
            title,
            state: i18n.t(state === 'approved' ? 'clip.processing' : `state.${state}`),
          }),
          ...(isReadable
            ? {
                href:
                  state === 'pending' && may('library.approve')
                    ? `#/cho-duyet/${bulletinId}`
                    : `#/thu-vien/${bulletinId}`,
              }
            : {}),
        })),
        ...(awaitingTotal > mostLines
          ? [{ text: i18n.t('trouble.moreBulletins', { count: awaitingTotal - mostLines }) }]
          : []),
      ],
      ...(mend ? { mend } : {}),
    },
  ]
}

function missingLanguages({ missingLanguages: all }: Troubles, { i18n, may, languageName }: Reader): Trouble[] {
  const [first] = all
  if (first === undefined) return []
  const hrefOf = ({ bulletinId, language, isReadable }: typeof first): { href?: string } => {
    if (!isReadable) return {}
    const edit = may('library.edit') ? `/sua?tieng=${encodeURIComponent(language)}` : ''
    return { href: `#/thu-vien/${bulletinId}${edit}` }
  }
  const { href } = hrefOf(first)
  return [
    {
      key: 'languages',
      tone: 'warn',
      icon: 'text',
      title: i18n.t('trouble.languages'),
      lines: all.slice(0, mostLines).map((each) => ({
        text: i18n.t('trouble.language', {
          title: each.title,
          language: languageName(each.language),
          count: each.devices,
        }),
        ...hrefOf(each),
      })),
      ...(href !== undefined && may('library.edit') ? { mend: { text: i18n.t('trouble.addLanguage'), href } } : {}),
    },
  ]
}

function alarms({ alarms: { devices, byCode } }: Troubles, { i18n, alarmName }: Reader): Trouble[] {
  if (devices === 0) return []
  const isSecurity = byCode.some(({ code }) => securityAlarms.has(code))
  const only = one(devices, byCode[0]?.speakers ?? [])
  const href = only === undefined ? '#/cum-loa?loc=alarms' : speakerPage(only.id)
  return [
    {
      key: isSecurity ? 'security' : 'alarms',
      tone: 'bad',
      icon: 'bell',
      title: i18n.t('trouble.alarms'),
      count: { text: i18n.t('trouble.alarmed', { count: devices }), href: '#/cum-loa?loc=alarms' },
      lines: byCode.slice(0, mostLines).map(({ code, devices: of, speakers }) => {
        const speaker = one(of, speakers)
        return {
          text: i18n.t('trouble.alarm', { what: alarmName(code), names: namesOf(speakers, of) }),
          ...(speaker === undefined ? {} : { href: speakerPage(speaker.id) }),
        }
      }),
      mend: { text: i18n.t(only === undefined ? 'trouble.seeAlarms' : 'trouble.seeAlarm'), href },
    },
  ]
}

function offline({ offline: { devices, since, speakers } }: Troubles, { i18n }: Reader): Trouble[] {
  if (devices === 0) return []
  const href = '#/cum-loa?loc=offline'
  const only = one(devices, speakers)
  return [
    {
      key: 'offline',
      tone: 'bad',
      icon: 'offline',
      title: i18n.t('trouble.offline'),
      count: { text: i18n.t('today.offline', { count: devices }), href },
      lines: [
        { text: namesOf(speakers, devices), ...(only === undefined ? {} : { href: speakerPage(only.id) }) },
        ...(since === null ? [] : [{ text: i18n.t('trouble.since', { time: i18n.format.dateTime(since) }) }]),
      ],
      mend: {
        text: i18n.t(only === undefined ? 'trouble.seeSpeakers' : 'trouble.openSpeaker'),
        href: only === undefined ? href : speakerPage(only.id),
      },
    },
  ]
}

function muted({ muted: { devices, speakers } }: Troubles, { i18n, may }: Reader): Trouble[] {
  if (devices === 0) return []
  const href = '#/cum-loa?loc=muted'
  const only = one(devices, speakers)
  return [
    {
      key: 'muted',
      tone: 'warn',
      icon: 'muted',
      title: i18n.t('trouble.mutedTitle'),
      count: { text: i18n.t('trouble.muted', { count: devices }), href },
      lines: [{ text: namesOf(speakers, devices) }],
      mend: {
        text: i18n.t(may('devices.command') ? 'trouble.unmute' : 'trouble.seeSpeakers'),
        href: only === undefined ? href : speakerPage(only.id),
      },
    },
  ]
}

function returned({ returned: count }: Troubles, { i18n, may }: Reader): Trouble[] {
  if (count === 0 || !may('library.edit')) return []
  const href = '#/thu-vien?loc=returned'
  return [
    {
      key: 'returned',
      tone: 'warn',
      icon: 'undo',
      title: i18n.t('trouble.returnedTitle'),
      count: { text: i18n.t('trouble.returned', { count }), href },
      lines: [],
      mend: { text: i18n.t('trouble.mend'), href },
    },
  ]
}

function suspensions({ suspensions: all, asOf }: Troubles, { i18n, may }: Reader): Trouble[] {
  return all.map(({ areaId, areaName, reason, from, until }) => ({
    key: `suspended ${areaId} ${from}`,
    tone: 'info' as const,
    icon: 'pause' as const,
    title: i18n.t(from <= asOf ? 'trouble.suspended' : 'trouble.willBeSuspended', { area: areaName }),
    lines: [
      {
        text: i18n.t('trouble.suspension', {
          reason,
          from: i18n.format.dateTime(from),
          until: i18n.format.dateTime(until),
        }),
      },
    ],
    mend: {
      text: i18n.t(may('areas.rules') ? 'trouble.changeSuspension' : 'trouble.seeSuspension'),
      href: `#/dia-ban/${areaId}`,
    },
  }))
}

/** What the plan leaves out of the next day: outside the hours, or giving way. */
function leftOut(next: readonly Occurrence[], { i18n, may }: Reader): Trouble[] {
  const all = next.filter(({ state }) => state === 'left-out')
  const [first] = all
  if (first === undefined) return []
  return [
    {
      key: 'left-out',
      tone: 'warn',
      icon: 'muted',
      title: i18n.t('trouble.leftOut', { count: all.length }),
      lines: all.slice(0, mostLines).map(({ id, title, startAt }) => ({
        text: `${i18n.format.time(startAt)} ${title}`,
        href: occurrencePage(id),
      })),
      mend: {
        text: i18n.t(may('areas.rules') ? 'trouble.changeHours' : 'trouble.seeHours'),
        href: `#/dia-ban/${first.areaId}`,
      },
    },
  ]
}

/**
 * All of it, what this person can mend first: a technician looks after speakers, a leader after what waits to be approved.
 * What may mean that somebody tampers stands before everything for everybody.
 */
export function listTroubles(found: Troubles, next: readonly Occurrence[], reader: Reader): Trouble[] {
  const { may } = reader
  const [failed, unknown] = [
    found.notHeard.filter(({ outcome }) => outcome !== 'unknown'),
    found.notHeard.filter(({ outcome }) => outcome === 'unknown'),
  ].map((rows) => rows.map((row) => notHeard(row, reader)))
  const alarmed = alarms(found, reader)
  const ofSpeakers = [...alarmed.filter(({ key }) => key !== 'security'), ...offline(found, reader)]
  const ofContent = [...awaiting(found, reader), ...returned(found, reader)]
  const isTechnician = may('devices.manage') && !may('library.edit')
  return [
    ...alarmed.filter(({ key }) => key === 'security'),
    ...(isTechnician ? ofSpeakers : ofContent),
    ...(failed ?? []),
    ...(isTechnician ? [] : ofSpeakers),
    ...muted(found, reader),
    ...leftOut(next, reader),
    ...missingLanguages(found, reader),
    ...(isTechnician ? ofContent : []),
    ...suspensions(found, reader),
    ...(unknown ?? []),
  ]
}
