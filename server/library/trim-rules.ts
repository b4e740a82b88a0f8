/** Cutting the start and end off a clip. Pure. */

export type Cut =
  | { readonly ok: true; readonly endMs: number }
  | { readonly ok: false; readonly refusal: 'trim-outside' | 'trim-too-short' | 'trim-nothing' }

/** A page's player and the server's measurement differ by so much at the end. */
const endToleranceMs = 50

/** Whether [startMs, endMs) of a clip of this length may become a clip. */
export function judgeCut(
  durationMs: number,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  minDurationMs: number,
): Cut {
  if (startMs >= endMs || endMs > durationMs + endToleranceMs) return { ok: false, refusal: 'trim-outside' }
  const end = Math.min(endMs, durationMs)
  if (end - startMs < minDurationMs) return { ok: false, refusal: 'trim-too-short' }
  if (startMs === 0 && end === durationMs) return { ok: false, refusal: 'trim-nothing' }
  return { ok: true, endMs: end }
}
