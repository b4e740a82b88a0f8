import type { ClockState, InstantMs } from '#protocol/time.ts'
import { deriveOutcome, type ItemOutcome, isPlayOf, type Outcome } from '#server/airtime/rules.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { CONNECTION_RETENTION_MS } from '#server/devices/presence/rules.ts'
import { readServerFacts, type ServerFacts } from './explain-facts-store.ts'
import {
  type DeviceFacts,
  explainOutcome,
  findOutages,
  type LifeSign,
  type Outage,
  type PlanFacts,
} from './explain-rules.ts'
import {
  countReasons,
  type DeviceEntry,
  type DevicePlay,
  type ExpectedItem,
  type PagedDevice,
  type ReasonCount,
  readDevicePage,
  readDevicePlays,
  readEntriesAbout,
  readEntriesAround,
  readExpectedItems,
  readPlanChangedAt,
  readSilentItems,
  readSuspendedItems,
  type Selection,
} from './explain-store.ts'
import { type BegunOccurrence, readEvidence } from './occurrence-store.ts'
import { addMs } from './recurrence-rules.ts'

export interface PageQuery {
  readonly outcome?: Outcome | undefined
  /** Devices after this one. */
  readonly after?: string | undefined
  readonly limit: number
}

export type JudgedItem = ExpectedItem & {
  /** With the one reason of `explainOutcome`. */
  readonly outcome: ItemOutcome
  /** The clip lay on the device when it last told what it holds; null when it never did. */
  readonly isClipHeld: boolean | null
}

export interface ExplainedDevice extends PagedDevice, ServerFacts {
  readonly items: readonly JudgedItem[]
  /** Revision of the target that it held at the start; null when no evidence tells. */
  readonly heldRevision: number | null
  /** How far it trusted its clock then. */
  readonly clock: ClockState | null
  /** At which it played; null when it did not. */
  readonly playedAtPercent: number | null
  /** The stretch without power or program that touches the occurrence. */
  readonly outage: Outage | null
  readonly entries: readonly DeviceEntry['entry'][]
}

export interface Explanation {
  readonly asOf: InstantMs
  /** Over all of it, whatever the page. */
  readonly reasons: readonly ReasonCount[]
  readonly devices: readonly ExplainedDevice[]
  /** The last device of this page, when there are more. */
  readonly next: string | null
}

export const noExplanation = (asOf: InstantMs): Explanation => ({ asOf, reasons: [], devices: [], next: null })

/** Of so many silent items the sums know the fine reason; of more than that they keep the coarse one. */
const MAX_EXPLAINED_ITEMS = 5_000
/** Entries shown for one device. */
const MAX_ENTRIES = 40
/** The lists of ids that one query takes. */
const CHUNK = 500

function gather<T extends { readonly deviceId: string }>(rows: readonly T[]): Map<string, T[]> {
  const byDevice = new Map<string, T[]>()
  for (const row of rows) {
    const list = byDevice.get(row.deviceId)
    if (list === undefined) byDevice.set(row.deviceId, [row])
    else list.push(row)
  }
  return byDevice
}

const toLifeSign = ({ entry }: DeviceEntry): LifeSign => ({
  ledgerId: entry.ledgerId,
  seq: entry.seq,
  at: entry.at,
  clock: entry.clock,
  cleanShutdown: entry.type === 'boot' ? entry.cleanShutdown : undefined,
})

export const noFacts: ServerFacts = {
  installations: [],
  connectedBefore: null,
  connectedAfter: null,
  adopted: null,
  completeUntil: null,
  wantedRevision: null,
  readiness: null,
  volumePercent: null,
}

export function factsOf(server: ServerFacts, around: readonly DeviceEntry[]): DeviceFacts {
  const { installations, connectedBefore, connectedAfter, adopted } = server
  const connections = [connectedBefore, connectedAfter].filter((one) => one !== null)
  return {
    installations,
    connections,
    adopted: adopted === null ? [] : [adopted],
    outages: findOutages(around.map(toLifeSign), connections),
  }
}

async function readPlanFacts(
  db: Db,
  begun: BegunOccurrence,
  asOf: InstantMs,
  horizon: PlanFacts['horizon'],
): Promise<PlanFacts> {
  return {
    horizon,
    changedAt: await readPlanChangedAt(db, begun),
    connectionsKnownFrom: addMs(asOf, -CONNECTION_RETENTION_MS),
  }
}

