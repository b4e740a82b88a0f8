import { read } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { Occurrence } from '../../api/types.ts'
import type { Console } from '../../console.ts'

/** What is still to come may be moved, changed and cancelled. */
export const isToCome = ({ state, startAt }: Occurrence, nowMs: number): boolean =>
  state !== 'playing' && state !== 'ended' && state !== 'cancelled' && Date.parse(startAt) > nowMs

export type Scope = 'this' | 'following' | 'all'
const params = (id: string) => ({ path: { id } })

/** Moves one occurrence; what was done is told, and can be taken back. Throws what the server refuses. */
export async function moveTo(app: Console, occurrence: Occurrence, startMs: number): Promise<void> {
  const { api, i18n, toasts } = app
  const move = (id: string, at: number) =>
    read(
      api.POST('/api/occurrences/{id}/change', {
        params: params(id),
        body: { scope: 'this', action: 'move', startAt: new Date(at).toISOString() },
      }),
    )
  const words = (at: number) => ({
    title: occurrence.title,
    time: i18n.format.time(at),
    date: i18n.format.date(at),
  })
  const { occurrenceId } = await move(occurrence.id, startMs)
  const before = Date.parse(occurrence.startAt)
  toasts.show(i18n.t('move.done', words(startMs)), {
    action: {
      label: i18n.t('act.undo'),
      run: () =>
        void orTell(app, async () => {
          await move(occurrenceId ?? occurrence.id, before)
          toasts.show(i18n.t('move.undone', words(before)))
        }),
    },
  })
}

/** Cancels one, it and all that follow, or all. Asks nothing, because it can be taken back. */
export async function cancelOccurrence(app: Console, occurrence: Occurrence, scope: Scope): Promise<void> {
  const { i18n, toasts } = app
  const { title, startAt } = occurrence
  await orTell(app, async () => {
    const occurrenceId = await change(app, occurrence.id, scope, 'cancel')
    const words =
      scope === 'this'
        ? i18n.t('occ.cancelled', { title, time: i18n.format.time(startAt), date: i18n.format.date(startAt) })
        : i18n.t('schedule.cancelled', { title })
    toasts.show(words, {
      action: {
        label: i18n.t('act.undo'),
        run: () => void restore(app, { id: occurrenceId ?? occurrence.id, title }, scope),
      },
    })
  })
}

/** Takes back what was changed of it before. */
export const restore = (app: Console, of: Pick<Occurrence, 'id' | 'title'>, scope: Scope): Promise<void> =>
  orTell(app, async () => {
    await change(app, of.id, scope, 'restore')
    app.toasts.show(app.i18n.t('schedule.restored', { title: of.title }))
  })

async function change(
  { api }: Console,
  id: string,
  scope: Scope,
  action: 'cancel' | 'restore',
): Promise<string | null> {
  const changed = await read(api.POST('/api/occurrences/{id}/change', { params: params(id), body: { scope, action } }))
  return changed.occurrenceId
}

export async function orTell({ toasts }: Console, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    toasts.show(error.message, { tone: 'bad' })
  }
}
