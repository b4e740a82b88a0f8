import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type RunningProcess, runProcess, startProcess } from '../../tools/processes.ts'

const agent = path.resolve(import.meta.dirname, '../../dist/device-agent.mjs')

/** A built device agent as a process of its own. */
export interface TestSpeaker {
  readonly stateDir: string
  readonly process: () => RunningProcess
  kill(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Enrols with the code and starts playing. `env` names its sound output (LOAXA_SINK …). */
export async function startSpeaker(options: {
  name: string
  serverUrl: string
  code: string
  env: Record<string, string>
}): Promise<TestSpeaker> {
  const stateDir = await mkdtemp(path.join(tmpdir(), 'loaxa-speaker-'))
  const env = { LOAXA_HARDWARE_SERIAL: options.name, ...options.env, LOAXA_STATE_DIR: stateDir }
  const args = [agent, 'enrol', options.serverUrl, options.code]
  await runProcess({ name: `enrolment of ${options.name}`, command: process.execPath, args, env })
  const launch = (): RunningProcess =>
    startProcess({ name: options.name, command: process.execPath, args: [agent, 'run'], env })
  let current = launch()
  return {
    stateDir,
    process: () => current,
    async kill() {
      current.kill('SIGKILL')
      await current.exited
    },
    async restart() {
      current = launch()
    },
    async stop() {
      await current.stop()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}
