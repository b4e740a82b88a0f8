/** Where a cut begins and ends, and how people type it. Pure. */

export interface Cut {
  readonly startMs: number
  readonly endMs: number
}

/** What is left must be so long: the server refuses less. */
export const shortestMs = 500

/** `0:03,5`, `3,5`, `3.5`, `1:02:03` → milliseconds; undefined for what cannot be meant. */
export function parsePlace(text: string): number | undefined {
  const parts = text.trim().replace(',', '.').split(':')
  if (
    parts.length > 3 ||
    !parts.every((part, index) => /^\d+(\.\d+)?$/.test(part) && (index === parts.length - 1 || !part.includes('.')))
  )
    return undefined
  const seconds = parts.reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round(seconds * 1000)
}

/** `0:03,5`: minutes, seconds and tenths. */
export function writePlace(placeMs: number, decimal: string): string {
  const tenths = Math.round(placeMs / 100)
  const minutes = Math.floor(tenths / 600)
  return `${minutes}:${String(Math.floor((tenths % 600) / 10)).padStart(2, '0')}${decimal}${tenths % 10}`
}

/** Moves one end, as far as the other and the sound let it. */
export function moveEnd(cut: Cut, end: 'start' | 'end', toMs: number, lengthMs: number): Cut {
  return end === 'start'
    ? { ...cut, startMs: Math.round(Math.max(0, Math.min(toMs, cut.endMs - shortestMs))) }
    : { ...cut, endMs: Math.round(Math.min(lengthMs, Math.max(toMs, cut.startMs + shortestMs))) }
}
