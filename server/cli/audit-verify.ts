import { existsSync } from 'node:fs'
import path from 'node:path'
import { auditFaults } from '#server/audit/faults.ts'
import { keepSignedHead } from '#server/audit/signed-head.ts'
import { readTrail } from '#server/audit/store.ts'
import { listTrustedKeys } from '#server/audit/trusted-keys.ts'
import { type Verification, verifyTrail } from '#server/audit/verification.ts'
import type { ChainHead } from '#server/audit/verification-rules.ts'
import { openDatabaseBeside } from '#server/db.ts'
import { loadServerKeys } from '#server/keys.ts'
import { readArguments } from './arguments.ts'
import { type Command, CommandError, UsageError } from './command.ts'

/** A head that was kept outside, as the security event `audit-checkpoint` writes it. */
function readHead(text: string | undefined): ChainHead | undefined {
  if (text === undefined) return undefined
  const [, seq, hash] = /^(\d{1,10}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) {
    throw new UsageError('--head SEQ:HASH, ví dụ / for instance --head 1200:5f3a… (64 hex)')
  }
  return { seq: Number(seq), hash }
}

function describe(result: Verification): string[] {
  if (!result.ok) {
    const { vi, en } = auditFaults[result.fault]
    return [
      `Nhật ký KHÔNG nguyên vẹn: bảng ${result.table}, mục ${result.seq}. ${vi}`,
      `The audit trail is NOT intact: table ${result.table}, entry ${result.seq}. ${en}`,
      `  ${result.fault}: ${result.detail}`,
    ]
  }
  const { entries, head, checkpoints, unsigned, newestCheckpoint, droppedUpTo } = result
  const lines = [
    `Nhật ký nguyên vẹn: ${entries} mục, ${checkpoints} mốc đã ký.`,
    `The audit trail is intact: ${entries} entries, ${checkpoints} signed checkpoints.`,
    `  head ${head.seq}:${head.hash}`,
  ]
  if (unsigned > 0) {
    lines.push(
      `  chưa ký / not signed yet: ${unsigned} mục mới nhất / newest entries (mốc sau mới chứng minh được / only a later checkpoint can prove them)`,
    )
  }
  if (newestCheckpoint !== null) {
    lines.push(`  last checkpoint ${newestCheckpoint.seq}, ${newestCheckpoint.at.toISOString()}`)
  }
  if (droppedUpTo > 0) lines.push(`  dropped past their retention: 1–${droppedUpTo}`)
  return lines
}

/** Reads only, under the program's role: it may run at any time, beside a server or without one. */
export const auditVerify: Command = {
  words: ['audit', 'verify'],
  usage: '[--head SEQ:HASH]',
  about: {
    vi: 'Kiểm tra toàn bộ nhật ký hệ thống. --head: mốc đã giữ bên ngoài (sự kiện audit-checkpoint).',
    en: 'Verifies the whole audit trail. --head: a head that was kept outside (event audit-checkpoint).',
  },
  async run(args, { config, log, say }) {
    const outside = readHead(readArguments(args, { head: 'text' }, 0).values.head)
    const keysDir = path.join(config.dataDir, 'keys')
    if (!existsSync(keysDir)) {
      throw new CommandError(`There are no server keys in ${keysDir}. Check LOAXA_DATA_DIR.`)
    }
    const trusted = listTrustedKeys(await loadServerKeys(keysDir))
    // Read BEFORE the trail, which a running server may add to meanwhile.
    const kept = await keepSignedHead(path.join(keysDir, 'audit-head.json')).read()
    if (typeof kept === 'string') {
      throw new CommandError(`${kept}. It is to be restored from its backup (docs/operations.md, “audit-head.json”).`)
    }
    const heads = [outside, kept].filter((head) => head !== undefined)
    const db = await openDatabaseBeside({ url: config.databaseUrl, log, readOnly: true })
    try {
      const result = await readTrail(db.pool, (trail) => verifyTrail(trail, trusted, heads))
      for (const line of describe(result)) say(line)
      return result.ok ? 0 : 1
    } finally {
      await db.close()
    }
  },
}
