import type { Language } from '#server/http/language.ts'

export type SkipCode = 'unchanged' | 'changed-meanwhile' | 'above-max' | 'not-connected' | 'never-enrolled' | 'revoked'

const texts: Readonly<Record<SkipCode, Readonly<Record<Language, string>>>> = {
  unchanged: { vi: 'Đã đúng như vậy rồi', en: 'It is so already' },
  'changed-meanwhile': {
    vi: 'Người khác vừa thay đổi, nên được giữ nguyên',
    en: 'Changed by somebody meanwhile, so left as it is',
  },
  'above-max': { vi: 'Vượt quá âm lượng tối đa của cụm loa này', en: 'Above this speaker’s maximum volume' },
  'not-connected': { vi: 'Đang mất kết nối, không nhận được lệnh', en: 'Offline: it cannot receive the command' },
  'never-enrolled': { vi: 'Chưa lắp đặt thiết bị', en: 'No hardware was installed yet' },
  revoked: { vi: 'Thiết bị đã bị thu hồi', en: 'Its hardware was revoked' },
}

/** Why a device was left out of what was done to many. */
export const saySkipped = (code: SkipCode, language: Language): string => texts[code][language]
