/** Calendar days as YYYY-MM-DD and wall-clock times as HH:MM[:SS] in a zone; instants as milliseconds since 1970 UTC. */
export interface LocalMoment {
  readonly date: string
  readonly time: string
}

/** What the clock on the wall of that zone shows. */
export function toLocal(instantMs: number, timeZone: string): LocalMoment {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(instantMs))
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? ''
  return { date: `${of('year')}-${of('month')}-${of('day')}`, time: `${of('hour')}:${of('minute')}:${of('second')}` }
}

/** The instant of a wall-clock moment. Two rounds settle the offset also on days when it changes. */
export function toInstant(date: string, time: string, timeZone: string): number {
  const asUtc = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`)
  let guess = asUtc
  for (let round = 0; round < 2; round++) {
    const shown = toLocal(guess, timeZone)
    guess += asUtc - Date.parse(`${shown.date}T${shown.time}Z`)
  }
  return guess
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** 1 Monday … 7 Sunday (ISO 8601). */
export function weekdayOf(date: string): number {
  return ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
}

export function mondayOf(date: string): string {
  return addDays(date, 1 - weekdayOf(date))
}
