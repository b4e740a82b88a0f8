import { z } from 'zod'

/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. On the wire an integer; names end in `At`. */
export const instantMs = z
  .number()
  .int()
  .min(0)
  .max(253_402_300_799_999)
  .brand('InstantMs')
  .describe('Instant, ms since 1970 UTC')
export type InstantMs = z.infer<typeof instantMs>

/** A length of time in whole milliseconds. Names end in `Ms`. */
export const durationMs = z.number().int().min(0).max(1_000_000_000_000).describe('Duration in ms')

/** A calendar day in the area's zone, `YYYY-MM-DD`. */
export const localDate = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .brand('LocalDate')
  .describe('Calendar day in the area’s time zone, YYYY-MM-DD')
export type LocalDate = z.infer<typeof localDate>

/**
 * How far a device trusts its clock. `trusted`: confirmed by the server within a day, or kept by NTP; `unconfirmed`: goes on
 * from a moment of this boot at which it was trusted, or from a hardware clock; `untrusted`: contradicts one of these, or
 * nothing speaks for it – only emergencies sound.
 */
export const clockState = z.enum(['trusted', 'unconfirmed', 'untrusted'])
export type ClockState = z.infer<typeof clockState>
