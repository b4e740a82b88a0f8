import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { settlePort } from '#server/start.ts'
import { findMosquitto } from '../test/support/mosquitto.ts'
import { startProcess } from '../tools/processes.ts'

/** Lets everybody in and keeps nothing, so that the reference is mosquitto at its fastest. */
export async function startBareMosquitto(): Promise<{
  host: string
  port: number
  pid: number
  stop(): Promise<void>
}> {
  const program = await findMosquitto()
  if (program === undefined) throw new Error('The reference is missing: apt-get install mosquitto')
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-mosquitto-'))
  const [host, port] = ['127.0.0.1', await settlePort(0, '127.0.0.1')]
  const config = path.join(directory, 'mosquitto.conf')
  const lines = [
    `listener ${port} ${host}`,
    'allow_anonymous true',
    'persistence false',
    'set_tcp_nodelay true',
    'log_dest stderr',
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  const broker = startProcess({ name: 'mosquitto', command: program, args: ['-c', config] })
  await broker.line((line) => line.includes('running'), 'it was running')
  return {
    host,
    port,
    pid: broker.pid,
    async stop() {
      await broker.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
