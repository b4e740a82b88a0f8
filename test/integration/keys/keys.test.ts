import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { followKeyChain } from '#protocol/key-chain.ts'
import { limits } from '#protocol/limits.ts'
import { createSigner, thumbprint, verifySigned } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { KeyFolderError, makeFirstKeys } from '#server/keys/folder.ts'
import { recoverKey, rotateKey } from '#server/keys/rotate.ts'
import { wereKeysInUse } from '#server/keys/store.ts'
import { loadServerKeys } from '#server/keys.ts'
import { createTestDatabase } from '../../support/database.ts'
import { makeTestKeys } from '../../support/keys.ts'

const run = promisify(execFile)
const now = instantMs.parse(Date.UTC(2026, 2, 1))

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'loaxa-keys-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return path.join(folder, 'keys')
}

/** A folder with its keys, the recovery key taken out of it as it should be. */
async function makeKeys(): Promise<{ folder: string; recoveryFile: string; recoveryPem: string }> {
  const folder = await makeFolder()
  const createdRecoveryKey = (await makeFirstKeys(folder, async () => false)) ?? expect.fail('there were keys')
  const recoveryFile = path.join(path.dirname(folder), 'offline.pem')
  await rename(createdRecoveryKey, recoveryFile)
  return { folder, recoveryFile, recoveryPem: await readFile(recoveryFile, 'utf8') }
}

const rotated = async (folder: string): Promise<string> => {
  const result = await rotateKey(folder, now)
  return result.ok ? result.keyId : expect.fail(result.reason)
}

