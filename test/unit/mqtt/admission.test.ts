import { describe, expect, it } from 'vitest'
import { deviceId, newId } from '#protocol/ids.ts'
import { type AdmissionLimits, createAdmission } from '#server/mqtt/admission.ts'
import { networkOf } from '#server/network-of.ts'

const generous: AdmissionLimits = {
  maxUnauthenticated: 100,
  maxUnauthenticatedPerAddress: 100,
  maxConnectionsPerAddress: 100,
  arrivals: { perSecond: 1_000, burst: 1_000 },
  sessions: { perSecond: 1, burst: 100 },
  packets: { perSecond: 10, burst: 10 },
  bytes: { perSecond: 10, burst: 10 },
}
const arrive = (admission: ReturnType<typeof createAdmission>, address: string, nowMs = 0) => {
  const answer = admission.arrive(address, nowMs)
  if (!answer.ok) throw new Error(answer.reason)
  return answer.visit
}

describe('the network that an address counts for', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['unknown', 'unknown'],
  ])('%s → %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('admission', () => {
  it('counts each address for itself, a whole IPv6 subnet for one', () => {
    const admission = createAdmission({ ...generous, maxConnectionsPerAddress: 1 })
    const first = arrive(admission, '2001:db8::1')
    expect(admission.arrive('2001:db8::2', 0).ok).toBe(false)
    arrive(admission, '2001:db8:0:1::2')
    arrive(admission, '192.0.2.1')
    expect(admission.arrive('::ffff:192.0.2.1', 0).ok).toBe(false)
    first.leave()
    arrive(admission, '2001:db8::2')
  })

  it('counts who left once, whatever is said of it twice', () => {
    const admission = createAdmission({ ...generous, maxUnauthenticated: 2, maxConnectionsPerAddress: 3 })
    const visits = [arrive(admission, 'a'), arrive(admission, 'a')]
    expect(admission.arrive('a', 0).ok).toBe(false)
    for (const visit of visits) {
      visit.known()
      visit.known()
    }
    const third = arrive(admission, 'a')
    expect(admission.arrive('a', 0)).toEqual({ ok: false, reason: '3 of this address' })
    third.leave()
    third.leave()
    third.known()
    arrive(admission, 'a')
    expect(admission.arrive('a', 0).ok).toBe(false)
  })

  it('lets an address that came too often in again, in time', () => {
    const admission = createAdmission({ ...generous, arrivals: { perSecond: 1, burst: 2 } })
    for (let i = 0; i < 2; i++) arrive(admission, 'a').leave()
    expect(admission.arrive('a', 500)).toEqual({ ok: false, reason: 'too many new ones of this address' })
    arrive(admission, 'b', 500)
    arrive(admission, 'a', 1_500)
  })

  it('gives a device one allowance over all its sessions', () => {
    const admission = createAdmission(generous)
    const [id, other] = [deviceId.parse(newId(1)), deviceId.parse(newId(1))]
    expect(admission.begin(id, 0)?.spendPackets(8, 0)).toBe(true)
    expect(admission.begin(id, 0)?.spendPackets(8, 0)).toBe(false)
    expect(admission.begin(other, 0)?.spendPackets(8, 0)).toBe(true)
    expect(admission.begin(id, 1_000)?.spendPackets(8, 1_000)).toBe(true)
  })
})
