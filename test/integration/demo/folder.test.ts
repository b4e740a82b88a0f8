import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDemoFolder, removeDeadDemos } from '../../../scripts/demo/folder.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'loaxa-demos-'))
  await chmod(parent, 0o711)
})
afterEach(() => rm(parent, { recursive: true, force: true }))

/** What a demo that was killed leaves. */
async function leaveFolder(name = 'loaxa-demo-dead'): Promise<string> {
  const folder = path.join(parent, name)
  await mkdir(folder)
  await chmod(folder, 0o711)
  await writeFile(path.join(folder, 'something'), '')
  return folder
}

describe('removeDeadDemos', () => {
  it('removes what a dead demo left, and nothing that is not of a demo', async () => {
    const [dead, foreign] = [await leaveFolder(), await leaveFolder('loaxa-server-1')]
    await writeFile(path.join(parent, 'loaxa-demo-notes'), '')
    expect(await removeDeadDemos(parent)).toEqual([dead])
    expect(existsSync(dead)).toBe(false)
    expect(existsSync(foreign)).toBe(true)
    expect(existsSync(path.join(parent, 'loaxa-demo-notes'))).toBe(true)
  })

  it('leaves a living demo alone', async () => {
    const living = await makeDemoFolder(parent)
    expect(await removeDeadDemos(parent)).toEqual([])
    expect(existsSync(living.path)).toBe(true)
    await living.remove()
    expect(existsSync(living.path)).toBe(false)
  })

  it('leaves a folder alone in which a program still works', async () => {
    const folder = await leaveFolder()
    const worker = spawn('cat', { cwd: folder })
    await once(worker, 'spawn')
    expect(await removeDeadDemos(parent)).toEqual([])
    worker.stdin.end()
    await once(worker, 'exit')
    expect(await removeDeadDemos(parent)).toEqual([folder])
  })

  it('ends a database that lost its server, and removes it', async () => {
    const folder = await leaveFolder()
    const fixture = path.join(import.meta.dirname, '../database/owner.fixture.ts')
    const args = ['--import', 'tsx', fixture, path.join(folder, 'postgres')]
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(owner.stdout, 'data')
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    expect(existsSync(path.join(folder, 'postgres/postmaster.pid'))).toBe(true)
    expect(await removeDeadDemos(parent)).toEqual([folder])
    expect(existsSync(folder)).toBe(false)
  })
})
