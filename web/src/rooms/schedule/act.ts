import { read } from '../../api/client.ts'
import { ifMatch, ifMatchOwn, noteOwn } from '../../api/if-match.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { Broadcast, ChangedOccurrence, Occurrence } from '../../api/types.ts'
import type { Console } from '../../console.ts'
import { explainRollback } from '../../forms/meanwhile.ts'

/** What is still to come may be moved, changed and cancelled. */
export const isToCome = ({ state, startAt }: Occurrence, nowMs: number): boolean =>
  state !== 'playing' && state !== 'ended' && state !== 'cancelled' && Date.parse(startAt) > nowMs

export type Scope = 'this' | 'following' | 'all'
type Header = ReturnType<typeof ifMatch>

/** Everything that is changed of an occurrence counts as a change of its series. */
export const heldBy = (app: Console, { broadcastId, revision }: Pick<Occurrence, 'broadcastId' | 'revision'>): Header =>
  ifMatchOwn(app, { id: broadcastId, revision })

/** Moves one occurrence; what was done is told, and can be taken back. Throws what the server refuses. */
export async function moveTo(
  app: Console,
  occurrence: Occurrence,
  startMs: number,
  header = heldBy(app, occurrence),
): Promise<ChangedOccurrence> {
  const { api, i18n, toasts } = app
  const move = async (id: string, at: number, header: Header) => {
    const body = { scope: 'this', action: 'move', startAt: new Date(at).toISOString() } as const
    return noted(app, await read(api.POST('/api/occurrences/{id}/change', { params: { path: { id }, header }, body })))
  }
  const words = (at: number) => ({
    title: occurrence.title,
    time: i18n.format.time(at),
    date: i18n.format.date(at),
  })
  const moved = await move(occurrence.id, startMs, header)
  const { occurrenceId, revision } = moved
  const before = Date.parse(occurrence.startAt)
  toasts.show(i18n.t('move.done', words(startMs)), {
    action: {
      label: i18n.t('act.undo'),
      run: () =>
        void orTell(app, async () => {
          await move(occurrenceId ?? occurrence.id, before, ifMatch(revision))
          toasts.show(i18n.t('move.undone', words(before)))
        }),
    },
  })
  return moved
}

/** Cancels one, it and all that follow, or all. Asks nothing, because it can be taken back. */
export async function cancelOccurrence(app: Console, occurrence: Occurrence, scope: Scope): Promise<void> {
  const { i18n, toasts } = app
  const { title, startAt } = occurrence
  await orTell(app, async () => {
    const { occurrenceId, broadcast } = await change(app, occurrence.id, scope, 'cancel', heldBy(app, occurrence))
    const words =
      scope === 'this'
        ? i18n.t('occ.cancelled', { title, time: i18n.format.time(startAt), date: i18n.format.date(startAt) })
        : i18n.t('schedule.cancelled', { title })
    toasts.show(words, {
      action: {
        label: i18n.t('act.undo'),
        run: () => void restore(app, { id: occurrenceId ?? occurrence.id, title, revision: broadcast.revision }, scope),
      },
    })
  })
}

/** Takes back what was changed of it before; `revision`: that of its series as it was looked at. */
export const restore = (app: Console, of: Pick<Occurrence, 'id' | 'title' | 'revision'>, scope: Scope): Promise<void> =>
  orTell(app, async () => {
    await change(app, of.id, scope, 'restore', ifMatch(of.revision))
    app.toasts.show(app.i18n.t('schedule.restored', { title: of.title }))
  })

/** Is it one of those that "this and all that follow" cancelled? */
export const isCutOff = ({ continuedAt, continuedById }: Broadcast, { startAt }: Occurrence): boolean =>
  continuedAt !== null && continuedById === null && Date.parse(startAt) >= Date.parse(continuedAt)

/** Takes back that a series ends before one of its occurrences: it goes on from where it was ended. */
export const restoreFrom = (app: Console, series: Broadcast, of: Pick<Occurrence, 'title'>): Promise<void> => {
  const start = (series.continuedAt ?? '').replace(/\.\d+/, '').replace(/[-:]/g, '')
  return restore(app, { id: `${series.id}@${start}`, title: of.title, revision: series.revision }, 'following')
}

async function change(
  app: Console,
  id: string,
  scope: Scope,
  action: 'cancel' | 'restore',
  header: Header,
): Promise<ChangedOccurrence> {
  const body = { scope, action }
  return noted(
    app,
    await read(app.api.POST('/api/occurrences/{id}/change', { params: { path: { id }, header }, body })),
  )
}

/** Remembers what this page has made of the series. */
export function noted(app: Console, changed: ChangedOccurrence): ChangedOccurrence {
  noteOwn(app, changed.broadcast)
  return changed
}

/** What the server refuses is told, and that everything is as it was. */
export async function orTell({ i18n, toasts }: Console, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(await explainRollback(i18n, error), { tone: 'bad' })
  }
}
