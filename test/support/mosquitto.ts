import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const shipped = path.resolve(import.meta.dirname, '../../deploy/mosquitto')
const programs = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']

export interface TestMosquitto {
  readonly host: '127.0.0.1'
  readonly port: number
  /** The server's account. */
  readonly userName: string
  readonly password: string
  /** MQTT_PASSWORD_FILE of a server that uses it. */
  readonly passwordFile: string
  /** MQTT_URL of a server that uses it. */
  readonly url: string
  /** kill -9, as a power cut would; `start` brings it back with what it had saved. */
  kill(): Promise<void>
  /** It keeps its connections, and neither takes nor says anything any more. */
  pause(): void
  start(): Promise<void>
  stop(): Promise<void>
}

/** The mosquitto of this machine; undefined when it is not installed. */
export async function findMosquitto(): Promise<string | undefined> {
  for (const program of programs) {
    const isThere = await access(program).then(
      () => true,
      () => false,
    )
    if (isThere) return program
  }
  return undefined
}

async function findFreePort(): Promise<number> {
  const server = net.createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A mosquitto of its own for this test, on a free port, with the configuration that the project ships. */
export async function startMosquitto(): Promise<TestMosquitto> {
  const program = await findMosquitto()
  if (program === undefined) throw new Error('mosquitto is not installed: apt-get install mosquitto')
  const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-mosquitto-'))
  const port = await findFreePort()
  const [userName, password] = ['loaxa-server', 'a password for this test only']
  const accounts = path.join(dir, 'dynamic-security.json')
  const passwordFile = path.join(dir, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  await new Promise<void>((resolve, reject) => {
    const child = execFile(path.join(shipped, 'make-accounts.sh'), [accounts, userName], (error) =>
      error ? reject(error) : resolve(),
    )
    child.stdin?.end(`${password}\n`)
  })
  // Like the shipped file in all that matters; only its places are those of this test.
  const config = (await readFile(path.join(shipped, 'mosquitto.conf'), 'utf8'))
    .replace('listener 1883 127.0.0.1', `listener ${port} 127.0.0.1`)
    .replace('/var/lib/mosquitto/dynamic-security.json', accounts)
  await writeFile(
    path.join(dir, 'mosquitto.conf'),
    `${config}\nuser root\npersistence true\npersistence_location ${dir}/\nlog_dest stderr\n`,
  )
  if (process.getuid?.() === 0) await promisify(execFile)('chown', ['root:', accounts])

  let broker = launch()
  function launch() {
    const child = spawn(program ?? '', ['-c', path.join(dir, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = once(child, 'exit')
    let said = ''
    const running = new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('running')) resolve()
      })
      ended.then(() => reject(new Error(`mosquitto ended: ${said}`)), reject)
    })
    return { child, ended, running }
  }
  async function kill(signal: NodeJS.Signals): Promise<void> {
    broker.child.kill(signal)
    await broker.ended
  }
  await broker.running
  return {
    host: '127.0.0.1',
    port,
    userName,
    password,
    passwordFile,
    url: `mqtt://127.0.0.1:${port}`,
    kill: () => kill('SIGKILL'),
    pause: () => void broker.child.kill('SIGSTOP'),
    async start() {
      broker = launch()
      await broker.running
    },
    async stop() {
      if (broker.child.exitCode === null && broker.child.signalCode === null) await kill('SIGTERM')
      await rm(dir, { recursive: true })
    },
  }
}

/** Settings of a server that uses this broker instead of its own. */
export const useMosquitto = (mosquitto: TestMosquitto): Record<string, string> => ({
  MQTT_URL: mosquitto.url,
  MQTT_USERNAME: mosquitto.userName,
  MQTT_PASSWORD_FILE: mosquitto.passwordFile,
})
