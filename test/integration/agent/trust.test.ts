import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openTrust, type Trust } from '#agent/io/trust.ts'
import { hashBytes, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { createSigner, toJwk } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { id, makeFolder, makeLog } from './fixtures.ts'
import { startServerDouble } from './server-double.ts'

const now = instantMs.parse(1_770_000_000_000)
const YEAR_MS = 365 * 86_400_000

async function setUp() {
  const [{ identity, device }, stateDir] = [await startServerDouble(), await makeFolder()]
  const key = generateKeyPairSync('ed25519').privateKey
  const signer = createSigner(key)
  const open = (): Promise<Trust> => openTrust(stateDir, { ...identity, serverKey: toJwk(key) }, makeLog().log)
  const expected = {
    audience: device,
    awaited: new Set(['awaited'.repeat(3)]),
    settled: new Set(['settled'.repeat(3)]),
  }
  return {
    open,
    async welcome(trust: Trust, about: 'awaited' | 'settled', serverTime: number) {
      const message = {
        version: 1,
        audience: device,
        nonce: about.repeat(3),
        serverTime,
        wantedRevision: 1,
        ledger: { ledgerId: newId(now), seq: 0, hash: emptyLedgerHash },
        ledgerForked: false,
        keyChain: [],
        alerts: [],
      }
      const judged = await trust.verifyWelcome(await signer.sign('welcome', JSON.stringify(message)), expected)
      expect(judged).toMatchObject({ ok: true })
    },
    async target(trust: Trust, issuedAt: number) {
      const content = {
        deviceId: device,
        areas: [id()],
        timeZone: 'Asia/Ho_Chi_Minh',
        volumePercent: 70,
        maxVolumePercent: 100,
        emergencyVolumePercent: 100,
        muted: false,
        permitted: [],
        clips: { transport: 'mqtt', baseUrl: null },
        days: [],
        horizonEndsAt: now,
      }
      const contentHash = hashBytes(JSON.stringify(content))
      const manifest = { version: 1, revision: 1, contentHash, issuedAt, expiresAt: issuedAt, content }
      expect(await trust.verifyTarget(await signer.sign('target', JSON.stringify(manifest)))).toMatchObject({
        ok: true,
      })
    },
  }
}

describe('the newest instant that was signed', () => {
  it('only rises with what is signed, and is corrected by the answer to a hello, also on disk', async () => {
    const { open, welcome, target } = await setUp()
    const trust = await open()
    await welcome(trust, 'awaited', now)
    await target(trust, now + YEAR_MS)
    await target(trust, now + 1_000)
    expect(trust.newestSignedAt).toBe(now + YEAR_MS)
    expect((await open()).newestSignedAt).toBe(now + YEAR_MS)
    await welcome(trust, 'awaited', now + 2_000)
    expect(trust.newestSignedAt).toBe(now + 2_000)
    expect((await open()).newestSignedAt).toBe(now + 2_000)
  })

  it('is not set back by a late answer to a hello that was answered already', async () => {
    const { open, welcome } = await setUp()
    const trust = await open()
    await welcome(trust, 'awaited', now)
    await welcome(trust, 'settled', now - YEAR_MS)
    expect(trust.newestSignedAt).toBe(now)
  })
})
