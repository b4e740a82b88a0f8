import { untrack } from 'svelte'
import { ifMatch, type Revision } from '../api/if-match.ts'
import { useConsole } from '../console.ts'
import { type Draft, useDraft } from './draft.svelte.ts'
import { type Meanwhile, readMeanwhile, togetherWords } from './meanwhile.ts'

/** Something that people edit: its fields as a form has them, and which state of it they are. */
export interface Edited<T> {
  readonly revision: Revision
  readonly fields: T
}

/** A form on something that others edit too. `value`: its fields. */
export interface Edit<T> extends Draft<T> {
  /** Something was typed that is not saved. */
  readonly isChanged: boolean
  /**
   * Somebody changed the thing since the form began with it, and what was typed would go over that. The server tells who
   * when it refuses; before, the list that follows live tells only that it is so.
   */
  readonly overtaken: Meanwhile | 'unseen' | undefined
  /** What was typed was set aside for the new state, and can be taken back. */
  readonly isAside: boolean
  /** Sends a change with the tag of what the form began with. Undefined: somebody was faster; nothing was done, the form says so. */
  save<A>(change: (headers: ReturnType<typeof ifMatch>) => Promise<A>): Promise<A | undefined>
  /** Begins anew with what is there now; what was typed is set aside. */
  takeCurrent(): void
  /** What was set aside is in the form again. */
  takeBack(): void
  /** The next `save` goes over what the others did. */
  keepMine(): void
  /** What was typed is given up. */
  discard(): void
  /** It was saved, and the form goes on with this. */
  goOnWith(saved: Edited<T>): void
}

export interface EditSettings<T> {
  /** Reads it anew, where the live link may be down. */
  readonly reload?: () => void
  /** What of the fields is saved: only that is compared. All of it, unless given. */
  readonly savedOf?: (fields: T) => unknown
}

/**
 * Fields that are kept like a draft, and follow what others do: as long as nothing is typed the form shows the new state;
 * when others changed what the form does not hold it goes on with their state; else both are kept apart, and `overtaken`
 * says so.
 *
 * @param current the thing as it is now, followed live; its fields are compared as JSON
 */
export function useEdit<T extends object>(
  name: string,
  current: () => Edited<T>,
  { reload, savedOf = (fields) => fields }: EditSettings<T> = {},
): Edit<T> {
  const { i18n } = useConsole()
  void i18n.addWords(togetherWords)
  const textOf = (fields: T): string => JSON.stringify(savedOf(fields))
  const begin = ({ revision, fields }: Edited<T>) => ({
    revision,
    base: textOf(fields),
    // Nothing that is typed reaches what was read.
    fields: JSON.parse(JSON.stringify(fields)) as T,
  })
  const draft = useDraft(name, () => begin(current()))
  untrack(() => {
    // What was kept may be of a console that did not have all of the fields yet.
    draft.value.fields = { ...begin(current()).fields, ...draft.value.fields }
  })
  /** States that this form has left behind; a list that is a moment late still shows them. */
  const left = new Set<Revision>()
  let refused = $state.raw<Meanwhile | undefined>(undefined)
  let aside = $state.raw<T | undefined>(undefined)

  const now = $derived(current())
  const isChanged = $derived(textOf(draft.value.fields) !== draft.value.base)
  const isBehind = $derived(now.revision !== draft.value.revision && !left.has(now.revision))

  const goOn = (value: ReturnType<typeof begin>): void => {
    if (value.revision !== draft.value.revision) left.add(draft.value.revision)
    draft.value = value
    refused = undefined
  }
  $effect(() => {
    if (!isBehind) return
    if (!isChanged) goOn(begin(now))
    else if (textOf(now.fields) === draft.value.base) goOn({ ...draft.value, revision: now.revision })
  })

  // What the form shows but does not save (the state of a programme's bulletins, say) has no revision of its own.
  let seen = JSON.stringify(untrack(current).fields)
  $effect(() => {
    const text = JSON.stringify(now.fields)
    if (text === seen) return
    seen = text
    untrack(() => {
      if (!isChanged && !left.has(now.revision)) goOn(begin(now))
    })
  })

  return {
    get value() {
      return draft.value.fields
    },
    set value(fields) {
      draft.value.fields = fields
    },
    get isChanged() {
      return isChanged
    },
    get overtaken() {
      return refused ?? (isBehind && isChanged ? 'unseen' : undefined)
    },
    get isAside() {
      return aside !== undefined
    },
    async save(change) {
      try {
        const answer = await change(ifMatch(draft.value.revision))
        aside = undefined
        return answer
      } catch (error) {
        const meanwhile = readMeanwhile(error)
        if (meanwhile === undefined) throw error
        refused = meanwhile
        reload?.()
        return undefined
      }
    },
    takeCurrent() {
      aside = $state.snapshot(draft.value.fields) as T
      // Where the list does not show it yet, it follows as soon as it does: nothing is typed any more.
      goOn(begin(now))
      reload?.()
    },
    takeBack() {
      if (aside !== undefined) draft.value.fields = aside
      aside = undefined
    },
    keepMine() {
      // The later of what the list shows and what the server told.
      const revision = refused === undefined || isBehind ? now.revision : refused.revision
      left.add(now.revision)
      goOn({ ...draft.value, revision })
    },
    discard() {
      aside = undefined
      goOn(begin(now))
    },
    goOnWith(saved) {
      aside = undefined
      goOn(begin(saved))
    },
    forget: () => draft.forget(),
  }
}
