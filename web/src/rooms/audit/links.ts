import type { AuditEntry } from '../../api/types.ts'
import type { Action } from '../../session.svelte.ts'

/** Where the console shows what an entry is about; undefined: nowhere, or not to this person. */
export function hrefOfSubject(
  { subject: { type, id }, area }: Pick<AuditEntry, 'subject' | 'area'>,
  may: (action: Action) => boolean,
): string | undefined {
  if (type === 'airtime') return '#/thoi-luong'
  if (id === null) return undefined
  switch (type) {
    case 'account':
      return may('accounts.manage') ? `#/nguoi-dung/${id}` : undefined
    case 'area':
      return `#/dia-ban/${id}`
    case 'holiday':
    case 'suspension':
      return area === null ? undefined : `#/dia-ban/${area.id}`
    case 'move':
      return '#/dia-ban/chuyen'
    case 'device':
      return `#/cum-loa/${id}`
    case 'device-group':
      return '#/cum-loa/nhom'
    case 'bulletin':
      return `#/thu-vien/${id}`
    case 'programme':
      return `#/thu-vien/chuong-trinh/${id}`
    case 'broadcast':
      return '#/lich-phat'
    case 'occurrence':
      return `#/lich-phat?xem=${encodeURIComponent(id)}`
    case 'standing-approval':
    case 'delegation':
      return may('library.approve') ? '#/cho-duyet' : undefined
    default:
      return undefined
  }
}
