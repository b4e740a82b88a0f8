import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { session } from '#server/auth/schemas.ts'
import { device, deviceCommand } from '#server/devices/schemas.ts'
import { settlePort } from '#server/start.ts'
import { createApiClient, waitFor } from '../../../tools/api-client.ts'
import { type RunningProcess, runProcess, startProcess } from '../../../tools/processes.ts'

/** The demo as a newcomer runs it, and as a tester kills it. */
const root = path.resolve(import.meta.dirname, '../../..')
const speakers = ['Cụm loa Thôn Đông', 'Cụm loa Thôn Đoài', 'Cụm loa Thôn Thượng']
let temporary: string
let url: string
let demo: RunningProcess

/** `LOAXA_DEMO_DIR`: a demo that somebody watches meanwhile keeps its recordings. */
function startDemo(): RunningProcess {
  return startProcess({
    name: 'demo',
    command: process.execPath,
    args: ['--import', 'tsx', 'scripts/demo.ts'],
    cwd: root,
    env: {
      TMPDIR: temporary,
      HTTP_PORT: new URL(url).port,
      LOAXA_DEMO_DIR: path.join(temporary, 'output'),
      LC_ALL: 'en_US.UTF-8',
    },
  })
}

const untilSaid = (what: string): Promise<string> => demo.line((line) => line.includes(what), what)
const untilEnrolled = () => Promise.all(speakers.map((name) => untilSaid(`${name} is enrolled and running`)))
const demoFolders = async () => (await readdir(temporary)).filter((name) => name.startsWith('loaxa-demo-'))

/** Everything that works below our temporary folder: server, speakers, and all of PostgreSQL. */
async function findChildren(): Promise<string[]> {
  const places = await Promise.all(
    (await readdir('/proc'))
      .filter((pid) => /^\d+$/.test(pid))
      // One that ended in between works nowhere.
      .map(async (pid) => ({ pid, workingDir: await readlink(`/proc/${pid}/cwd`).catch(() => '') })),
  )
  return places.filter(({ workingDir }) => workingDir.startsWith(`${temporary}/`)).map(({ pid }) => pid)
}

/** tail(1) ends when the process does, whoever its parent is. */
const untilGone = (pid: string): Promise<string> =>
  runProcess({ name: `wait for ${pid}`, command: 'tail', args: [`--pid=${pid}`, '-f', '/dev/null'] })

beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), 'loaxa-journey-'))
  await chmod(temporary, 0o711)
  url = `http://localhost:${await settlePort(0, '127.0.0.1')}`
  demo = startDemo()
  await untilEnrolled()
})

afterAll(async () => {
  await demo.stop(30_000)
  await rm(temporary, { recursive: true })
})

describe('the demo', () => {
  test('keeps no one-time code on disk that was used', async () => {
    const [folder = ''] = await demoFolders()
    expect(existsSync(path.join(temporary, folder, 'keys'))).toBe(true)
    expect(existsSync(path.join(temporary, folder, 'setup-code.txt'))).toBe(false)
  })

  test('starts a speaker again that was told to restart', async () => {
    const code = (await untilSaid('#/dang-nhap/')).split('/').at(-1)
    const client = createApiClient(url)
    await client.post('/api/session/one-time', { code }, session)
    const readDevice = async () => {
      const all = await client.get('/api/devices', z.array(device))
      return all.find((one) => one.name === speakers[0])
    }
    const before = await waitFor(client, 'the speaker', 30_000, async () => {
      const found = await readDevice()
      return found?.status === 'online' ? found : undefined
    })
    await client.post(`/api/devices/${before.id}/commands`, { kind: 'restart' }, deviceCommand)
    await untilSaid(`${speakers[0]} restarts`)
    // The new process connects and says who it is.
    await waitFor(client, 'the speaker again', 30_000, async () => {
      const found = await readDevice()
      return found?.status === 'online' && found.since !== before.since ? found : undefined
    })
  })

  test('leaves no process behind when it is killed', async () => {
    const children = await findChildren()
    // The server, three speakers, and PostgreSQL with its helpers.
    expect(children.length).toBeGreaterThan(5)
    const [folder = ''] = await demoFolders()
    demo.kill('SIGKILL')
    await demo.exited
    await Promise.all(children.map(untilGone))
    expect(await findChildren()).toEqual([])
    // PostgreSQL removes it when it was shut down in order.
    expect(existsSync(path.join(temporary, folder, 'postgres/postmaster.pid'))).toBe(false)
  })

  test('clears away what a killed one left, and its own things when asked to end', async () => {
    const [killed = ''] = await demoFolders()
    demo = startDemo()
    await untilSaid('Removed the temporary data of 1 earlier')
    expect(existsSync(path.join(temporary, killed))).toBe(false)
    await untilEnrolled()
    await demo.stop(30_000)
    expect(await demo.exited).toBe(0)
    expect(await demoFolders()).toEqual([])
  })
})
