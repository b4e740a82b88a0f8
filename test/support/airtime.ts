import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { pino } from 'pino'
import { hashBytes, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { instantMs } from '#protocol/time.ts'
import { type Database, openDatabaseBeside } from '#server/db.ts'
import type { TestServer } from './server.ts'

/** Beside the server's own embedded database, for rows that would take days to come about. */
export const openBeside = (server: TestServer): Promise<Database> =>
  openDatabaseBeside({
    url: `embedded:${path.join(server.dataDir, 'postgres')}`,
    log: pino({ level: 'warn' }),
    readOnly: false,
  })

export interface ReportedItem {
  readonly deviceId: string
  readonly title: string
  readonly topic: string
  readonly campaign?: string
  readonly startAtMs: number
  readonly durationMs: number
  /** What the device heard of it; undefined: it has not said. */
  readonly heardMs?: number
}

/**
 * Begun occurrences and what devices reported of them, as the freeze and the ledger leave them: with entries that are
 * chained as a device chains them.
 */
export async function makeReported(
  { prisma }: Database,
  broadcastId: string,
  items: readonly ReportedItem[],
): Promise<void> {
  const broadcast = await prisma.broadcast.findUniqueOrThrow({ where: { id: broadcastId }, include: { area: true } })
  const ledgers = new Map<string, { id: string; seq: number; hash: string }>()
  const openLedger = async (deviceId: string, createdAt: Date): Promise<{ id: string; seq: number; hash: string }> => {
    const known = ledgers.get(deviceId)
    if (known !== undefined) return known
    const [installationId, id] = [randomUUID(), randomUUID()]
    await prisma.installation.create({
      data: {
        id: installationId,
        deviceId,
        publicKey: installationId,
        secretHash: 'x',
        hardwareSerial: 'x',
        enrolledAt: createdAt,
      },
    })
    await prisma.ledger.create({
      data: { id, installationId, deviceId, state: 'open', hash: emptyLedgerHash, createdAt },
    })
    const ledger = { id, seq: 0, hash: emptyLedgerHash as string }
    ledgers.set(deviceId, ledger)
    return ledger
  }
  for (const item of items) {
    const { deviceId, startAtMs, durationMs, heardMs } = item
    const device = await prisma.device.findUniqueOrThrow({ where: { id: deviceId }, include: { area: true } })
    const occurrenceId = makeOccurrenceId(broadcastId, instantMs.parse(startAtMs))
    const itemId = randomUUID()
    const startAt = new Date(startAtMs)
    const clip = hashBytes(itemId)
    await prisma.occurrence.upsert({
      where: { id: occurrenceId },
      update: {},
      create: {
        id: occurrenceId,
        broadcastId,
        areaId: broadcast.areaId,
        areaPath: broadcast.area.path,
        title: item.title,
        priority: broadcast.priority,
        startAt,
        endAt: new Date(startAtMs + durationMs),
        frozenAt: startAt,
      },
    })
    await prisma.expectedPlay.create({
      data: {
        occurrenceId,
        itemId,
        deviceId,
        areaId: device.areaId,
        areaPath: device.area.path,
        bulletinId: randomUUID(),
        revisionId: randomUUID(),
        title: item.title,
        topic: item.topic,
        campaign: item.campaign ?? null,
        language: 'vi',
        clip,
        startAt,
        durationMs,
        settledAt: new Date(startAtMs + durationMs + 60_000),
      },
    })
    if (heardMs === undefined) continue
    const ledger = await openLedger(deviceId, new Date(startAtMs - 86_400_000))
    const playId = newId(startAtMs)
    const play = { playId, occurrenceId, alertId: null, itemId, clip, language: 'vi' }
    const append = async (
      atMs: number,
      fact: { readonly type: string; readonly [field: string]: unknown },
    ): Promise<number> => {
      ledger.seq += 1
      const head = { version: 1, ledgerId: ledger.id, seq: ledger.seq, prevHash: ledger.hash, bootId: randomUUID() }
      const text = JSON.stringify({
        ...head,
        at: atMs,
        monotonicMs: 90_000,
        clock: 'trusted',
        targetRevision: 1,
        ...fact,
      })
      ledgerEntry.parse(JSON.parse(text))
      ledger.hash = hashBytes(text)
      const [at, receivedAt] = [new Date(atMs), new Date(atMs + 1_500)]
      const data = {
        ledgerId: ledger.id,
        seq: ledger.seq,
        hash: ledger.hash,
        bytes: Buffer.from(text),
        type: fact.type,
      }
      await prisma.ledgerEntry.create({ data: { ...data, at, receivedAt } })
      return ledger.seq
    }
    const outcome = heardMs === 0 ? 'missed' : heardMs < durationMs ? 'partial' : 'played'
    const endedAtMs = startAtMs + heardMs
    const startedSeq = await append(startAtMs, {
      type: 'play-started',
      play,
      plannedStartAt: startAtMs,
      fromMs: 0,
    })
    const reason = outcome === 'played' ? null : 'power-lost'
    const told = { startedAt: startAtMs, endedAt: endedAtMs, heardMs, volumePercent: 80, outcome, reason }
    const endedSeq = await append(endedAtMs, { type: 'play-ended', play, ...told })
    await prisma.play.create({
      data: {
        id: playId,
        ledgerId: ledger.id,
        deviceId,
        areaId: device.areaId,
        areaPath: device.area.path,
        occurrenceId,
        itemId,
        clip,
        language: 'vi',
        plannedStartAt: startAt,
        startedAt: startAt,
        endedAt: new Date(endedAtMs),
        heardMs,
        volumePercent: 80,
        outcome,
        reason,
        clock: 'trusted',
        targetRevision: 1,
        startedSeq,
        endedSeq,
      },
    })
  }
  for (const { id, seq, hash } of ledgers.values())
    await prisma.ledger.update({ where: { id }, data: { seq, hash, completeUntil: new Date() } })
}
