import { toInstant } from '#agent/clock.ts'
import type { InstantMs } from '#protocol/time.ts'
import { isSystemError, readIfThere } from './files.ts'
import type { Log } from './log.ts'

/** What this machine itself says about its clock. */
export interface TimeSources {
  /** Does the kernel say that NTP keeps its clock? Undefined where it does not tell. */
  isNtpSynchronised(): boolean | undefined
  /** The hardware clock, to the second; undefined where there is none. */
  readRtc(): Promise<InstantMs | undefined>
}

/** Return value of adjtimex(2): the clock is not synchronised (STA_UNSYNC; set at boot and by every step by hand). */
const TIME_ERROR = 5
/** More than a `struct timex` takes on any machine; zeros ask without setting anything (`modes` is 0). */
const TIMEX_BYTES = 512
const RTC_FILE = '/sys/class/rtc/rtc0/since_epoch'

/**
 * Asks the kernel through koffi. Where that is missing, or a sandbox forbids the call, NTP counts as unknown, and trust
 * rests on the server, the hardware clock and continuity.
 */
export async function openTimeSources(log: Log): Promise<TimeSources> {
  const adjtimex = await bindAdjtimex(log)
  return {
    isNtpSynchronised() {
      const state = adjtimex?.(Buffer.alloc(TIMEX_BYTES)) ?? -1
      return state < 0 ? undefined : state !== TIME_ERROR
    },
    async readRtc() {
      try {
        const seconds = Number.parseInt((await readIfThere(RTC_FILE))?.toString() ?? '', 10)
        return Number.isFinite(seconds) ? toInstant(seconds * 1_000) : undefined
      } catch (cause) {
        // A hardware clock that lost its power answers with an error: as good as none.
        if (isSystemError(cause)) return undefined
        throw cause
      }
    },
  }
}

async function bindAdjtimex(log: Log): Promise<((timex: Buffer) => number) | undefined> {
  try {
    const { default: koffi } = await import('koffi')
    const call = koffi.load('libc.so.6').func('int adjtimex(_Inout_ void *timex)')
    return (timex) => Number(call(timex))
  } catch (cause) {
    log.info('the kernel cannot be asked about NTP', { cause })
    return undefined
  }
}
