export interface Router {
  /** `#/cum-loa/0190…?loc=mat-ket-noi` → ['cum-loa', '0190…'] */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  go(hash: string): void
  /** Without a step in the history, as for filters and single-use codes. */
  replace(hash: string): void
}

export function createRouter(): Router {
  let hash = $state(location.hash)
  const parts = $derived.by(() => {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
    return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) }
  })
  addEventListener('hashchange', () => {
    hash = location.hash
  })
  return {
    get path() {
      return parts.path
    },
    get query() {
      return parts.query
    },
    go(wanted) {
      location.hash = wanted
    },
    replace(wanted) {
      history.replaceState(null, '', wanted)
      hash = wanted
    },
  }
}
