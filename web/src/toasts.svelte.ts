export interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'ok' | 'bad'
  readonly action: { readonly label: string; run(): void } | undefined
}
export interface Toasts {
  readonly all: readonly Toast[]
  show(text: string, options?: { tone?: Toast['tone']; action?: { label: string; run(): void } }): void
  dismiss(id: number): void
  /** While somebody points at one, none disappears. */
  hold(held: boolean): void
}

const shownForMs = 9_000

export function createToasts(): Toasts {
  let all = $state.raw<readonly Toast[]>([])
  let nextId = 1
  let held = false
  const dismiss = (id: number): void => {
    all = all.filter((toast) => toast.id !== id)
  }
  const dismissLater = (id: number): void => {
    setTimeout(() => (held ? dismissLater(id) : dismiss(id)), shownForMs)
  }
  return {
    get all() {
      return all
    },
    show(text, { tone = 'ok', action } = {}) {
      const id = nextId++
      all = [...all.slice(-2), { id, text, tone, action }]
      dismissLater(id)
    },
    dismiss,
    hold(isHeld) {
      held = isHeld
    },
  }
}
