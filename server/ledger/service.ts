import type { Logger } from 'pino'
import { type DeviceId, newId, sha256 } from '#protocol/ids.ts'
import { type LedgerAck, type LedgerBatch, ledgerBatch } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { emptyLedgerHash, type LedgerHead } from '#protocol/link.ts'
import { verifySigned } from '#protocol/signing.ts'
import type { InstantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { createBackground } from '#server/mqtt/background.ts'
import type { DeviceLink, UplinkHandlers } from '#server/mqtt/link.ts'
import { UndecodableMessage } from '#server/mqtt/router.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { createAnnouncer } from './announcer.ts'
import { endPlays, insertAdopted, insertPlays, settleCommands } from './plays/store.ts'
import { findUnscheduled } from './plays/unscheduled-store.ts'
import { projectEntries } from './projection.ts'
import {
  decideIngest,
  type ForkReason,
  judgeCompleteUntil,
  lastWordOf,
  listHeard,
  type ReadEntry,
  readEntries,
  subjectsOf,
} from './rules.ts'
import { createStanding, type LedgerAlarms, MAX_LEDGERS_PER_INSTALLATION, type Standing } from './standing.ts'
import {
  beginLedger,
  countLedgers,
  type InstallationRow,
  insertEntries,
  inTransaction,
  type LedgerRow,
  lockLedger,
  quarantine,
  readHashes,
  readInstallation,
  type Tx,
  updateLedger,
} from './store.ts'

export interface LedgerDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly security: SecurityEvents
  readonly events: ConsoleEvents
  readonly link: Pick<DeviceLink, 'publish'>
  readonly alarms: LedgerAlarms
  /** Told how many entries were taken in. */
  readonly onTaken?: (count: number) => void
  /** How long events for the consoles are gathered. */
  readonly announceDelayMs?: number
}

export interface LedgerService {
  readonly handlers: Pick<UplinkHandlers, 'ledger'>
  /**
   * Takes in one signed batch (compact JWS) in one transaction. The answer is what the device is to be told after the
   * commit; undefined when it is to be told nothing (a batch that is not this device's).
   */
  ingest(id: DeviceId, jws: string): Promise<LedgerAck | undefined>
  /** What a device that says hello is to be told of its ledger. A head that contradicts what is committed raises an alarm. */
  standing(id: DeviceId, installationId: string, head: LedgerHead, isNewWord: boolean): Promise<Standing>
  flush(): Promise<void>
}

/** Base64url of the largest batch, with its header and signature. */
const MAX_JWS_BYTES = Math.ceil((limits.maxLedgerBatchBytes * 4) / 3) + 1_024
const MAX_QUARANTINED_PER_LEDGER = 2_000
const ANNOUNCE_DELAY_MS = 300
const nothing = { seq: 0, hash: emptyLedgerHash } as const

interface Ingested {
  ack: LedgerAck
  taken: readonly ReadEntry[]
  fork: ForkReason | undefined
  /** The device began this ledger and left that one, which nothing was wrong with as far as the server knows. */
  replacedId?: string | undefined
}
type Refusal = 'foreign' | 'exhausted'

