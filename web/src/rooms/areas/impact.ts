import type { Impact } from './types.ts'

type Misfit = Impact['noLongerFits']['occurrences'][number]
type Delay = NonNullable<Impact['delayed']>['occurrences'][number]
type BrokenDay = Impact['capsBroken']['days'][number]

/** What happens alike to the same broadcast, day after day: one line. */
export interface Group<T> {
  readonly key: string
  /** The first one stands for all. */
  readonly first: T
  readonly all: readonly T[]
  /** The most speakers that one of them concerns. */
  readonly deviceCount: number
}

function group<T>(all: readonly T[], keyOf: (one: T) => string, devicesOf: (one: T) => number): Group<T>[] {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return [...groups].flatMap(([key, members]) => {
    const [first] = members
    return first === undefined ? [] : [{ key, first, all: members, deviceCount: Math.max(...members.map(devicesOf)) }]
  })
}

/** `timeOf` writes the time of the day, as the reader sees it. */
export function groupMisfits(all: readonly Misfit[], timeOf: (at: string) => string): Group<Misfit>[] {
  const keyOf = ({ title, startAt, reason, cutAt }: Misfit): string =>
    [title, timeOf(startAt), reason, cutAt === null ? '' : timeOf(cutAt)].join(' | ')
  return group(all, keyOf, ({ deviceCount }) => deviceCount)
}

export function groupDelays(all: readonly Delay[], timeOf: (at: string) => string): Group<Delay>[] {
  const keyOf = ({ title, startAt, soundsFrom }: Delay): string =>
    [title, timeOf(startAt), timeOf(soundsFrom)].join(' | ')
  return group(all, keyOf, ({ deviceCount }) => deviceCount)
}

export const groupBrokenDays = (all: readonly BrokenDay[]): Group<BrokenDay>[] =>
  group(
    all,
    ({ rule, from, limit, actual }) => [rule, from.id, limit, actual].join(' | '),
    () => 0,
  )
