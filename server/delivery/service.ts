import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { type ClipsHeld, clipsHeld, type Hello } from '#protocol/link.ts'
import { localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import { toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { decoding } from '#server/mqtt/router.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type CompileDeps, compileScope } from './compile.ts'
import type { PlanListener } from './plan-listener.ts'
import { decideHello } from './rules.ts'
import {
  keepReadiness,
  raiseRevision,
  readLagging,
  readScopeAreas,
  readTargetHead,
  readTargets,
  type Scope,
  sweepDayPlans,
  sweepSharedContents,
} from './store.ts'
import { createTargetSender, type TargetSenderDeps } from './target-sender.ts'

export interface DeliveryDeps extends CompileDeps, TargetSenderDeps {
  readonly db: Database
  readonly log: Logger
  readonly security: SecurityEvents
  readonly events: ConsoleEvents
  /** Targets changed: what is cached about these devices is out of date. */
  onTargetsChanged?(deviceIds: readonly string[]): void
}

export interface DeliveryService {
  readonly plan: PlanListener
  /** Handler of `…/clips`. */
  readonly clipsHandler: (id: DeviceId, payload: Uint8Array) => Promise<void>
  /** Which revision the device should hold; always above what it holds when that is not what it should do. */
  onHello(id: DeviceId, hello: Hello): Promise<{ wantedRevision: number }>
  /** Sends the target when the device does not hold it. */
  afterWelcome(id: DeviceId, hello: Hello): Promise<void>
  onClipsHeld(id: DeviceId, held: ClipsHeld): Promise<void>
  /** Compiles everything. At start-up before devices are let in, so that nobody is welcomed with yesterday's plan. */
  compileAll(): Promise<void>
  /** Every half a minute: compiles when a local day began or the last full compilation is long ago, and sends again what was lost. */
  tick(): Promise<void>
  /** Removes day plans that no target has named for a week, and what targets had in common and have no more. */
  sweep(): Promise<void>
  /** Resolves when every change told so far is compiled and sent. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** Repairs what was told to nobody: a crash between another feature's commit and its call. */
const FULL_COMPILE_EVERY_MS = 10 * 60_000
/** A device that was sent its target gets this long to adopt it before it is sent again. */
const RESEND_AFTER_MS = 60_000
const RESEND_PAGE = 500
const UNUSED_PLAN_DAYS = 7
/** No device counts so far by itself. Half of what a target may say: there must be room for those that are made after it. */
const MAX_CREDIBLE_REVISION = limits.maxTargetRevision / 2
const TELL_AFTER_MS = 500

const none: Scope = { kind: 'some', areaIds: [], deviceIds: [] }
const isNothing = (scope: Scope): boolean =>
  scope.kind === 'some' && scope.areaIds.length === 0 && scope.deviceIds.length === 0

function join(a: Scope, b: Scope): Scope {
  if (a.kind === 'all' || b.kind === 'all') return { kind: 'all' }
  const areaIds = [...new Set([...a.areaIds, ...b.areaIds])]
  return { kind: 'some', areaIds, deviceIds: [...new Set([...a.deviceIds, ...b.deviceIds])] }
}

export function createDeliveryService(deps: DeliveryDeps): DeliveryService {
  const { db, clock, log, security } = deps
  const sender = createTargetSender(deps)
  let pending: Scope = none
  let running: Promise<void> | undefined
  let isStopped = false
  let compiledDays = ''
  let compiledAtMs = Number.NEGATIVE_INFINITY
  const untold = new Map<string, readonly string[]>()
  let tellTimer: NodeJS.Timeout | undefined

  /** One compilation at a time: two would race for the same revisions. What is told meanwhile joins the next one. */
  function concern(scope: Scope): Promise<void> {
    pending = join(pending, scope)
    running ??= drain().finally(() => {
      running = undefined
    })
    return running
  }

  async function drain(): Promise<void> {
    // Whoever tells several changes in one go has them compiled in one go.
    await nextTurn()
    while (!isNothing(pending) && !isStopped) {
      const scope = pending
      pending = none
      try {
        await compile(scope)
      } catch (error) {
        // Not lost: the tick compiles everything again.
        compiledAtMs = Number.NEGATIVE_INFINITY
        log.error({ err: error }, 'targets could not be compiled; the next tick tries again')
      }
    }
  }

  async function compile(scope: Scope): Promise<void> {
    const [now, startedMs] = [clock.now(), clock.monotonicMs()]
    const days = scope.kind === 'all' ? await readDays() : undefined
    const counts = await compileScope(deps, scope, now, (changed) => {
      deps.onTargetsChanged?.(changed.map((target) => target.deviceId))
      sender.enqueue(changed)
    })
    if (days !== undefined) [compiledDays, compiledAtMs] = [days, clock.monotonicMs()]
    const tookMs = Math.round(clock.monotonicMs() - startedMs)
    if (counts.changed > 0) log.info({ ...counts, tookMs }, 'targets changed')
  }

  /** The local day of every zone in use: while it stays, time alone changes no target. */
  async function readDays(): Promise<string> {
    const { timeZones } = await readScopeAreas(db.pool, { kind: 'all' })
    return timeZones
      .sort()
      .map((zone) => `${zone} ${localDateOf(clock.now(), zone)}`)
      .join()
  }

  async function resendLagging(): Promise<void> {
    sender.forgetBefore(RESEND_AFTER_MS)
    let afterId: string | null = null
    for (;;) {
      const lagging: DeviceId[] = await readLagging(db.pool, afterId, RESEND_PAGE)
      sender.enqueueDevices(lagging.filter((id) => !sender.wasSentWithin(id, RESEND_AFTER_MS)))
      if (lagging.length < RESEND_PAGE || isStopped) return
      afterId = lagging.at(-1) ?? null
    }
  }

  /** Thousands of devices report at once after a change; the consoles are told once for each area. */
  function tellReadiness(areaPath: readonly string[]): void {
    untold.set(areaPath.join(), areaPath)
    tellTimer ??= setTimeout(() => {
      tellTimer = undefined
      for (const path of untold.values()) deps.events.publish({ kind: 'broadcasts', areaPath: path })
      untold.clear()
    }, TELL_AFTER_MS)
  }

  async function onClipsHeld(id: DeviceId, held: ClipsHeld): Promise<void> {
    const credible = { ...held, targetRevision: Math.min(held.targetRevision, MAX_CREDIBLE_REVISION) }
    const areaPath = await keepReadiness(db.pool, id, credible, toDate(clock.now()))
    if (areaPath !== undefined && !isStopped) tellReadiness(areaPath)
  }

  return {
    plan: {
      areaChanged: (id) => void concern({ kind: 'some', areaIds: [id], deviceIds: [] }),
      deviceChanged: (id) => void concern({ kind: 'some', areaIds: [], deviceIds: [id] }),
    },
    clipsHandler: decoding(clipsHeld, onClipsHeld),
    onClipsHeld,

    async onHello(id, hello) {
      let target = await readTargetHead(db.pool, id)
      if (target === undefined) {
        await concern({ kind: 'some', areaIds: [], deviceIds: [id] })
        target = await readTargetHead(db.pool, id)
      }
      // Still none: it was taken out of service just now.
      if (target === undefined) return { wantedRevision: hello.targetRevision }
      if (hello.targetRevision >= MAX_CREDIBLE_REVISION) {
        security.report('revision-absurd', { deviceId: id, detail: String(hello.targetRevision) })
        return { wantedRevision: target.revision }
      }
      const { revision } = decideHello(target, hello)
      if (revision > target.revision) await raiseRevision(db.pool, id, revision)
      return { wantedRevision: revision }
    },

    async afterWelcome(id, hello) {
      const head = await readTargetHead(db.pool, id)
      if (head === undefined || head.revision <= hello.targetRevision) return
      const [target] = await readTargets(db.pool, [id])
      if (target !== undefined) await sender.send(target)
    },

    compileAll: () => concern({ kind: 'all' }),

    async tick() {
      const isOld = clock.monotonicMs() - compiledAtMs >= FULL_COMPILE_EVERY_MS
      if (isOld || compiledDays !== (await readDays())) await concern({ kind: 'all' })
      await resendLagging()
    },

    async sweep() {
      const now = toDate(clock.now())
      const plans = await sweepDayPlans(db.pool, now, UNUSED_PLAN_DAYS)
      const shared = await sweepSharedContents(db.pool, now, UNUSED_PLAN_DAYS)
      if (plans + shared > 0) log.info({ plans, shared }, 'unused plans were removed')
    },

    async settled() {
      while (running !== undefined) await running
      await sender.idle()
    },

    async stop() {
      isStopped = true
      clearTimeout(tellTimer)
      await running
      await sender.stop()
    },
  }
}
