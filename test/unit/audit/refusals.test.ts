import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { createRefusalBudget, defaultRefusalLimits, type Refusal } from '#server/audit/refusals.ts'

const at = (ms: number) => instantMs.parse(1_800_000_000_000 + ms)
const account = (accountId: string, reason = 'not-allowed'): Refusal => ({
  accountId,
  address: '10.0.0.1',
  aimedAtAccountId: null,
  reason,
})
const stranger = (address: string, reason = 'wrong-credentials', aimedAtAccountId: string | null = null): Refusal => ({
  accountId: null,
  address,
  aimedAtAccountId,
  reason,
})
const limits = { ...defaultRefusalLimits, perSource: 2 }

describe('the room for refused attempts', () => {
  it('is a few a minute for each account and each address, and counts the others', () => {
    const budget = createRefusalBudget(limits)
    const admitted = [account('a'), account('a'), account('a'), account('b'), stranger('10.0.0.1')].map((from) =>
      budget.admit(from, at(0)),
    )
    expect(admitted).toEqual([true, true, false, true, true])
    expect(budget.collect(at(59_999))).toBe(0)
    expect(budget.collect(at(60_000))).toBe(1)
    expect(budget.collect(at(60_000))).toBe(0)
    expect(budget.admit(account('a'), at(60_000))).toBe(true)
  })

  it('is bounded in all, and strangers use none of the room of those who are signed in', () => {
    const budget = createRefusalBudget()
    const flood = Array.from({ length: 1_000 }, (_, n) => budget.admit(stranger(`10.0.${n >> 8}.${n & 255}`), at(n)))
    expect(flood.filter(Boolean)).toHaveLength(100)
    expect(budget.admit(account('a'), at(1_000))).toBe(true)
    expect(budget.collect(at(60_000))).toBe(900)
  })

  it('is one for a whole IPv6 subnet', () => {
    const budget = createRefusalBudget(limits)
    const admitted = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'].map((address) =>
      budget.admit(stranger(address), at(0)),
    )
    expect(admitted).toEqual([true, true, false, true])
  })

  it('is another one for refused sign-ins to each account that exists, and for what comes too often', () => {
    const budget = createRefusalBudget()
    for (let n = 0; n < 1_000; n++) budget.admit(stranger(`10.0.${n >> 8}.${n & 255}`, 'too-many-requests'), at(0))
    expect(budget.admit(stranger('10.9.0.1'), at(0))).toBe(true)
    for (let n = 0; n < 1_000; n++) budget.admit(stranger(`10.0.${n >> 8}.${n & 255}`), at(0))
    expect(budget.admit(stranger('10.9.0.1'), at(0))).toBe(false)
    for (let n = 0; n < 100; n++) budget.admit(stranger('10.9.0.1', 'wrong-credentials', 'lan'), at(0))
    expect(budget.admit(stranger('10.9.0.1', 'wrong-credentials', 'hoa'), at(0))).toBe(true)
    // And that one account must wait hides no guess at it.
    for (let n = 0; n < 100; n++) budget.admit(stranger('10.9.0.1', 'sign-in-must-wait', 'mai'), at(0))
    expect(budget.admit(stranger('10.9.0.2', 'wrong-credentials', 'mai'), at(0))).toBe(true)
  })

  it('for what is forbidden is not used up by one’s own harmless attempts', () => {
    const budget = createRefusalBudget()
    for (const reason of ['not-found', 'csrf-missing', 'too-many-requests']) {
      for (let n = 0; n < 100; n++) budget.admit(account('a', reason), at(0))
    }
    expect(budget.admit(account('a'), at(0))).toBe(true)
  })

  it('is left to the server itself whatever others do', () => {
    const budget = createRefusalBudget()
    for (let n = 0; n < 1_000; n++) budget.admit(stranger(`10.0.${n >> 8}.${n & 255}`), at(0))
    expect(
      budget.admit({ accountId: null, address: undefined, aimedAtAccountId: null, reason: undefined }, at(0)),
    ).toBe(true)
  })

  it('begins anew when the clock was set back', () => {
    const budget = createRefusalBudget({ ...limits, perSource: 1 })
    expect([budget.admit(account('a'), at(0)), budget.admit(account('a'), at(0))]).toEqual([true, false])
    expect(budget.collect(at(-1))).toBe(1)
    expect(budget.admit(account('a'), at(-1))).toBe(true)
  })
})
