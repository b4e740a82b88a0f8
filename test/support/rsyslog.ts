import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

/** A line of what rsyslog wrote, as it had understood the message. */
export interface ReceivedLine {
  readonly pri: string
  readonly timestamp: string
  readonly hostName: string
  readonly appName: string
  readonly procId: string
  readonly msgId: string
  readonly structuredData: string
  readonly message: string
}

export interface TestRsyslog {
  readonly udpPort: number
  readonly tcpPort: number
  /** Everything written so far, once it is so many lines. */
  received(count: number): Promise<ReceivedLine[]>
  kill(): Promise<void>
  /** Again on the same ports, with the same file. */
  start(): Promise<void>
  stop(): Promise<void>
}

const properties = [
  'pri',
  'timestamp:::date-rfc3339',
  'hostname',
  'app-name',
  'procid',
  'msgid',
  'structured-data',
  'msg',
]

async function findPorts(): Promise<{ udpPort: number; tcpPort: number }> {
  const server = net.createServer().listen(0, '127.0.0.1')
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(socket, 'listening')])
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const ports = { udpPort: socket.address().port, tcpPort: address.port }
  server.close()
  socket.close()
  await Promise.all([once(server, 'close'), once(socket, 'close')])
  return ports
}

/** Debian's rsyslogd with a configuration, ports and files of its own. */
export async function startRsyslog(): Promise<TestRsyslog> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-rsyslog-'))
  const { udpPort, tcpPort } = await findPorts()
  const [config, written] = [path.join(dir, 'rsyslog.conf'), path.join(dir, 'received')]
  const template = properties.map((name) => `%${name}%`).join('\\t')
  await writeFile(
    config,
    `global(workDirectory="${dir}" net.enableDNS="off" processInternalMessages="on")
module(load="imudp")
module(load="imtcp")
input(type="imudp" address="127.0.0.1" port="${udpPort}")
input(type="imtcp" address="127.0.0.1" port="${tcpPort}")
template(name="lines" type="string" string="${template}\\n")
action(type="omfile" file="${written}" template="lines")
`,
  )
  await writeFile(written, '')

  const readLines = async (): Promise<ReceivedLine[]> =>
    (await readFile(written, 'utf8')).split('\n').slice(0, -1).map(readLine)
  let starts = 0
  async function launch() {
    starts += 1
    const pidFile = path.join(dir, `pid-${starts}`)
    const child = spawn('/usr/sbin/rsyslogd', ['-n', '-f', config, '-i', pidFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const ended = once(child, 'exit')
    await Promise.race([
      // It writes down its own start, after it has opened its ports.
      until(dir, async () => {
        const own = (await readLines()).filter(({ message }) => message.endsWith('] start'))
        return own.length === starts || undefined
      }),
      ended.then(() => Promise.reject(new Error(`rsyslogd ended: ${said}`))),
    ])
    return { child, ended }
  }

  let daemon = await launch()
  async function kill(): Promise<void> {
    if (daemon.child.exitCode === null && daemon.child.signalCode === null) daemon.child.kill('SIGKILL')
    await daemon.ended
  }
  return {
    udpPort,
    tcpPort,
    received: (count) =>
      until(dir, async () => {
        // What it says about itself is not what was sent to it.
        const ours = (await readLines()).filter(({ appName }) => !appName.startsWith('rsyslogd'))
        return ours.length >= count ? ours : undefined
      }),
    kill,
    async start() {
      daemon = await launch()
    },
    async stop() {
      await kill()
      await rm(dir, { recursive: true })
    },
  }
}

function readLine(line: string): ReceivedLine {
  const [pri = '', timestamp = '', hostName = '', appName = '', procId = '', msgId = '', structuredData = '', ...rest] =
    line.split('\t')
  return { pri, timestamp, hostName, appName, procId, msgId, structuredData, message: rest.join('\t') }
}

/** What `read` answers as soon as it answers something; asked again whenever a file in the directory changes. */
function until<T>(dir: string, read: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    let watcher: FSWatcher | undefined
    const look = (): void => {
      read().then((found) => {
        if (found === undefined) return
        watcher?.close()
        resolve(found)
      }, reject)
    }
    watcher = watch(dir, look)
    look()
  })
}
