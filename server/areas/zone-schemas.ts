import { z } from 'zod'
import { planImpact } from './rules-schemas.ts'

/** A name of the IANA time zone database that this server knows; targets carry it (protocol/target.ts). */
const timeZone = z.string().max(60).refine(isTimeZone).describe('IANA time zone, e.g. Asia/Ho_Chi_Minh')

export const areaZoneChange = z.object({ timeZone })

export const areaZoneChanged = z
  .object({
    areas: z.number().int().describe('Areas whose zone was another one until now'),
    revision: z.number().int().describe('Of the area itself'),
    ...planImpact,
  })
  .meta({ id: 'AreaZoneChanged' })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    // Offsets (+07:00) are zones for some versions of ICU, and for none of the devices.
    return /^[A-Za-z]/.test(name)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
