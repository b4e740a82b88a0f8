/** What a key asks for. */
export type KeyAct =
  | { readonly kind: 'go'; readonly slug: string }
  | { readonly kind: 'search' | 'new' | 'help' | 'list' }

/** After `g` for so long the next letter names a page. */
const WAIT_MS = 2_000

/** Pages by the letter that follows `g`: one that stands in their Vietnamese name. */
export const pageLetters: Readonly<Record<string, string>> = {
  h: 'hom-nay',
  l: 'lich-phat',
  t: 'thu-vien',
  d: 'cho-duyet',
  c: 'cum-loa',
  s: 'thoi-luong',
  n: 'nguoi-dung',
  b: 'dia-ban',
  k: 'nhat-ky',
  a: 'tai-khoan',
  i: 'cai-dat',
  p: 'tro-giup',
}

const single: Readonly<Record<string, KeyAct>> = {
  '/': { kind: 'search' },
  '?': { kind: 'list' },
  n: { kind: 'new' },
  h: { kind: 'help' },
}

type Making = 'broadcasts.edit' | 'library.edit' | 'devices.manage' | 'accounts.manage'
/** What `n` opens in a room, and what one must be allowed for it. */
export const newIn: Readonly<Record<string, { readonly hash: string; readonly action: Making }>> = {
  'lich-phat': { hash: '#/lich-phat?them=1', action: 'broadcasts.edit' },
  'thu-vien': { hash: '#/thu-vien/moi', action: 'library.edit' },
  'cum-loa': { hash: '#/cum-loa?them=1', action: 'devices.manage' },
  'nguoi-dung': { hash: '#/nguoi-dung?them=1', action: 'accounts.manage' },
}

/** When `g` was pressed; undefined: it was not the last key. */
export type KeyState = { readonly goSinceMs: number } | undefined

/** Reads a key that was pressed at `atMs` (of whichever clock that does not step). */
export function readKey(state: KeyState, key: string, atMs: number): { state: KeyState; act: KeyAct | undefined } {
  const letter = key.toLowerCase()
  if (state !== undefined && atMs - state.goSinceMs <= WAIT_MS) {
    const slug = pageLetters[letter]
    return { state: undefined, act: slug === undefined ? undefined : { kind: 'go', slug } }
  }
  if (letter === 'g') return { state: { goSinceMs: atMs }, act: undefined }
  return { state: undefined, act: single[letter] }
}

/** The letter of a key, also while a Vietnamese input method takes it for its own. */
export function letterOf({ key, code }: { readonly key: string; readonly code: string }): string {
  if (key.length === 1) return key
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : ''
}
