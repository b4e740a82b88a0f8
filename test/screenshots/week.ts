import type pg from 'pg'
import { z } from 'zod'
import { hashBytes, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { daysFromNow, type PicturedWorld } from './world.ts'

/** How it went on one device: most plays were heard whole, some were not, for reasons that happen. */
export type Fortune = 'good' | 'power' | 'away'

const itemRow = z.object({
  item_id: z.string(),
  bulletin_id: z.string(),
  revision_id: z.string(),
  title: z.string(),
  topic: z.string(),
  language: z.string(),
  clip: z.string(),
  duration_ms: z.number(),
})

interface PastPlay {
  readonly occurrenceId: string
  readonly itemId: string
  readonly clip: string
  readonly language: string
  readonly startAtMs: number
  readonly durationMs: number
}

const PAST_DAYS = 7

/**
 * The seven days before this one, written straight into the database, since nobody can plan the past: what each of
 * `broadcasts` was to play then. Answers what each device was to play, by its id, in order of time.
 */
export async function writePastWeek(owner: pg.Client, world: PicturedWorld): Promise<Map<string, PastPlay[]>> {
  const plays = new Map<string, PastPlay[]>(world.devices.map(({ id }) => [id, []]))
  for (let day = -PAST_DAYS; day < 0; day++) {
    for (const { id, programme, hour } of world.broadcasts) {
      if (programme === 'clean') continue
      const startAtMs = Date.parse(`${daysFromNow(day)}T${hour}:00+07:00`)
      const occurrenceId = makeOccurrenceId(id, startAtMs)
      const { rows } = await owner.query(
        `SELECT i.id AS item_id, i.bulletin_id, r.id AS revision_id, r.title, r.topic, r.language, c.sha256 AS clip, c.duration_ms
         FROM programme_item i JOIN bulletin_revision r ON r.bulletin_id = i.bulletin_id AND r.state = 'approved'
         JOIN clip c ON c.id = r.clip_id WHERE i.programme_id = $1 AND i.removed_at IS NULL ORDER BY i.position`,
        [world.programmes[programme]],
      )
      const items = z.array(itemRow).parse(rows)
      const endAtMs = startAtMs + items.reduce((sum, item) => sum + item.duration_ms, 0)
      await owner.query(
        `INSERT INTO occurrence (id, broadcast_id, area_id, area_path, title, priority, start_at, end_at, frozen_at)
         SELECT $1, b.id, b.area_id, a.path, p.title, b.priority, $2, $3, $2
         FROM broadcast b JOIN area a ON a.id = b.area_id JOIN programme p ON p.id = b.programme_id WHERE b.id = $4`,
        [occurrenceId, new Date(startAtMs), new Date(endAtMs), id],
      )
      const hearing = world.devices.filter(({ isOwn }) => isOwn || programme === 'province')
      let at = startAtMs
      for (const item of items) {
        await owner.query(
          `INSERT INTO expected_play (occurrence_id, item_id, language, device_id, area_id, area_path, bulletin_id,
             revision_id, title, topic, clip, start_at, duration_ms, settled_at)
           SELECT $1, $2, $3, d.id, d.area_id, a.path, $4, $5, $6, $7, $8, $9, $10, $11
           FROM device d JOIN area a ON a.id = d.area_id WHERE d.id = ANY ($12::uuid[])`,
          [
            occurrenceId,
            item.item_id,
            item.language,
            item.bulletin_id,
            item.revision_id,
            item.title,
            item.topic,
            item.clip,
            new Date(at),
            item.duration_ms,
            new Date(endAtMs),
            hearing.map((one) => one.id),
          ],
        )
        for (const device of hearing) {
          plays.get(device.id)?.push({
            occurrenceId,
            itemId: item.item_id,
            clip: item.clip,
            language: item.language,
            startAtMs: at,
            durationMs: item.duration_ms,
          })
        }
        at += item.duration_ms
      }
    }
  }
  for (const list of plays.values()) list.sort((a, b) => a.startAtMs - b.startAtMs)
  return plays
}

/** The ledger of a device that lived through `plays`: exact texts, each naming the hash of the one before. */
export function writeLedger(ledgerId: string, bootId: string, plays: readonly PastPlay[], fortune: Fortune) {
  const entries: string[] = []
  let hash: string = emptyLedgerHash
  const write = (atMs: number, fact: object): void => {
    const head = { version: 1, ledgerId, seq: entries.length + 1, prevHash: hash, bootId, at: atMs }
    const rest = { monotonicMs: entries.length * 1000, clock: 'trusted', targetRevision: 1 }
    const text = JSON.stringify({ ...head, ...rest, ...fact })
    entries.push(text)
    hash = hashBytes(text)
  }
  const firstMs = plays[0]?.startAtMs ?? Date.now()
  write(firstMs - 3_600_000, { type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
  for (const [index, { startAtMs, durationMs, ...what }] of plays.entries()) {
    // Gone for the last two days.
    if (fortune === 'away' && startAtMs > Date.now() - 2 * 86_400_000) break
    const isCut = fortune === 'power' && index % 9 === 4
    const heardMs = isCut ? Math.round(durationMs * 0.4) : durationMs
    const play = { playId: newId(startAtMs + index), alertId: null, ...what }
    write(startAtMs, { type: 'play-started', play, plannedStartAt: startAtMs, fromMs: 0 })
    write(startAtMs + heardMs, {
      type: 'play-ended',
      play,
      startedAt: startAtMs,
      endedAt: startAtMs + heardMs,
      heardMs,
      volumePercent: 80,
      outcome: isCut ? 'partial' : 'played',
      reason: isCut ? 'power-lost' : null,
    })
  }
  return { entries, head: { ledgerId, seq: entries.length, hash } }
}
