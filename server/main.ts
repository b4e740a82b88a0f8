import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { composeServer, type RunningServer } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { DatabaseError } from './db.ts'
import { EmbeddedPostgresError } from './embedded-postgres/error.ts'
import { createServerLog } from './log.ts'
import { MigrationError } from './migrate.ts'
import { StartError, writeSecretFile } from './start.ts'

/** The process: settings in, signals in, a clear sentence out when it cannot start. */
const expected = [ConfigError, DatabaseError, EmbeddedPostgresError, MigrationError, StartError]

function explain(cause: unknown): string {
  if (expected.some((kind) => cause instanceof kind) && cause instanceof Error) return cause.message
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE' && 'port' in cause) {
    return `Port ${cause.port} is in use. Stop the program that uses it, or choose another with HTTP_PORT or MQTT_PORT.`
  }
  throw cause
}

async function announceSetup(server: RunningServer, dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'setup-code.txt')
  if (server.setupCode === undefined) {
    await rm(file, { force: true })
    return
  }
  await writeSecretFile(file, `${server.setupCode}\n`)
  // To the terminal only, never into a log: whoever has the code makes the first account.
  const text = `\n  Tạo tài khoản đầu tiên / make the first account:\n    ${server.publicUrl}/#/thiet-lap\n    mã / code: ${server.setupCode}\n\n`
  if (process.stdout.isTTY) process.stdout.write(text)
  else server.log.info({ event: 'setup-needed', file }, 'there is no account yet: the one-time code is in this file')
}

/**
 * Ends what was composed, whenever the signal comes: one during the start waits until there is something whole to end.
 * A second signal changes nothing; a supervisor that has lost patience has SIGKILL.
 */
function stopOnSignal(log: Logger, starting: Promise<RunningServer>): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return
    stopping = true
    log.info({ event: 'stopping', signal }, 'stopping')
    starting
      .then((server) => server.close())
      .then(
        () => process.exit(0),
        (cause: unknown) => {
          log.error({ err: cause }, 'stopping failed')
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

async function main(): Promise<void> {
  const config = readConfig()
  const log = createServerLog(config.logLevel)
  // Devices play on meanwhile; whoever supervises the server (systemd, Docker) starts it again, and its database with it.
  const starting = composeServer(config, log, () => {
    log.fatal({ event: 'database-lost' }, 'the embedded database is gone; the server ends and must be started again')
    process.exit(1)
  })
  stopOnSignal(log, starting)
  const server = await starting
  await announceSetup(server, config.dataDir)
  log.info({ event: 'ready', http: server.httpUrl, mqtt: server.mqttUrl }, `Loa Xã: ${server.publicUrl}`)
}

main().catch((cause: unknown) => {
  process.stderr.write(`${explain(cause)}\n`)
  process.exit(1)
})
