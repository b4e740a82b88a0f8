import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type DeviceId, deviceId, hashBytes, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import type { CompactJws } from '#protocol/signing.ts'
import { createSigner, type Signer, toJwk } from '#protocol/signing.ts'
import type { Database } from '#server/db.ts'

/** One entry as the database keeps it. */
export interface EntryRow {
  readonly ledgerId: string
  readonly seq: number
  readonly hash: string
  readonly bytes: Buffer
  readonly type: string
  readonly at: Date
}

export interface Batch {
  readonly deviceId: DeviceId
  readonly jws: CompactJws
  readonly rows: readonly EntryRow[]
}

/** A device whose ledger grows by every batch that is made. */
export interface LedgerDevice {
  makeBatch(entries: number): Promise<Batch>
}

/** Devices in one commune with installations in force, as enrolment leaves them. */
export async function makeLedgerDevices({ prisma }: Database, count: number): Promise<LedgerDevice[]> {
  const createdAt = new Date()
  const areaId = newId(createdAt.getTime())
  await prisma.area.create({ data: { id: areaId, kind: 'commune', name: 'Xã Đo', path: [areaId], createdAt } })
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = deviceId.parse(newId(createdAt.getTime()))
      const installationId = newId(createdAt.getTime())
      const ledgerId = newId(createdAt.getTime())
      const { privateKey } = generateKeyPairSync('ed25519')
      await prisma.device.create({ data: { id, areaId, name: `Loa ${index + 1}`, createdAt } })
      await prisma.installation.create({
        data: {
          id: installationId,
          deviceId: id,
          publicKey: toJwk(privateKey).x,
          secretHash: hashBytes(id),
          hardwareSerial: `bench-${index}`,
          enrolledAt: createdAt,
        },
      })
      const ledger = {
        id: ledgerId,
        installationId,
        deviceId: id,
        state: 'open' as const,
        hash: emptyLedgerHash,
        createdAt,
      }
      await prisma.ledger.create({ data: ledger })
      return createLedgerDevice(id, ledgerId, createSigner(privateKey), createdAt.getTime())
    }),
  )
}

function createLedgerDevice(id: DeviceId, ledgerId: string, signer: Signer, startMs: number): LedgerDevice {
  const [bootId, itemId, broadcastId] = [randomUUID(), randomUUID(), randomUUID()]
  const occurrenceId = makeOccurrenceId(broadcastId, startMs)
  const clip = hashBytes(broadcastId)
  let [seq, hash, playId] = [0, emptyLedgerHash, newId(startMs)]

  /** Plays of a bulletin of a minute: a start, an end, a start, an end … */
  function nextEntry(): EntryRow {
    seq += 1
    const isStart = seq % 2 === 1
    if (isStart) playId = newId(startMs)
    const at = startMs - 86_400_000 + seq * 60_000
    const play = { playId, occurrenceId, alertId: null, itemId, clip, language: 'vi' }
    const head = { version: 1, ledgerId, seq, prevHash: hash, bootId, at, monotonicMs: at - startMs + 90_000_000 }
    const fact = isStart
      ? { type: 'play-started', play, plannedStartAt: at, fromMs: 0 }
      : {
          type: 'play-ended',
          play,
          startedAt: at - 60_000,
          endedAt: at,
          heardMs: 60_000,
          volumePercent: 80,
          outcome: 'played',
          reason: null,
        }
    const text = JSON.stringify({ ...head, clock: 'trusted', targetRevision: 1, ...fact })
    hash = hashBytes(text)
    return { ledgerId, seq, hash, bytes: Buffer.from(text), type: fact.type, at: new Date(at) }
  }

  return {
    async makeBatch(entries) {
      const rows = Array.from({ length: entries }, nextEntry)
      const texts = rows.map(({ bytes }) => bytes.toString())
      const payload = { version: 1, ledgerId, entries: texts, head: { ledgerId, seq, hash }, completeUntil: null }
      return { deviceId: id, rows, jws: await signer.sign('ledger', JSON.stringify(payload)) }
    },
  }
}
