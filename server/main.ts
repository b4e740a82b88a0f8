import { rm } from 'node:fs/promises'
import path from 'node:path'
import { finished } from 'node:stream'
import { type Logger, pino } from 'pino'
import { CommandError } from './cli/command.ts'
import { runCommand } from './cli/run.ts'
import { systemClock } from './clock.ts'
import { composeServer, type RunningServer } from './compose.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { DatabaseError } from './db.ts'
import { writeSecretFile } from './durable-file.ts'
import { EmbeddedPostgresError } from './embedded-postgres/error.ts'
import { createServerLog, logOptions } from './log.ts'
import { MigrationError } from './migrate.ts'
import { StartError } from './start.ts'

/** The process: settings in, signals in, a clear sentence out when it cannot start. */
const expected = [CommandError, ConfigError, DatabaseError, EmbeddedPostgresError, MigrationError, StartError]

function explain(cause: unknown): string {
  if (expected.some((kind) => cause instanceof kind) && cause instanceof Error) return cause.message
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE' && 'port' in cause) {
    return `Port ${cause.port} is in use. Stop the program that uses it, or choose another with HTTP_PORT or MQTT_PORT.`
  }
  throw cause
}

/** While there is no account, the one-time code for the first one stands here. */
const setupCodeFile = (config: Config): string => path.join(config.dataDir, 'setup-code.txt')

async function announceSetup(server: RunningServer, file: string): Promise<void> {
  if (server.setupCode === undefined) {
    // Left by a process that was killed between the set-up and its removal.
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
 * Ends what was composed, whenever it is asked: one that comes during the start waits until there is something whole to
 * end. A second one changes nothing; a supervisor that has lost patience has SIGKILL.
 */
function stopWhenAsked(config: Config, log: Logger, starting: Promise<RunningServer>): void {
  let stopping = false
  const stop = (why: string): void => {
    if (stopping) return
    stopping = true
    log.info({ event: 'stopping', why }, 'stopping')
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
  if (config.stopAtStdinEnd) finished(process.stdin.resume(), () => stop('stdin ended'))
}

async function serve(): Promise<void> {
  const config = readConfig()
  const log = createServerLog(config.logLevel)
  // Devices play on meanwhile; whoever supervises the server (systemd, Docker) starts it again, and its database with it.
  const starting = composeServer(config, log, {
    onLost: () => {
      log.fatal({ event: 'database-lost' }, 'the embedded database is gone; the server ends and must be started again')
      process.exit(1)
    },
    // A code that was used opens nothing, so a file that stays is untidy, not unsafe: the set-up stands.
    onSetUp: () =>
      rm(setupCodeFile(config), { force: true }).catch((cause: unknown) =>
        log.warn({ err: cause }, 'the file of the used one-time code could not be removed'),
      ),
  })
  stopWhenAsked(config, log, starting)
  const server = await starting
  await announceSetup(server, setupCodeFile(config))
  log.info({ event: 'ready', http: server.httpUrl, mqtt: server.mqttUrl }, `Loa Xã: ${server.publicUrl}`)
}

/** `server.mjs` serves; with words behind it, it does what they say and ends (`loaxa audit verify`). */
async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 0) return serve()
  // Whoever reads (`| head -1`) may have read enough. What the command does, it does to its end.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE') throw cause
    })
  }
  process.exitCode = await runCommand(argv, {
    say: (text) => void process.stdout.write(`${text}\n`),
    sayError: (text) => void process.stderr.write(`${text}\n`),
    open: () => ({
      config: readConfig(),
      clock: systemClock,
      log: pino(logOptions('warn'), pino.destination({ dest: 2, sync: true })),
    }),
  })
}

main(process.argv.slice(2)).catch((cause: unknown) => {
  process.stderr.write(`${explain(cause)}\n`)
  process.exit(1)
})
