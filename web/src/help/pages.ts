import type { RoomSlug } from '../shell/slugs.ts'

/** Pages that have help of their own. */
export type HelpPage =
  | 'today'
  | 'schedule'
  | 'library'
  | 'bulletin'
  | 'compose'
  | 'programmes'
  | 'approvals'
  | 'speakers'
  | 'speaker'
  | 'map'
  | 'groups'
  | 'pole'
  | 'airtime'
  | 'people'
  | 'person'
  | 'areas'
  | 'area'
  | 'moves'
  | 'audit'
  | 'account'
  | 'password'
  | 'settings'
  | 'help'

type Below = (rest: readonly string[]) => HelpPage

/** Every room has help: one that is added without does not pass the type check. */
const byRoom: Readonly<Record<RoomSlug | 'mat-khau', HelpPage | Below>> = {
  'hom-nay': 'today',
  'lich-phat': 'schedule',
  'thu-vien': ([first, second]) => {
    if (first === undefined) return 'library'
    if (first === 'chuong-trinh') return 'programmes'
    return first === 'moi' || second === 'sua' ? 'compose' : 'bulletin'
  },
  'cho-duyet': 'approvals',
  'cum-loa': ([first, second]) => {
    if (first === undefined) return 'speakers'
    if (first === 'ban-do') return 'map'
    if (first === 'nhom') return 'groups'
    return second === 'tai-cot' ? 'pole' : 'speaker'
  },
  'thoi-luong': 'airtime',
  'nguoi-dung': ([first]) => (first === undefined ? 'people' : 'person'),
  'dia-ban': ([first]) => (first === undefined ? 'areas' : first === 'chuyen' ? 'moves' : 'area'),
  'nhat-ky': 'audit',
  'tai-khoan': 'account',
  'mat-khau': 'password',
  'cai-dat': 'settings',
  'tro-giup': 'help',
}

const isKnown = (slug: string): slug is keyof typeof byRoom => Object.hasOwn(byRoom, slug)

/** Which help belongs to what the address shows. */
export function helpPageOf([slug = '', ...rest]: readonly string[]): HelpPage {
  const found = isKnown(slug) ? byRoom[slug] : 'help'
  return typeof found === 'function' ? found(rest) : found
}
