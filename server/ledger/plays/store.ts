import { z } from 'zod'
import type { AdoptedTarget, CommandOutcome, PlayRow } from '#server/ledger/projection.ts'
import type { Tx } from '#server/ledger/store.ts'

/** Whose plays these are, and where the device stood when they came in. */
export interface PlayOwner {
  readonly ledgerId: string
  readonly deviceId: string
  readonly areaId: string
  readonly areaPath: readonly string[]
}

const iso = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString())

/** No frozen plan explains it. What the plan says is frozen at the start, perhaps a moment later: the end looks again. */
const isUnexpected = (play: string): string => `
  ${play}.occurrence_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM expected_play e WHERE e.occurrence_id = ${play}.occurrence_id
       AND e.item_id = ${play}.item_id AND e.device_id = $2::uuid
       AND coalesce(${play}.language, e.language) = e.language)`

const INSERT_PLAYS = `
  INSERT INTO play (ledger_id, device_id, area_id, area_path, unexpected, id, occurrence_id, alert_id, item_id, clip,
                    language, planned_start_at, started_at, clock, target_revision, started_seq,
                    ended_at, heard_ms, volume_percent, outcome, reason, ended_seq)
  SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid[], ${isUnexpected('u')}, u.*
    FROM unnest($5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[],
                $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::int[], $15::int[],
                $16::timestamptz[], $17::int[], $18::int[], $19::"PlayOutcome"[], $20::text[], $21::int[])
         AS u(id, occurrence_id, alert_id, item_id, clip, language, planned_start_at, started_at, clock,
              target_revision, started_seq, ended_at, heard_ms, volume_percent, outcome, reason, ended_seq)
      ON CONFLICT (id) DO NOTHING`

/** Adds these plays; one that is there already stays as it is. */
export async function insertPlays(tx: Tx, owner: PlayOwner, plays: readonly PlayRow[]): Promise<void> {
  if (plays.length === 0) return
  const column = <T>(read: (play: PlayRow) => T): T[] => plays.map(read)
  await tx.query({
    name: 'plays-insert',
    text: INSERT_PLAYS,
    values: [
      owner.ledgerId,
      owner.deviceId,
      owner.areaId,
      owner.areaPath,
      column((play) => play.id),
      column((play) => play.occurrenceId),
      column((play) => play.alertId),
      column((play) => play.itemId),
      column((play) => play.clip),
      column((play) => play.language),
      column((play) => iso(play.plannedStartAt)),
      column((play) => iso(play.startedAt)),
      column((play) => play.clock),
      column((play) => play.targetRevision),
      column((play) => play.seq),
      column((play) => iso(play.end?.endedAt)),
      column((play) => play.end?.heardMs ?? 0),
      column((play) => play.end?.volumePercent ?? null),
      column((play) => play.end?.outcome ?? null),
      column((play) => play.end?.reason ?? null),
      column((play) => play.end?.seq ?? null),
    ],
  })
}

const END_PLAYS = `
  UPDATE play SET started_at = u.started_at, ended_at = u.ended_at, heard_ms = u.heard_ms,
         volume_percent = u.volume_percent, outcome = u.outcome, reason = u.reason, ended_seq = u.ended_seq,
         unexpected = ${isUnexpected('play')}
    FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::int[], $8::"PlayOutcome"[], $9::text[],
                $10::int[]) AS u(id, started_at, ended_at, heard_ms, volume_percent, outcome, reason, ended_seq)
   WHERE play.id = u.id AND play.ended_seq IS NULL
     AND (SELECT installation_id FROM ledger WHERE id = play.ledger_id) =
         (SELECT installation_id FROM ledger WHERE id = $1::uuid)
  RETURNING play.id`

/**
 * Completes plays of this installation that have begun; answers the ids of those it found. One that began in a ledger that
 * was given up ends in the next one.
 */
export async function endPlays(tx: Tx, owner: PlayOwner, plays: readonly PlayRow[]): Promise<Set<string>> {
  if (plays.length === 0) return new Set()
  const { rows } = await tx.query({
    name: 'plays-end',
    text: END_PLAYS,
    values: [
      owner.ledgerId,
      owner.deviceId,
      plays.map((play) => play.id),
      plays.map((play) => iso(play.end?.startedAt)),
      plays.map((play) => iso(play.end?.endedAt)),
      plays.map((play) => play.end?.heardMs ?? 0),
      plays.map((play) => play.end?.volumePercent ?? null),
      plays.map((play) => play.end?.outcome ?? null),
      plays.map((play) => play.end?.reason ?? null),
      plays.map((play) => play.end?.seq ?? null),
    ],
  })
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map((row) => row.id),
  )
}

/** What the device did with commands: the first word counts. */
export async function settleCommands(tx: Tx, deviceId: string, outcomes: readonly CommandOutcome[]): Promise<void> {
  if (outcomes.length === 0) return
  await tx.query({
    name: 'commands-settle',
    text: `UPDATE device_command c SET outcome = u.outcome, outcome_at = u.at
             FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS u(id, outcome, at)
            WHERE c.id = u.id AND c.device_id = $1::uuid AND c.outcome IS NULL`,
    values: [
      deviceId,
      outcomes.map((one) => one.messageId),
      outcomes.map((one) => one.outcome),
      outcomes.map((one) => iso(one.at)),
    ],
  })
}

/** Which targets the device took up: what it knew when something was to play. */
export async function insertAdopted(tx: Tx, owner: PlayOwner, adopted: readonly AdoptedTarget[]): Promise<void> {
  if (adopted.length === 0) return
  await tx.query({
    name: 'adopted-insert',
    text: `INSERT INTO adopted_target (ledger_id, device_id, seq, revision, content_hash, adopted_at)
           SELECT $1::uuid, $2::uuid, * FROM unnest($3::int[], $4::int[], $5::text[], $6::timestamptz[])
               ON CONFLICT (ledger_id, seq) DO NOTHING`,
    values: [
      owner.ledgerId,
      owner.deviceId,
      adopted.map((one) => one.seq),
      adopted.map((one) => one.revision),
      adopted.map((one) => one.contentHash),
      adopted.map((one) => iso(one.at)),
    ],
  })
}
