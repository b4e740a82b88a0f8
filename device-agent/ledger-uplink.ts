import type { DeviceId, LedgerId } from '#protocol/ids.ts'
import type { LedgerAck, LedgerBatch } from '#protocol/ledger.ts'
import type { LedgerHead } from '#protocol/link.ts'
import type { Signer } from '#protocol/signing.ts'
import type { InstantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Clock } from './clock.ts'
import type { ClosedLedger } from './io/closed-ledger.ts'
import type { Ledger } from './io/ledger.ts'
import type { Link } from './io/link.ts'
import type { Log } from './io/log.ts'

/** Entries of the same moment travel together. */
const GATHER_MS = 300
/** At most one new ledger in this time, and one hello for a doubt. */
const FORK_EVERY_MS = 10 * 60_000
const DOUBT_EVERY_MS = 30_000
/**
 * Between one batch and the next, however soon the answer comes: after weeks offline a device delivers some hundred entries
 * a second at most, and a link that also brings alerts and clips is never its alone.
 */
const PAUSE_MS = 250
const FIRST_TIMEOUT_MS = 15_000
const LONGEST_TIMEOUT_MS = 300_000
/** How often the server is told that nothing has happened. */
const QUIET_REPORT_MS = 15 * 60_000

/**
 * Delivers the ledger: one batch in flight, sent again until it is acknowledged. What the server lacks of an earlier
 * ledger goes first, as it happened first; an earlier one that is refused or not answered stands back for the present one.
 */
export interface LedgerUplink {
  /**
   * The server welcomed this device; `position` is how far it has committed the ledger. `isRefused`: it takes no ledger of
   * this installation any more, so that nothing is sent and none is begun until a later welcome says otherwise.
   */
  onWelcome(position: LedgerHead, isForked: boolean, isRefused?: boolean): Promise<void>
  onAck(ack: LedgerAck): Promise<void>
  onDown(): void
  /** There is something new to send. */
  wake(): void
  stop(): void
}

