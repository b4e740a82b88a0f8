import type { InstantMs } from '#protocol/time.ts'
import { severities } from './codes.ts'
import type { SaidEvent, SecurityFacts } from './events.ts'

/** RFC 5424 §6.2.1. */
export const syslogFacilities = {
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const
export type SyslogFacility = keyof typeof syslogFacilities

export interface SyslogOrigin {
  readonly facility: SyslogFacility
  readonly hostName: string
  readonly processId: number
}

/**
 * The private enterprise number that makes our structured data's name ours (§7.2.2) would be bought from IANA; this is the
 * one that RFC 5612 keeps for whoever has none.
 */
const SD_ID = 'loaxa@32473'
const BOM = '\uFEFF'

/** PRINTUSASCII without spaces (§6), or the nil value. */
const headerText = (text: string, maxLength: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, maxLength) || '-'

/** Line ends and other controls would let a fact forge a second line in whatever file it ends up in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const withoutControls = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')

/** §6.3.3: `"`, `\` and `]` are escaped, and nothing else may be. */
const escapeValue = (text: string): string => withoutControls(text).replaceAll(/["\\\]]/g, '\\$&')

function structuredData({ code, facts, withheld }: SaidEvent): string {
  const all: SecurityFacts & { code: string; withheld?: string } = {
    code,
    ...facts,
    ...(withheld === 0 ? {} : { withheld: String(withheld) }),
  }
  const params = Object.entries(all).map(([name, value]) => ` ${name}="${escapeValue(value ?? '')}"`)
  return `[${SD_ID}${params.join('')}]`
}

/** One event as a syslog message (RFC 5424 §6), without any framing. */
export function formatSyslog(event: SaidEvent, at: InstantMs, origin: SyslogOrigin): Buffer {
  const priority = syslogFacilities[origin.facility] * 8 + severities.indexOf(event.severity)
  const header = [
    `<${priority}>1`,
    new Date(at).toISOString(),
    headerText(origin.hostName, 255),
    'loaxa',
    String(origin.processId),
    headerText(event.code, 32),
  ]
  return Buffer.from(`${header.join(' ')} ${structuredData(event)} ${BOM}${withoutControls(event.text)}`, 'utf8')
}
