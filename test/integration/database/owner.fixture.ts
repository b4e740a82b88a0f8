/** Owns an embedded database, says so, and lives until it is killed. */
import pg from 'pg'
import { pino } from 'pino'
import { startEmbeddedPostgres } from '#server/embedded-postgres.ts'

const dataDir = process.argv[2] ?? ''
const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) })
const client = new pg.Client(server.address)
await client.connect()
await client.query('CREATE TABLE kept AS SELECT 42 AS answer')
process.stdout.write('ready\n')
