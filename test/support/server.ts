import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { type RunningProcess, startProcess } from '../../tools/processes.ts'

const root = path.resolve(import.meta.dirname, '../..')
const ready = z.object({ event: z.literal('ready'), http: z.string(), mqtt: z.string().nullable() })

/** The built server as a process of its own, on free ports, with its own embedded database. */
export interface TestServer {
  readonly url: string
  readonly mqttUrl: string | null
  readonly dataDir: string
  /** For the first account; made at first start. */
  readonly setupCode: string
  readonly process: () => RunningProcess
  /** kill -9: what it had not written is gone. */
  kill(): Promise<void>
  /** Starts it again on the same data and the same ports. */
  restart(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** Needs `dist/` (npm run build). `env` overrides settings, e.g. MQTT_URL or CLIP_TRANSPORT. */
export async function startServer(options: { env?: Record<string, string> } = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'loaxa-server-'))
  await chmod(dataDir, 0o711)
  let ports = { HTTP_PORT: '0', MQTT_PORT: '0' }

  async function launch(): Promise<{ running: RunningProcess; http: string; mqtt: string | null }> {
    const running = startProcess({
      name: 'server',
      command: process.execPath,
      args: ['--max-semi-space-size=64', path.join(root, 'dist/server.mjs')],
      env: {
        LOAXA_DATA_DIR: dataDir,
        DATABASE_URL: '',
        MQTT_URL: '',
        LOG_LEVEL: 'info',
        // Those who test second factors say so; everybody else signs in with a password alone.
        SECOND_FACTOR_ROLES: 'none',
        ...ports,
        ...options.env,
      },
    })
    const line = await running.line((one) => one.includes('"event":"ready"'), 'it was ready')
    const { http, mqtt } = ready.parse(JSON.parse(line))
    ports = { HTTP_PORT: new URL(http).port, MQTT_PORT: mqtt === null ? '0' : new URL(mqtt).port }
    return { running, http, mqtt }
  }

  let current = await launch()
  const setupCode = (await readFile(path.join(dataDir, 'setup-code.txt'), 'utf8')).trim()
  return {
    url: current.http,
    mqttUrl: current.mqtt,
    dataDir,
    setupCode,
    process: () => current.running,
    async kill() {
      current.running.kill('SIGKILL')
      await current.running.exited
    },
    async restart() {
      current = await launch()
    },
    async stop() {
      await current.running.stop(20_000)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
