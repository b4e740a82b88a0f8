import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { createRefusalBudget } from '#server/audit/refusals.ts'

const at = (ms: number) => instantMs.parse(1_800_000_000_000 + ms)
const account = (accountId: string) => ({ accountId, address: '10.0.0.1' })
const stranger = (address: string) => ({ accountId: null, address })

describe('the room for refused attempts', () => {
  it('is a few a minute for each account and each address, and counts the others', () => {
    const budget = createRefusalBudget({ perSource: 2, inAll: 100 })
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
    const budget = createRefusalBudget({ perSource: 10, inAll: 100 })
    const flood = Array.from({ length: 1_000 }, (_, n) => budget.admit(stranger(`10.0.${n >> 8}.${n & 255}`), at(n)))
    expect(flood.filter(Boolean)).toHaveLength(100)
    expect(budget.admit(account('a'), at(1_000))).toBe(true)
    expect(budget.collect(at(60_000))).toBe(900)
  })

  it('begins anew when the clock was set back', () => {
    const budget = createRefusalBudget({ perSource: 1, inAll: 100 })
    expect([budget.admit(account('a'), at(0)), budget.admit(account('a'), at(0))]).toEqual([true, false])
    expect(budget.collect(at(-1))).toBe(1)
    expect(budget.admit(account('a'), at(-1))).toBe(true)
  })
})
