import { useConsole } from '../console.ts'

export interface Draft<T> {
  value: T
  /** Back to the start, and forgotten. */
  clear(): void
}

/**
 * A form's fields, kept in this tab through a reload, a dead server and an ended session; another person who signs in
 * in the same tab does not see them. Never for passwords.
 */
export function useDraft<T extends object>(name: string, initial: () => T): Draft<T> {
  const { session } = useConsole()
  const key = `loaxa.draft.${session.current?.account.id ?? ''}.${name}`
  const draft = $state({ value: { ...initial(), ...readKept<T>(key) } })
  let isCleared = false
  $effect(() => {
    const text = JSON.stringify(draft.value)
    if (isCleared) isCleared = false
    else sessionStorage.setItem(key, text)
  })
  return {
    get value() {
      return draft.value
    },
    set value(value) {
      draft.value = value
    },
    clear() {
      isCleared = true
      draft.value = initial()
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