describe('the server’s keys', () => {
  it('are made once, for their owner’s eyes only', async () => {
    const folder = await makeFolder()
    const first = await makeTestKeys(folder)
    expect(await makeFirstKeys(folder, async () => true)).toBeUndefined()
    expect((await loadServerKeys(folder)).signer.keyId).toBe(first.signer.keyId)
    expect(await rotateKey(folder, now)).toMatchObject({ ok: true, sequence: 1 })
    for (const name of await readdir(folder)) expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('are made by a first start alone: not where a database knows earlier ones, not by reading', async () => {
    const folder = await makeFolder()
    await expect(makeFirstKeys(folder, async () => true)).rejects.toThrow(/no server keys in .* keys recover/)
    await expect(loadServerKeys(folder)).rejects.toThrow(KeyFolderError)
    await expect(rotateKey(folder, now)).rejects.toThrow(KeyFolderError)
    expect(existsSync(folder)).toBe(false)
    // What tells a first start from a lost folder is the database.
    const db = await createTestDatabase()
    onTestFinished(() => db.close())
    expect(await wereKeysInUse(db.prisma)).toBe(false)
    await db.prisma.auditCheckpoint.create({ data: { seq: 1, hash: 'x', createdAt: new Date(now), jws: 'x' } })
    expect(await wereKeysInUse(db.prisma)).toBe(true)
  })

  it('stay in force in a running server whose folder is gone, empty, somebody else’s or older', async () => {
    const { folder } = await makeKeys()
    const keys = await loadServerKeys(folder)
    await cp(folder, `${folder}-older`, { recursive: true })
    const keyId = await rotated(folder)
    expect(await keys.reload()).toBe(true)
    await rename(folder, `${folder}-away`)
    await expect(keys.reload()).rejects.toThrow(/There are no server keys/)
    expect(existsSync(folder)).toBe(false)
    await mkdir(folder)
    await expect(keys.reload()).rejects.toThrow(/There are no server keys/)
    expect(await readdir(folder)).toEqual([])
    await makeTestKeys(folder)
    await expect(keys.reload()).rejects.toThrow(/are not those that this server runs with/)
    await rm(folder, { recursive: true })
    await rename(`${folder}-older`, folder)
    await expect(keys.reload()).rejects.toThrow(/are older than/)
    expect([keys.signer.keyId, thumbprint(keys.publicKey)]).toEqual([keyId, keyId])
    await rm(folder, { recursive: true })
    await rename(`${folder}-away`, folder)
    expect(await keys.reload()).toBe(false)
  })

  it('are rotated beside a running server, which takes the new one up; devices follow from anywhere', async () => {
    const { folder } = await makeKeys()
    const keys = await loadServerKeys(folder)
    const { signer } = keys
    const [pinned, before] = [keys.publicKey, await signer.sign('alert', '{}')]
    expect(await keys.reload()).toBe(false)
    const [second, third] = [await rotated(folder), await rotated(folder)]
    expect(signer.keyId).toBe(thumbprint(pinned))
    expect(await keys.reload()).toBe(true)
    expect([signer.keyId, thumbprint(keys.publicKey)]).toEqual([third, third])
    expect(keys.history.map(({ key }) => thumbprint(key))).toEqual([thumbprint(pinned), second, third])
    for (const { key } of keys.history) {
      const reached = await followKeyChain({ key, generation: 0 }, keys.recoveryKey, keys.chain)
      expect(reached.key).toEqual(keys.publicKey)
    }
    // What was signed before is said again under the new key; what a stranger signed is not.
    const anew = (await keys.signAnew('alert', before)) ?? expect.fail('not ours')
    expect(await verifySigned('alert', z.object({}), [keys.publicKey], anew)).toMatchObject({ ok: true })
    const stranger = createSigner(generateKeyPairSync('ed25519').privateKey)
    expect(await keys.signAnew('alert', await stranger.sign('alert', '{}'))).toBeUndefined()
    // The private halves of earlier keys are gone: what does not exist cannot be stolen.
    expect((await readdir(folder)).filter((name) => name.startsWith('signing-key'))).toEqual(['signing-key.2.pem'])
  })

  it('are recovered by the recovery key, also when everything else is lost', async () => {
    const { folder, recoveryPem } = await makeKeys()
    const pinned = await loadServerKeys(folder)
    await rotated(folder)
    await rm(path.join(folder, 'signing-key.1.pem'))
    await expect(loadServerKeys(folder)).rejects.toThrow(KeyFolderError)
    const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(await recoverKey(folder, stranger, now)).toEqual({ ok: false, reason: 'wrong-recovery-key' })
    expect(await recoverKey(folder, recoveryPem, now)).toMatchObject({ ok: true, sequence: 2 })
    const recovered = await loadServerKeys(folder)
    expect(recovered.history.map(({ isRevoked }) => isRevoked)).toEqual([true, true, false])
    expect(recovered.chain.length).toBe(1)
    const position = { key: pinned.publicKey, generation: 0 }
    const first = await followKeyChain(position, recovered.recoveryKey, recovered.chain)
    expect(first.key).toEqual(recovered.publicKey)

    await rm(folder, { recursive: true })
    const later = instantMs.parse(now + 60_000)
    expect(await recoverKey(folder, recoveryPem, later)).toMatchObject({ ok: true, sequence: 1 })
    const anew = await loadServerKeys(folder)
    expect(anew.recoveryKey).toEqual(pinned.recoveryKey)
    expect((await followKeyChain(first, anew.recoveryKey, anew.chain)).key).toEqual(anew.publicKey)
    expect((await followKeyChain(position, anew.recoveryKey, anew.chain)).key).toEqual(anew.publicKey)
  })

  it('are rotated until no device would take a longer chain; the recovery key begins a new one', async () => {
    const { folder, recoveryPem } = await makeKeys()
    for (let links = 0; links < limits.maxKeyChainLinks; links += 1) await rotated(folder)
    expect(await rotateKey(folder, now)).toEqual({ ok: false, reason: 'chain-full' })
    expect(await recoverKey(folder, recoveryPem, now)).toMatchObject({ ok: true })
    expect(await rotateKey(folder, now)).toMatchObject({ ok: true, sequence: limits.maxKeyChainLinks + 2 })
  })

  it.each(['rotate', 'recover'])(
    'a %s that is killed at any moment leaves the key before it or the one after it',
    async (what) => {
      const { folder, recoveryFile } = await makeKeys()
      const before = await loadServerKeys(folder)
      const attempt = async (killBefore: number) => {
        const copy = `${folder}-${killBefore}`
        await cp(folder, copy, { recursive: true })
        const fixture = path.join(import.meta.dirname, 'rotate.fixture.ts')
        const args = ['--import', 'tsx', fixture, copy, what === 'rotate' ? '' : recoveryFile, String(killBefore)]
        const { stdout } = await run(process.execPath, args).catch((cause: { signal?: string; stderr?: string }) => {
          expect(cause).toMatchObject({ signal: 'SIGKILL', stderr: '' })
          return { stdout: '' }
        })
        const after = await loadServerKeys(copy)
        const reached = await followKeyChain({ key: before.publicKey, generation: 0 }, before.recoveryKey, after.chain)
        expect(reached.key).toEqual(after.publicKey)
        // Done again it comes to its end, and the folder holds one private key.
        await rotated(copy)
        const names = (await readdir(copy)).filter((name) => name.startsWith('signing-key'))
        expect(names.length).toBe(1)
        return { changes: stdout, moved: thumbprint(after.publicKey) !== thumbprint(before.publicKey) }
      }
      const whole = await attempt(-1)
      const moments = Array.from({ length: Number(whole.changes) }, (_, index) => index)
      const outcomes: boolean[] = []
      for (const moment of moments) outcomes.push((await attempt(moment)).moved)
      expect(moments.length).toBeGreaterThan(6)
      // Old up to one moment, new from it on.
      expect(outcomes).toEqual([...outcomes].sort())
      expect(outcomes).toContain(false)
      expect(outcomes).toContain(true)
    },
    120_000,
  )
})
