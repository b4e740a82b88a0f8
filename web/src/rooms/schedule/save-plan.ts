import { read } from '../../api/client.ts'
import { ifMatch, noteOwn } from '../../api/if-match.ts'
import type { Broadcast } from '../../api/types.ts'
import type { Console } from '../../console.ts'
import { noted, orTell } from './act.ts'
import { cancelWithUndo } from './cancel.ts'
import type { Choice } from './choices.ts'
import { type Edit, formerPlan } from './plan.ts'

/** How and when it airs, as the form says it. */
export type Planned = Pick<
  Broadcast,
  | ('priority' | 'rule' | 'firstDate' | 'lastDate' | 'localTimes' | 'targets' | 'skipHolidays')
  | ('languageMode' | 'lateStart' | 'placement' | 'onConflict')
>

/** Plans it, says so, and can take it back. Throws what the server refuses. */
export async function planNew(app: Console, choice: Choice, areaId: string, planned: Planned): Promise<void> {
  const { api, i18n, toasts } = app
  const programmeId = choice.kind === 'programme' ? choice.id : await programmeOf(app, choice)
  const body = { programmeId, areaId, ...planned }
  const broadcast = await read(api.POST('/api/broadcasts', { body }))
  toasts.show(i18n.t('add.saved', { title: broadcast.title }), {
    action: { label: i18n.t('act.undo'), run: () => void cancelWithUndo(app, broadcast) },
  })
  const [warning] = broadcast.planWarnings
  if (warning) toasts.show(warning.text, { tone: 'bad' })
}

/** The programme of this bulletin alone, by its name: the one that is there, else a new one. */
async function programmeOf({ api }: Console, { id, title, areaId }: Choice): Promise<string> {
  const singles = await read(api.GET('/api/programmes', { params: { query: { onlyBulletinId: id } } }))
  const known = singles.find((one) => one.title === title)
  if (known) return known.id
  return (await read(api.POST('/api/programmes', { body: { areaId, title, bulletinIds: [id] } }))).id
}

/**
 * Changes a series from an occurrence on, or all that is to come of it, as the tag allows; says so, and can take it back.
 */
export async function changeSeries(
  app: Console,
  edit: Edit,
  planned: Planned,
  header: ReturnType<typeof ifMatch>,
): Promise<Broadcast> {
  const { api, i18n, toasts } = app
  const { occurrence, scope } = edit
  const former = formerPlan(edit, i18n.timeZone)
  const body = { scope, action: 'change' as const, ...planned }
  const params = { path: { id: occurrence.id }, header }
  const { broadcast } = noted(app, await read(api.POST('/api/occurrences/{id}/change', { params, body })))
  const { id, title, revision } = broadcast
  toasts.show(i18n.t('edit.saved', { title }), {
    action: {
      label: i18n.t('act.undo'),
      run: () =>
        void orTell(app, async () => {
          const back = { path: { id }, header: ifMatch(revision) }
          noteOwn(app, await read(api.PATCH('/api/broadcasts/{id}', { params: back, body: former })))
          toasts.show(i18n.t('edit.undone', { title }))
        }),
    },
  })
  return broadcast
}
