import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { openDatabase } from '#server/db.ts'
import type { OnEnd } from './benchmark.ts'

/** A database of its own for a built server that is started with `url`; `owner` writes what would take hours through the API. */
export interface BenchDatabase {
  readonly url: string
  readonly owner: pg.Client
}

export async function openBenchDatabase(onEnd: OnEnd): Promise<BenchDatabase> {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  // As root the database runs under an account of its own, which must be able to pass.
  await chmod(directory, 0o711)
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const db = await openDatabase({
    url: `embedded:${path.join(directory, 'postgres')}`,
    migrationsDir: path.resolve(import.meta.dirname, '../prisma/migrations'),
    log: pino({ level: 'error' }, process.stderr),
  })
  onEnd(db.close)
  const { host, port, database } = db.pool.options
  const owner = new pg.Client({ ...db.pool.options, user: 'postgres' })
  await owner.connect()
  onEnd(() => owner.end())
  return {
    url: `postgresql://postgres@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`,
    owner,
  }
}
