import { describe, expect, it } from 'vitest'
import { judgeAlert, type KnownAlert } from '#agent/core/accept-alert.ts'
import { type AlertMessage, alertMessage } from '#protocol/alert.ts'
import { areaId } from '#protocol/ids.ts'
import { at } from './plan.fixture.ts'

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const area = areaId.parse(uuid(1))
const issuedAt = at('2026-03-02T05:00:00Z')

function message(sequence: number, kind: 'alert' | 'cancel' = 'alert', change: object = {}): AlertMessage {
  const body =
    kind === 'cancel'
      ? { kind }
      : { kind, title: 'Bão', audio: 'T2dnUw==', durationMs: 1_000, repeats: 2, gapMs: 500, volumePercent: null }
  const expiresAt = issuedAt + 1_800_000
  const ids = { messageId: uuid(100 + sequence), alertId: uuid(50) }
  return alertMessage.parse({ version: 1, ...ids, sequence, area, issuedAt, expiresAt, body, ...change })
}

const known = (sequence: number, state: KnownAlert['state']): KnownAlert => {
  const { alertId, messageId, expiresAt } = message(sequence)
  return { alertId, messageId, expiresAt, sequence, state }
}
const context = { areas: [area], trustedNow: issuedAt + 1_000, isPlaying: false }

const cases: [string, AlertMessage, KnownAlert | undefined, Partial<typeof context>, string][] = [
  ['a new alert sounds', message(1), undefined, {}, 'play'],
  ['of another area', message(1), undefined, { areas: [areaId.parse(uuid(2))] }, 'ignore other-area'],
  ['expired, by the server’s time', message(1), undefined, { trustedNow: issuedAt + 1_800_000 }, 'ignore expired'],
  ['the same message again while it sounds', message(1), known(1, 'in-force'), { isPlaying: true }, 'ignore replay'],
  ['the same message again after its end', message(1), known(1, 'done'), {}, 'ignore replay'],
  ['the same message after a power cut', message(1), known(1, 'in-force'), {}, 'play'],
  [
    'another message under the same number',
    message(1, 'alert', { messageId: uuid(7) }),
    known(1, 'in-force'),
    {},
    'ignore replay',
  ],
  ['an update while it sounds', message(2), known(1, 'in-force'), { isPlaying: true }, 'replace'],
  ['an update after its end', message(2), known(1, 'done'), {}, 'play'],
  ['overtaken by its own update', message(1), known(2, 'in-force'), { isPlaying: true }, 'ignore superseded'],
  ['a cancel', message(2, 'cancel'), known(1, 'in-force'), { isPlaying: true }, 'cancel'],
  ['a cancel that overtook its alert is remembered', message(2, 'cancel'), undefined, {}, 'remember'],
  ['the alert that comes after its cancel', message(1), known(2, 'cancelled'), {}, 'ignore superseded'],
  ['the cancel again', message(2, 'cancel'), known(2, 'cancelled'), {}, 'ignore replay'],
]

describe('what to do with an alert', () => {
  it.each(cases)('%s', (_name, given, before, change, expected) => {
    const verdict = judgeAlert(given, before, { ...context, ...change })
    expect(verdict.act === 'ignore' ? `ignore ${verdict.why}` : verdict.act).toBe(expected)
  })
})
