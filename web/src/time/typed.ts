/** What people type for times and dates. Both answer undefined for what cannot be meant. */

/** `17h30`, `17:30`, `17.30`, `1730`, `17h`, `5h5`, `17` → `17:30` … */
export function parseTime(text: string): string | undefined {
  const match =
    /^(\d{1,2})(?:\s*(?:h|g|giờ|:|\.)\s*(\d{1,2})?)?(?:\s*(?:p|ph|phút))?$/i.exec(text.trim()) ?? split(text)
  if (!match) return undefined
  const hours = Number(match[1])
  const minutes = Number(match[2] ?? 0)
  if (hours > 23 || minutes > 59) return undefined
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

function split(text: string): RegExpExecArray | null {
  return /^(\d{1,2})(\d{2})$/.exec(text.trim())
}

/** `25/11/2026`, `25/11` (this year, or the next when that day has passed), `25-11-26`, → `2026-11-25`. */
export function parseDate(text: string, today: string): string | undefined {
  const match = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{2}|\d{4}))?$/.exec(text.trim())
  if (!match) return undefined
  const [, day = '', month = '', year] = match
  const of = (fullYear: number): string | undefined => {
    const date = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    const at = Date.parse(`${date}T00:00:00Z`)
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? date : undefined
  }
  if (year !== undefined) return of(year.length === 2 ? 2000 + Number(year) : Number(year))
  const thisYear = Number(today.slice(0, 4))
  const date = of(thisYear)
  return date !== undefined && date < today ? of(thisYear + 1) : date
}

/** `2026-11-25` → `25/11/2026` */
export function writeDate(date: string): string {
  return date.split('-').reverse().join('/')
}
