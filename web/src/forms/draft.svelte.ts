import { useConsole } from '../console.ts'

export interface Draft<T> {
  value: T
  /** Done: what was typed is no longer kept. The form closes now. */
  forget(): void
}

/**
 * A form's fields, kept in this tab through a reload, a dead server and an ended session; another person who signs in
 * in the same tab does not see them. Never for passwords.
 */
export function useDraft<T extends object>(name: string, initial: () => T): Draft<T> {
  const { session } = useConsole()
  const key = `loaxa.draft.${session.current?.account.id ?? ''}.${name}`
  const untouched = initial()
  const untouchedText = JSON.stringify(untouched)
  const draft = $state({ value: { ...untouched, ...readKept<T>(key) } })
  let isForgotten = false
  $effect(() => {
    const text = JSON.stringify(draft.value)
    // What nobody has touched is not kept: opened again it begins with what holds then.
    if (text === untouchedText) sessionStorage.removeItem(key)
    else if (!isForgotten) sessionStorage.setItem(key, text)
  })
  return {
    get value() {
      return draft.value
    },
    set value(value) {
      draft.value = value
    },
    forget() {
      isForgotten = true
      sessionStorage.removeItem(key)
    },
  }
}

function readKept<T>(key: string): Partial<T> {
  const text = sessionStorage.getItem(key)
  if (text === null) return {}
  try {
    return JSON.parse(text) as Partial<T>
  } catch {
    // Written by something else: start afresh.
    sessionStorage.removeItem(key)
    return {}
  }
}
