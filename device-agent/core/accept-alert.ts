import type { AlertMessage } from '#protocol/alert.ts'
import type { AlertId, AreaId, MessageId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'

/** What is remembered of one alert until it can do no more harm. */
export type KnownAlert = {
  readonly alertId: AlertId
  readonly sequence: number
  readonly messageId: MessageId
  /** The latest expiry of all that was said about it. */
  readonly expiresAt: InstantMs
  /** `done`: played to its end here. No command stops an alert, only its cancel. */
  readonly state: 'in-force' | 'done' | 'cancelled'
}

export type AlertVerdict =
  | { readonly act: 'play' | 'replace' | 'cancel' | 'remember' }
  | { readonly act: 'ignore'; readonly why: 'expired' | 'other-area' | 'replay' | 'superseded' }

/**
 * What to do with a verified alert message. Ordered only within one alertId, so that one alert overtaking another loses
 * nothing. `trustedNow` is the server's time, whatever this device's clock says. The same message comes again with every
 * welcome: it is played again only if it was interrupted, by a power cut for instance, and is not sounding now.
 */
export function judgeAlert(
  message: AlertMessage,
  known: KnownAlert | undefined,
  context: {
    readonly areas: readonly AreaId[]
    readonly trustedNow: number
    readonly isPlaying: boolean
  },
): AlertVerdict {
  if (!context.areas.includes(message.area)) return { act: 'ignore', why: 'other-area' }
  if (message.expiresAt <= context.trustedNow) return { act: 'ignore', why: 'expired' }
  if (known !== undefined && message.sequence < known.sequence) return { act: 'ignore', why: 'superseded' }
  const isAgain = known !== undefined && message.sequence === known.sequence
  if (isAgain) {
    const isUnfinished = known.state === 'in-force' && message.messageId === known.messageId
    if (!isUnfinished || context.isPlaying) return { act: 'ignore', why: 'replay' }
    return { act: 'play' }
  }
  if (message.body.kind === 'cancel') return { act: context.isPlaying ? 'cancel' : 'remember' }
  return { act: context.isPlaying ? 'replace' : 'play' }
}
