import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { systemClock } from '#server/clock.ts'
import { createJobs, type Jobs } from '#server/jobs.ts'

const log = pino({ level: 'silent' })
const everySecond = '* * * * * *'
const open: Jobs[] = []
function create(): Jobs {
  const jobs = createJobs({ clock: systemClock, log })
  open.push(jobs)
  return jobs
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.stop()))
})

describe('every', () => {
  it('runs again after a failure, and counts it', async () => {
    const jobs = create()
    const run = vi.fn(() => Promise.reject(new Error('the disk is full')))
    jobs.every('sweep', everySecond, run)
    await vi.waitFor(() => expect(run.mock.calls.length).toBeGreaterThanOrEqual(2), 5_000)
    expect(jobs.failures().get('sweep')).toBeGreaterThanOrEqual(1)
  })

  it('refuses a rule that says nothing', () => {
    expect(() => create().every('sweep', 'now and then', async () => {})).toThrow(/no valid rule/)
  })
})

describe('at', () => {
  it('runs at the instant named, and asks for the next one', async () => {
    const jobs = create()
    const ran: number[] = []
    const first = systemClock.now() + 300
    const plan = [first, first + 200, undefined].map((at) => (at === undefined ? undefined : instantMs.parse(at)))
    const edge = jobs.at(
      'edge',
      async () => plan[ran.length],
      async () => void ran.push(systemClock.now()),
    )
    await edge.rearm()
    await vi.waitFor(() => expect(ran).toHaveLength(2), 5_000)
    expect(ran.every((at, index) => at >= first + index * 200)).toBe(true)
  })

  it('takes up a plan that became earlier', async () => {
    const jobs = create()
    let next = systemClock.now() + 3_600_000 * 5
    const run = vi.fn(async () => {
      next = systemClock.now() + 3_600_000
    })
    const edge = jobs.at('edge', async () => instantMs.parse(next), run)
    await edge.rearm()
    next = systemClock.now() + 200
    await edge.rearm()
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce(), 5_000)
  })

  it('does not spin when the instant named stays in the past', async () => {
    const jobs = create()
    const past = instantMs.parse(systemClock.now() - 1_000)
    const run = vi.fn(async () => {})
    const edge = jobs.at('edge', async () => past, run)
    await edge.rearm()
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce(), 5_000)
    await edge.rearm()
    expect(run).toHaveBeenCalledOnce()
  })
})

describe('stop', () => {
  it('waits for what runs, and starts nothing more', async () => {
    const jobs = create()
    let finish = (): void => {}
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
    jobs.every('slow', everySecond, run)
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce(), 5_000)
    let isStopped = false
    const stopping = jobs.stop().then(() => {
      isStopped = true
    })
    await Promise.resolve()
    expect(isStopped).toBe(false)
    finish()
    await stopping
    expect(run).toHaveBeenCalledOnce()
  })
})