/** How often each outcome and its one reason. */
async function sumReasons(
  db: Db,
  begun: BegunOccurrence,
  selection: Selection,
  plan: PlanFacts,
): Promise<ReasonCount[]> {
  const coarse = await countReasons(db, selection)
  const silent = coarse.filter((one) => one.isSilent).reduce((sum, one) => sum + one.items, 0)
  const isFine = silent <= MAX_EXPLAINED_ITEMS
  const sums = new Map<string, ReasonCount & { ids?: Set<string> }>()
  const add = (outcome: Outcome, reason: string | null, items: number, devices: number): void => {
    const key = `${outcome} ${reason}`
    const known = sums.get(key) ?? { outcome, reason, items: 0, devices: 0 }
    sums.set(key, { ...known, items: known.items + items, devices: known.devices + devices })
  }
  const nothing: DeviceFacts = { installations: [], connections: [], adopted: [], outages: [] }
  for (const { outcome, reason, items, devices, isSilent } of coarse) {
    if (isSilent && isFine) continue
    // What SQL gives as the reason of a silent item stands for itself here: it counts as reported.
    const item = { startAt: begun.startAt, durationMs: 0, leftOut: outcome === 'cancelled' ? reason : null }
    add(outcome, explainOutcome(item, { outcome, reason }, true, plan, nothing), items, devices)
  }
  if (!isFine || silent === 0) return [...sums.values()]
  const byDevice = [...gather(await readSilentItems(db, selection, MAX_EXPLAINED_ITEMS))]
  for (let from = 0; from < byDevice.length; from += CHUNK) {
    const chunk = byDevice.slice(from, from + CHUNK)
    const ids = chunk.map(([id]) => id)
    const [server, around] = [
      await readServerFacts(db, begun.startAt, ids),
      gather(await readEntriesAround(db, begun.startAt, ids)),
    ]
    for (const [id, items] of chunk) {
      const facts = factsOf(server.get(id) ?? noFacts, around.get(id) ?? [])
      const explained = items.map((item) => ({
        outcome: item.outcome,
        reason: explainOutcome(item, item, false, plan, facts),
      }))
      const seen = new Set<string>()
      for (const { outcome, reason } of explained) {
        const key = `${outcome} ${reason}`
        add(outcome, reason, 1, seen.has(key) ? 0 : 1)
        seen.add(key)
      }
    }
  }
  return [...sums.values()]
}

/** Everything about one device and one occurrence, from what was read. */
function explainDevice(
  device: PagedDevice,
  begun: BegunOccurrence,
  plan: PlanFacts,
  read: {
    readonly server: ServerFacts
    readonly items: readonly (ExpectedItem & { readonly plays: readonly DevicePlay[]; readonly outcome: ItemOutcome })[]
    readonly about: readonly DeviceEntry[]
    readonly around: readonly DeviceEntry[]
  },
): ExplainedDevice {
  const { server, about, around } = read
  const facts = factsOf(server, around)
  const items = read.items.map(({ plays, outcome, ...item }) => ({
    ...item,
    outcome: { ...outcome, reason: explainOutcome(item, outcome, plays.length > 0, plan, facts) },
    isClipHeld: server.readiness === null ? null : server.readiness.held.has(item.clip),
  }))
  const before = around.filter(({ entry }) => entry.at < begun.startAt).at(-1)?.entry
  const told = about.at(0)?.entry
  const telling = around.filter(
    ({ entry }) => entry.type === 'boot' || entry.type === 'target-adopted' || entry.type === 'clock-stepped',
  )
  const entries = [
    ...new Map([...about, ...telling].map((one) => [`${one.entry.ledgerId} ${one.entry.seq}`, one.entry])),
  ]
    .map(([, entry]) => entry)
    .sort((a, b) => (a.ledgerId === b.ledgerId ? a.seq - b.seq : a.at - b.at))
  const percents = read.items.flatMap(({ plays }) => plays.flatMap((play) => play.volumePercent ?? []))
  return {
    ...device,
    ...server,
    items,
    heldRevision: told?.targetRevision ?? server.adopted?.revision ?? before?.targetRevision ?? null,
    clock: (told ?? before)?.clock ?? null,
    playedAtPercent: percents[0] ?? null,
    outage: facts.outages.find((one) => one.from < begun.endAt && one.until > begun.startAt) ?? null,
    entries: entries.slice(0, MAX_ENTRIES),
  }
}

/** What became of each item on each device of one page, with the reason and the evidence; and sums over all of it. */
export async function explainOccurrence(
  db: Db,
  begun: BegunOccurrence,
  roots: readonly string[],
  query: PageQuery,
  asOf: InstantMs,
  horizon: PlanFacts['horizon'],
): Promise<Explanation> {
  const selection: Selection = { occurrenceId: begun.id, roots, asOf }
  const plan = await readPlanFacts(db, begun, asOf, horizon)
  const reasons = await sumReasons(db, begun, selection, plan)
  const found = await readDevicePage(db, selection, {
    outcome: query.outcome,
    after: query.after,
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const ids = page.map((device) => device.id)
  const expected = gather(await readExpectedItems(db, begun.id, ids))
  const plays = gather(await readDevicePlays(db, begun.id, ids))
  const evidence = await readEvidence(db, ids)
  const server = await readServerFacts(db, begun.startAt, ids)
  const suspended = gather(await readSuspendedItems(db, selection, ids))
  const about = gather(await readEntriesAbout(db, begun.id, ids))
  const around = gather(await readEntriesAround(db, begun.startAt, ids))
  const devices = page.map((device) => {
    const items = (expected.get(device.id) ?? []).map((item) => {
      const own = (plays.get(device.id) ?? []).filter((play) => isPlayOf(play, item))
      const known = evidence.get(device.id) ?? { coverage: [], firstEnrolledAt: null }
      const outcome = deriveOutcome(item, begun, own, known, asOf)
      const isSuspended = suspended.get(device.id)?.some((one) => isPlayOf(one, item)) === true
      return { ...item, plays: own, outcome: isSuspended ? { ...outcome, reason: 'suspended' } : outcome }
    })
    return explainDevice(device, begun, plan, {
      server: server.get(device.id) ?? noFacts,
      items,
      about: about.get(device.id) ?? [],
      around: around.get(device.id) ?? [],
    })
  })
  return { asOf, reasons, devices, next: found.length > page.length ? (ids.at(-1) ?? null) : null }
}
