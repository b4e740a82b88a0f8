import { execFile } from 'node:child_process'
import os from 'node:os'
import { promisify } from 'node:util'
import { findPrograms } from '#server/embedded-postgres/programs.ts'
import { findMosquitto } from '../test/support/mosquitto.ts'

const run = promisify(execFile)

/** The first thing like a version in what a program says of itself; 'none' when it is not installed. */
async function readVersion(command: string, ...args: string[]): Promise<string> {
  // mosquitto ends with a failure after telling its version.
  const said = await run(command, args).then(
    ({ stdout, stderr }) => stdout + stderr,
    (cause: unknown) => (cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : ''),
  )
  return /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? 'none'
}

/** One line: what the figures were measured on. */
export async function describeMachine(): Promise<string> {
  const [postgres, mosquitto] = await Promise.all([findPrograms(), findMosquitto()])
  const versions = await Promise.all([
    readVersion('ffmpeg', '-version'),
    mosquitto === undefined ? 'none' : readVersion(mosquitto, '-h'),
  ])
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown CPU'
  return [
    `${cpu}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.release().split('-', 1)[0]}`,
    `Node ${process.versions.node}`,
    `ffmpeg ${versions[0]}`,
    `PostgreSQL ${postgres.version.split('-', 1)[0]} (embedded)`,
    `mosquitto ${versions[1]}`,
  ].join(', ')
}
