import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { writeState } from '#agent/io/files.ts'
import { type RunningProcess, startProcess } from '../../../tools/processes.ts'
import type { ServerDouble } from './server-double.ts'

const agent = path.resolve(import.meta.dirname, '../../../dist/device-agent.mjs')

/** The built agent as a process of its own, enrolled with the double; it plays into nothing, in real time. */
export async function startAgentProcess(
  server: ServerDouble,
  stateDir: string,
  env: Record<string, string> = {},
): Promise<RunningProcess> {
  await writeState(path.join(stateDir, 'identity.json'), server.identity)
  const running = startProcess({
    name: 'agent',
    command: process.execPath,
    args: [agent, 'run'],
    env: {
      LOAXA_STATE_DIR: stateDir,
      LOAXA_HARDWARE_SERIAL: 'test',
      LOAXA_SINK: 'null',
      LOAXA_MIN_FREE_BYTES: '0',
      LOAXA_LOG_LEVEL: 'debug',
      LOAXA_LOG_FORMAT: 'text',
      ...env,
    },
  })
  onTestFinished(async () => {
    running.kill('SIGKILL')
    await running.exited
  })
  return running
}

/** libfaketime, which gives a process another wall clock: what stands in `file` (`+3600s`), and what is written there later. */
export async function fakeTimeFrom(file: string): Promise<Record<string, string>> {
  for (const folder of await readdir('/usr/lib')) {
    const files = await readdir(path.join('/usr/lib', folder, 'faketime')).catch((): string[] => [])
    if (!files.includes('libfaketimeMT.so.1')) continue
    return {
      LD_PRELOAD: path.join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // A counter that is set back ends Node, and on a real machine nothing sets it.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
  }
  throw new Error('libfaketime is missing: sh scripts/setup.sh test installs it')
}