export function createLedgerUplink(options: {
  readonly deviceId: DeviceId
  readonly ledger: Ledger
  readonly link: Pick<Link, 'publish'>
  readonly signer: Signer
  readonly clock: Clock
  readonly completeUntil: () => InstantMs | null
  /** Says hello again, for the sake of a signed welcome. */
  readonly askAgain: () => void
  readonly log: Log
}): LedgerUplink {
  const { ledger, clock, log } = options
  let isReady = false
  let forkedAtMs = Number.NEGATIVE_INFINITY
  let doubtedAtMs = Number.NEGATIVE_INFINITY
  /** The batch in flight; the acknowledgement of its last entry ends the wait. */
  let inFlight: { readonly ledgerId: LedgerId; readonly firstSeq: number; readonly lastSeq: number } | undefined
  let isAnswered = false
  /** Earlier ledgers that are not offered: until the agent starts again, and until the next welcome. */
  const refused = new Set<LedgerId>()
  const standingBack = new Set<LedgerId>()
  let timeouts = 0
  let gaps = 0
  let quietReported = false
  let cancelTimer = (): void => {}

  function schedule(delayMs: number): void {
    cancelTimer()
    cancelTimer = clock.after(delayMs, () => {
      // Sent and not answered: an earlier ledger must not keep the present one waiting.
      if (inFlight !== undefined && !isAnswered && findEarlier(inFlight.ledgerId)) standingBack.add(inFlight.ledgerId)
      inFlight = undefined
      send().catch((cause: unknown) => {
        log.warn('ledger batch not sent', { cause })
        if (isReady) schedule(FIRST_TIMEOUT_MS)
      })
    })
  }

  const findEarlier = (id: LedgerId): ClosedLedger | undefined => ledger.earlier.find((each) => each.ledgerId === id)
  const pickEarlier = (): ClosedLedger | undefined =>
    ledger.earlier.find(({ pending, ledgerId: id }) => pending > 0 && !refused.has(id) && !standingBack.has(id))

  async function send(): Promise<void> {
    if (!isReady || inFlight !== undefined) return
    const earlier = pickEarlier()
    // Read BEFORE the batch: it speaks of entries up to the batch's head, and of none that come meanwhile. Of an earlier
    // ledger the server takes it for no longer than to its last entry; one with a gap vouches for nothing.
    const completeUntil = earlier === undefined || earlier.stranded === 0 ? options.completeUntil() : null
    const { ledgerId, firstSeq, entries, head } = await (earlier ?? ledger).readBatch()
    if (!isReady || inFlight !== undefined) return
    if (earlier === undefined && entries.length === 0 && quietReported) {
      quietReported = false
      schedule(QUIET_REPORT_MS)
      return
    }
    const batch: LedgerBatch = {
      version: 1,
      ledgerId,
      entries,
      head,
      completeUntil,
    }
    inFlight = { ledgerId, firstSeq, lastSeq: firstSeq + entries.length - 1 }
    isAnswered = false
    const jws = await options.signer.sign('ledger', JSON.stringify(batch))
    const timeoutMs = Math.min(LONGEST_TIMEOUT_MS, FIRST_TIMEOUT_MS * 2 ** Math.min(timeouts, 8))
    timeouts += 1
    schedule(timeoutMs)
    await options.link.publish(deviceTopic(options.deviceId, 'ledger'), Buffer.from(jws), { qos: 1 })
  }

  /** Only a welcome is signed: on its word alone a ledger is given up, and never several in a row. */
  async function fork(): Promise<void> {
    isReady = false
    const sinceMs = clock.monotonicMs() - forkedAtMs
    if (sinceMs < FORK_EVERY_MS) {
      log.error('the server does not take this ledger either; it is asked again later')
      cancelTimer()
      cancelTimer = clock.after(FORK_EVERY_MS - sinceMs, options.askAgain)
      return
    }
    forkedAtMs = clock.monotonicMs()
    log.error('the server knows another history of this ledger; a new one is begun')
    await ledger.beginNew()
    options.askAgain()
  }

  /**
   * What the server says of an earlier ledger is not signed and no welcome speaks of it, so that a refusal deletes nothing:
   * the entries stay on the card, and are offered once more at the agent's next start.
   */
  async function onEarlierAck(earlier: ClosedLedger, ack: LedgerAck): Promise<void> {
    const { ledgerId } = earlier
    if (inFlight?.ledgerId !== ledgerId || isAnswered) return
    const { firstSeq, lastSeq } = inFlight
    const isRefused =
      ack.status === 'forked' || ack.status === 'refused' || (await earlier.acknowledge(ack)) === 'unknown'
    if (isRefused) {
      refused.add(ledgerId)
      log.error('the server does not take the rest of an earlier ledger; it stays on the card', {
        ledgerId,
        status: ack.status,
        entries: earlier.pending,
      })
    } else if (ack.status === 'gap' && ack.seq === firstSeq - 1) {
      // It asks for what it was just sent: not again before the next welcome.
      standingBack.add(ledgerId)
    } else if (ack.status === 'committed' && ack.seq < lastSeq) return
    else if (earlier.pending === 0) {
      log.info('an earlier ledger is delivered as far as it can be', { ledgerId, stranded: earlier.stranded })
    }
    isAnswered = true
    timeouts = 0
    schedule(PAUSE_MS)
  }

  /** An acknowledgement is not signed, so that its doubts are only a reason to ask for a welcome. */
  function doubt(): void {
    const sinceMs = clock.monotonicMs() - doubtedAtMs
    if (sinceMs < DOUBT_EVERY_MS) return
    doubtedAtMs = clock.monotonicMs()
    log.warn('the server is said not to take this ledger; a signed word is asked for')
    options.askAgain()
  }

  return {
    async onWelcome(position, isForked, isRefused = false) {
      if (isRefused) {
        isReady = false
        inFlight = undefined
        cancelTimer()
        log.error(
          'the server takes no more ledgers of this installation: it needs a replacement code; the entries stay here',
        )
        return
      }
      if (isForked || (await ledger.acknowledge(position)) === 'forked') return fork()
      isReady = true
      inFlight = undefined
      standingBack.clear()
      timeouts = 0
      quietReported = false
      schedule(0)
    },
    async onAck(ack) {
      if (ack.ledgerId !== ledger.head.ledgerId) {
        const earlier = findEarlier(ack.ledgerId)
        return earlier === undefined ? undefined : onEarlierAck(earlier, ack)
      }
      if (ack.status === 'forked' || ack.status === 'refused' || (await ledger.acknowledge(ack)) === 'forked')
        return doubt()
      gaps = ack.status === 'gap' ? gaps + 1 : 0
      if (inFlight?.ledgerId !== ack.ledgerId || (ack.status !== 'gap' && ack.seq < inFlight.lastSeq)) return
      isAnswered = true
      timeouts = 0
      // What was just told needs no second telling until something happens or time passes.
      quietReported = ack.seq === ledger.head.seq
      // A gap that stays (its entries are gone) must not go round and round.
      schedule(gaps < 2 ? PAUSE_MS : Math.min(LONGEST_TIMEOUT_MS, FIRST_TIMEOUT_MS * 2 ** Math.min(gaps, 8)))
    },
    onDown() {
      isReady = false
      inFlight = undefined
      cancelTimer()
    },
    wake() {
      quietReported = false
      if (isReady && inFlight === undefined) schedule(GATHER_MS)
    },
    stop() {
      isReady = false
      cancelTimer()
    },
  }
}
