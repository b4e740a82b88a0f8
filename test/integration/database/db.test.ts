import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#server/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { migrationsDir } from '../../support/database-setup.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

describe('openDatabase', () => {
  it('carries an instant through Prisma and through SQL unchanged, whatever the zone of this process', async () => {
    const instant = new Date('2026-11-23T22:30:00.123Z')
    const [row] = await database.prisma.$queryRaw<{ read: Date; text: string }[]>`
      SELECT ${instant}::timestamptz AS read, to_char(${instant}::timestamptz, 'HH24:MI') AS text`
    expect(row).toEqual({ read: instant, text: '22:30' })
    const { rows } = await database.pool.query('SELECT $1::timestamptz AS read', [instant])
    expect(rows).toEqual([{ read: instant }])
  })

  it('refuses a database whose sessions are not in UTC, because instants would shift', async () => {
    const url = new URL(database.url)
    url.searchParams.set('options', '-c TimeZone=Asia/Ho_Chi_Minh')
    await expect(openDatabase({ url: url.href, migrationsDir, log })).rejects.toThrow(/must be in UTC/)
  })

  it.each(['mysql://localhost/loaxa', 'embedded:data/postgres', ''])(
    'refuses the URL %j with the ones it takes',
    async (url) => {
      await expect(openDatabase({ url, migrationsDir, log })).rejects.toThrow(/DATABASE_URL must be/)
    },
  )

  it('says in one sentence that a server cannot be reached, without the password', async () => {
    const opening = openDatabase({ url: 'postgresql://loaxa:geheim@127.0.0.1:9/loaxa', migrationsDir, log })
    await expect(opening).rejects.toThrow(/database at 127\.0\.0\.1:9 cannot be used: .*ECONNREFUSED/)
    await expect(opening).rejects.not.toThrow(/geheim/)
  })
})
