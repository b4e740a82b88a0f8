import { z } from 'zod'
import { instant } from '#server/http/schemas.ts'

const count = z.number().int()
const DAY_MS = 86_400_000
export const MOST_DAYS = 90

export const healthQuery = z.object({
  days: z.coerce.number().int().min(1).max(MOST_DAYS).default(7).describe('How many days back from now'),
})
export const daysMs = (days: number): number => days * DAY_MS

export const deviceHealth = z
  .object({
    from: instant,
    to: instant,
    hours: z
      .array(
        z.object({
          at: instant.describe('Where the hour begins'),
          reports: count.describe('How often it told of itself; twice a minute while it is connected'),
          maxTemperatureC: z.number().nullable(),
          minDiskFreeBytes: z.number().nullable(),
          maxMemoryRssBytes: z.number().nullable(),
          minSignalPercent: count.nullable(),
          worstClockOffsetMs: count.nullable().describe('Its clock minus the server’s'),
          xruns: count.describe('Interruptions of the sound'),
        }),
      )
      .describe('The worst of each hour; hours in which it was not heard are missing'),
    connections: z
      .array(z.object({ beganAt: instant, endedAt: instant.nullable().describe('Null while it lasts') }))
      .describe('That touch this time, newest first, at most 200'),
  })
  .meta({ id: 'DeviceHealth' })
