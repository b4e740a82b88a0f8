import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  alertId,
  bootId,
  connectionId,
  type DeviceId,
  deviceId,
  hashBytes,
  itemId,
  type LedgerId,
  ledgerId,
  newId,
  playId,
} from '#protocol/ids.ts'
import type { LedgerBatch, LedgerFact, PlaySubject } from '#protocol/ledger.ts'
import { type DeviceState, emptyLedgerHash, type Hello } from '#protocol/link.ts'
import { type CompactJws, createSigner, toJwk } from '#protocol/signing.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'

/** A ledger as a device writes it: exact texts, each naming the hash of the one before. */
export interface TestChain {
  readonly id: LedgerId
  readonly entries: string[]
  /** Appends; answers the entry's text. */
  write(fact: LedgerFact | { type: string; [field: string]: unknown }, at?: InstantMs): string
  /** Where it ends, or ended with so many entries. */
  head(seq?: number): LedgerBatch['head']
}

export interface TestLedger extends TestChain {
  /** Signed batch of these entries (all, unless told), claiming completeness until `completeUntil`. */
  batch(options?: {
    from?: number
    to?: number
    head?: LedgerBatch['head']
    completeUntil?: number | null
    entries?: string[]
  }): Promise<CompactJws>
}

/** A device with an installation in the database, and what only it has: its private key. */
export interface EnrolledDevice {
  readonly id: DeviceId
  readonly areaPath: string[]
  readonly installationId: string
  readonly secret: string
  readonly hardwareSerial: string
  /** `before`: it goes on from these entries (see `createChain`). */
  beginLedger(id?: LedgerId, before?: readonly string[]): TestLedger
  hello(ledger: TestLedger, change?: Partial<Hello>): Hello
  state(change?: Partial<DeviceState>): DeviceState
}

/** `before`: the ledger goes on from these entries, as a card does that was put back to an earlier state. */
export function createChain(
  id: LedgerId,
  boot: string,
  now: () => InstantMs,
  before: readonly string[] = [],
): TestChain {
  const entries = [...before]
  const head = (seq = entries.length): LedgerBatch['head'] => {
    const last = entries[seq - 1]
    return { ledgerId: id, seq, hash: last === undefined ? emptyLedgerHash : hashBytes(last) }
  }
  return {
    id,
    entries,
    head,
    write(fact, at = now()) {
      const text = JSON.stringify({
        version: 1,
        ledgerId: id,
        seq: entries.length + 1,
        prevHash: head().hash,
        bootId: boot,
        at,
        monotonicMs: 1_000,
        clock: 'trusted',
        targetRevision: 1,
        ...fact,
      })
      entries.push(text)
      return text
    },
  }
}

/** province → commune, made once for each test database. */
export async function makeCommuneRow(db: Database, clock: Clock): Promise<{ id: string; path: string[] }> {
  const [provinceId, id] = [newId(clock.now()), newId(clock.now())]
  const createdAt = toDate(clock.now())
  await db.prisma.area.create({
    data: { id: provinceId, kind: 'province', name: 'Huế', path: [provinceId], createdAt },
  })
  const path = [provinceId, id]
  await db.prisma.area.create({
    data: { id, parentId: provinceId, kind: 'commune', name: `Phú Lộc ${id}`, path, createdAt },
  })
  return { id, path }
}

export async function enrolDevice(
  db: Database,
  clock: Clock,
  area: { id: string; path: string[] },
): Promise<EnrolledDevice> {
  const id = deviceId.parse(newId(clock.now()))
  const installationId = newId(clock.now())
  const secret = randomBytes(32).toString('base64url')
  const hardwareSerial = randomBytes(8).toString('hex')
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = createSigner(privateKey)
  const now = toDate(clock.now())
  await db.prisma.device.create({ data: { id, areaId: area.id, name: `Cụm loa ${id}`, createdAt: now } })
  await db.prisma.installation.create({
    data: {
      id: installationId,
      deviceId: id,
      publicKey: toJwk(privateKey).x,
      secretHash: hashBytes(secret),
      hardwareSerial,
      enrolledAt: now,
    },
  })
  const boot = bootId.parse(newId(clock.now()))
  const connection = connectionId.parse(newId(clock.now()))

  const beginLedger = (own = ledgerId.parse(newId(clock.now())), before: readonly string[] = []): TestLedger => {
    const chain = createChain(own, boot, clock.now, before)
    const { entries, head } = chain
    return {
      ...chain,
      async batch(options = {}) {
        const payload: LedgerBatch = {
          version: 1,
          ledgerId: own,
          entries: options.entries ?? entries.slice(options.from ?? 0, options.to),
          head: options.head ?? head(),
          completeUntil: options.completeUntil == null ? null : instantMs.parse(options.completeUntil),
        }
        return await signer.sign('ledger', JSON.stringify(payload))
      },
    }
  }
  return {
    id,
    areaPath: area.path,
    installationId,
    secret,
    hardwareSerial,
    beginLedger,
    hello: (ledger, change = {}) => ({
      version: 1,
      nonce: randomBytes(12).toString('hex'),
      connectionId: connection,
      bootId: boot,
      targetRevision: 0,
      targetHash: null,
      ledger: ledger.head(),
      clock: { at: clock.now(), state: 'trusted', monotonicMs: 1_000 },
      agentVersion: '0.1.0',
      capabilities: [],
      hardwareSerial,
      ...change,
    }),
    state: (change = {}) => ({
      connectionId: connection,
      status: 'online',
      at: clock.now(),
      playing: null,
      volumePercent: 80,
      muted: false,
      health: null,
      alarms: [],
      ...change,
    }),
  }
}

/** A play of an item of an occurrence, or of an alert. */
export function makeSubject(change: Partial<PlaySubject> = {}): PlaySubject {
  return {
    playId: playId.parse(newId(1)),
    occurrenceId: null,
    alertId: change.occurrenceId ? null : alertId.parse(newId(1)),
    itemId: itemId.parse(newId(1)),
    clip: hashBytes('clip'),
    language: 'vi',
    ...change,
  }
}
