import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { alertMessage } from '#protocol/alert.ts'
import { alertId, areaId, newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { emptyLedgerHash, welcome } from '#protocol/link.ts'
import { createSigner, toJwk, verifySigned } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import {
  fitIntoWelcome,
  MAX_WELCOME_ALERTS,
  makeAlert,
  makeCancel,
  WELCOME_BUDGET_BYTES,
} from '#server/alerts/rules.ts'

const now = instantMs.parse(1_700_000_000_000)
const about = {
  alertId: alertId.parse(newId(now)),
  areaId: areaId.parse(newId(now)),
  sequence: 1,
  expiresAt: instantMs.parse(now + 60_000),
}
const { privateKey } = generateKeyPairSync('ed25519')
const signer = createSigner(privateKey)
const keys = [toJwk(privateKey)]

describe('alert messages', () => {
  it('carry the largest audio, and fit into a signed welcome', async () => {
    const content = {
      title: 'Lũ quét',
      audio: Buffer.alloc(limits.maxAlertAudioBytes, 0xff),
      durationMs: 100_000,
      repeats: 3,
      gapMs: 5_000,
      volumePercent: null,
    }
    const jws = await signer.sign('alert', JSON.stringify(makeAlert(about, content, newId(now), now)))
    const read = await verifySigned('alert', alertMessage, keys, jws)
    expect(read.ok && read.value.body.kind === 'alert' && read.value.body.audio.length).toBeGreaterThan(0)
    expect(fitIntoWelcome([{ jws }]).fits).toHaveLength(1)
    const ledger = { ledgerId: newId(1), seq: 0, hash: emptyLedgerHash }
    const filled = {
      version: 1,
      audience: newId(1),
      nonce: 'x'.repeat(64),
      serverTime: now,
      wantedRevision: 1,
      ledger,
      ledgerForked: false,
      keyChain: [],
      alerts: [jws],
    }
    const greeting = await signer.sign('welcome', JSON.stringify(filled))
    expect((await verifySigned('welcome', welcome, keys, greeting)).ok).toBe(true)
  })

  it('take audio that lies within a larger buffer', () => {
    const pool = Buffer.from('..OggS..')
    const content = { title: 't', audio: pool.subarray(2, 6), durationMs: 1, repeats: 1, gapMs: 0, volumePercent: null }
    expect(makeAlert(about, content, newId(now), now).body).toMatchObject({
      audio: Buffer.from('OggS').toString('base64'),
    })
  })

  it('are cancelled for as long as they could have sounded', () => {
    const cancel = makeCancel({ ...about, sequence: 2 }, newId(now), instantMs.parse(now + 1_000))
    expect(alertMessage.parse(cancel)).toMatchObject({
      sequence: 2,
      expiresAt: about.expiresAt,
      body: { kind: 'cancel' },
    })
  })
})

describe('fitIntoWelcome', () => {
  const half = { jws: 'x'.repeat(WELCOME_BUDGET_BYTES / 2) }
  const small = { jws: 'x' }
  it.each<[string, { jws: string }[], number]>([
    ['nothing', [], 0],
    ['two halves', [half, half], 2],
    ['a third one not', [half, half, small], 2],
    ['small ones behind one that is too large', [half, { jws: `${half.jws}x` }, small], 2],
    ['no more than a welcome may hold', Array.from({ length: 60 }, () => small), MAX_WELCOME_ALERTS],
  ])('takes %s', (_name, all, count) => {
    const { fits, rest } = fitIntoWelcome(all)
    expect([fits.length, rest.length]).toEqual([count, all.length - count])
  })
})