/** Takes in what devices did: exact bytes, verified chain, each entry once, acknowledged after the commit. */
export function createLedgerService(deps: LedgerDeps): LedgerService {
  const { db, clock, log, security, link } = deps
  const background = createBackground(log)
  const announcer = createAnnouncer(deps.events, deps.announceDelayMs ?? ANNOUNCE_DELAY_MS)

  /** The ledger, locked until the transaction ends; made when the installation begins one. */
  async function openLedger(
    tx: Tx,
    deviceId: DeviceId,
    installation: InstallationRow,
    id: string,
    now: InstantMs,
  ): Promise<{ ledger: LedgerRow; replacedId: string | undefined } | Refusal> {
    const known = await lockLedger(tx, id)
    if (known !== undefined)
      return known.installationId === installation.id ? { ledger: known, replacedId: undefined } : 'foreign'
    if ((await countLedgers(tx, installation.id)) >= MAX_LEDGERS_PER_INSTALLATION) return 'exhausted'
    const replacedId = await beginLedger(tx, { id, installationId: installation.id, deviceId, createdAt: toDate(now) })
    const begun = await lockLedger(tx, id)
    return begun?.installationId === installation.id ? { ledger: begun, replacedId } : 'foreign'
  }

  async function takeIn(
    tx: Tx,
    deviceId: DeviceId,
    installation: InstallationRow,
    batch: LedgerBatch,
  ): Promise<Ingested | Refusal> {
    const now = clock.now()
    const opened = await openLedger(tx, deviceId, installation, batch.ledgerId, now)
    if (typeof opened === 'string') return opened
    const { ledger, replacedId } = opened
    const read = readEntries(batch.entries, batch.ledgerId)
    const committed = { seq: ledger.seq, hash: ledger.hash }
    const answer = (status: LedgerAck['status'], head: { seq: number; hash: string }): LedgerAck => ({
      ledgerId: batch.ledgerId,
      seq: head.seq,
      hash: sha256.parse(head.hash),
      status,
    })
    /** Entries that could not be read have no number of their own: they get the one that they should have. */
    const setAside = (from: number, firstSeq: number, reason: ForkReason): Promise<number> =>
      quarantine(
        tx,
        { id: batch.ledgerId, deviceId },
        batch.entries
          .slice(from)
          .map((text, i) => ({ id: newId(now), seq: read.entries[from + i]?.seq ?? firstSeq + i, text })),
        reason,
        toDate(now),
        MAX_QUARANTINED_PER_LEDGER,
      )
    const first = read.entries[0]
    const repeated = first !== undefined && first.seq <= committed.seq
    const hashes = repeated ? await readHashes(tx, batch.ledgerId, first.seq, committed.seq) : new Map<number, string>()
    if (ledger.state === 'forked') {
      const fresh = read.entries.findIndex((one) => hashes.get(one.seq) !== one.hash)
      await setAside(fresh < 0 ? read.entries.length : fresh, committed.seq + 1, 'broken-chain')
      return { ack: answer('forked', committed), taken: [], fork: undefined }
    }
    const decision = decideIngest(committed, hashes, read, batch.head)
    if (decision.kind === 'gap') return { ack: answer('gap', committed), taken: [], fork: undefined, replacedId }
    const { fork } = decision
    const taken = read.entries.slice(decision.from, fork?.index)
    const head = taken.at(-1) ?? committed
    await insertEntries(tx, batch.ledgerId, taken, toDate(now))
    const owner = { ledgerId: batch.ledgerId, deviceId, areaId: installation.areaId, areaPath: installation.areaPath }
    const { begun, ended, commands, adopted } = projectEntries(taken)
    await insertPlays(tx, owner, begun)
    const completed = await endPlays(tx, owner, ended)
    await insertPlays(
      tx,
      owner,
      ended.filter((play) => !completed.has(play.id)),
    )
    await settleCommands(tx, deviceId, commands)
    await insertAdopted(tx, owner, adopted)
    const claim = ledger.state === 'open' ? batch : { ...batch, completeUntil: lastWordOf(taken, batch.completeUntil) }
    const completeUntil =
      fork === undefined ? judgeCompleteUntil(ledger.completeUntil, claim, head, now) : ledger.completeUntil
    if (taken.length > 0 || fork !== undefined || completeUntil !== ledger.completeUntil) {
      await updateLedger(tx, batch.ledgerId, {
        seq: head.seq,
        hash: head.hash,
        completeUntil,
        isForked: fork !== undefined,
      })
    }
    if (fork !== undefined) await setAside(fork.index, head.seq + 1, fork.reason)
    return {
      ack: answer(fork === undefined ? 'committed' : 'forked', head),
      taken,
      fork: fork?.reason,
      replacedId,
    }
  }

  function announce(deviceId: DeviceId, areaPath: readonly string[], taken: readonly ReadEntry[]): void {
    const { occurrences, alerts, hasEnded, hasCommands } = subjectsOf(taken)
    for (const id of occurrences) announcer.announce({ kind: 'occurrences', areaPath, id })
    for (const id of alerts) announcer.announce({ kind: 'alerts', areaPath, id })
    if (hasEnded) announcer.announce({ kind: 'airtime', areaPath })
    if (hasCommands) announcer.announce({ kind: 'devices', areaPath, id: deviceId })
  }

  /** Sound that nobody planned is the one thing that a listener notices first (domain: a foreign station, crackling). */
  async function tellUnscheduled(deviceId: DeviceId, areaPath: readonly string[], taken: readonly ReadEntry[]) {
    const device = { id: deviceId, areaPath }
    for (const sound of await findUnscheduled(db.pool, device, listHeard(taken), clock.now())) {
      const at = toDate(sound.startedAt).toISOString()
      const heard = `${Math.round(sound.heardMs / 1_000)} s`
      const detail = `${at}, ${heard}: ${sound.subject}, clip ${sound.clip.slice(0, 16)}`
      security.report('unscheduled-sound', { deviceId, detail })
      await deps.alarms.raiseAlarm(deviceId, 'unscheduled-sound', detail, sound.subject)
    }
  }

  async function ingest(deviceId: DeviceId, jws: string): Promise<LedgerAck | undefined> {
    const installation = await readInstallation(db.pool, deviceId)
    if (installation === undefined) {
      security.report('device-unknown', { deviceId, detail: 'ledger batch without an installation' })
      return undefined
    }
    const key = { kty: 'OKP', crv: 'Ed25519', x: installation.publicKey } as const
    const verified = await verifySigned('ledger', ledgerBatch, [key], jws)
    if (!verified.ok) {
      const code = verified.reason === 'malformed' ? 'ledger-refused' : 'signature-refused'
      security.report(code, { deviceId, detail: `ledger batch, ${verified.reason}: ${verified.error}` })
      return undefined
    }
    const batch = verified.value
    const { ledgerId } = batch
    const result = await inTransaction(db.pool, (tx) => takeIn(tx, deviceId, installation, batch))
    if (result === 'foreign') {
      security.report('ledger-refused', { deviceId, detail: `${ledgerId} is not its own` })
      return { ledgerId, ...nothing, status: 'forked' }
    }
    if (result === 'exhausted') {
      security.report('ledger-refused', { deviceId, detail: `${ledgerId}: one ledger after another` })
      const detail = `${MAX_LEDGERS_PER_INSTALLATION}`
      await deps.alarms.raiseAlarm(deviceId, 'ledgers-exhausted', detail, installation.id)
      return { ledgerId, ...nothing, status: 'refused' }
    }
    const unknown = result.taken.filter((one) => one.entry === undefined).map((one) => one.type)
    if (unknown.length > 0)
      log.info({ deviceId, types: [...new Set(unknown)] }, 'entries of unknown types are kept unread')
    if (result.fork !== undefined) {
      const detail = `${ledgerId}: ${result.fork} after ${result.ack.seq}`
      security.report('ledger-forked', { deviceId, detail })
      await deps.alarms.raiseAlarm(deviceId, 'ledger-forked', detail, ledgerId)
    }
    if (result.replacedId !== undefined) {
      const detail = `${result.replacedId} → ${ledgerId}`
      security.report('ledger-replaced', { deviceId, detail })
      await deps.alarms.raiseAlarm(deviceId, 'ledger-replaced', detail, result.replacedId)
    }
    await tellUnscheduled(deviceId, installation.areaPath, result.taken)
    deps.onTaken?.(result.taken.length)
    announce(deviceId, installation.areaPath, result.taken)
    return result.ack
  }

  return {
    handlers: {
      async ledger(id, payload) {
        if (payload.byteLength > MAX_JWS_BYTES) throw new UndecodableMessage(`batch of ${payload.byteLength} bytes`)
        const ack = await ingest(id, Buffer.from(payload).toString('latin1'))
        if (ack === undefined) return
        const bytes = Buffer.from(JSON.stringify(ack))
        background.run('ledger-ack', () => link.publish(deviceTopic(id, 'ledger-ack'), bytes, { qos: 1 }))
      },
    },
    ingest,
    standing: createStanding(deps),
    async flush() {
      await background.idle()
      announcer.flush()
    },
  }
}
