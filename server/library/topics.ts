import type { z } from 'zod'
import type { topicCode } from './schemas.ts'

export type TopicCode = z.infer<typeof topicCode>

/**
 * Topics of bulletins. `exchangeCode` is LoaiLinhVuc of the source systems (1273/BTTTT-TTCS): what a bulletin is counted
 * under when airtime is reported upwards.
 */
export const topics: Readonly<Record<TopicCode, { vi: string; en: string; exchangeCode: number }>> = {
  general: { vi: 'Thông tin chung', en: 'General information', exchangeCode: 1 },
  urgent: { vi: 'Thông tin đột xuất', en: 'Unforeseen events', exchangeCode: 2 },
  policy: { vi: 'Đường lối, chủ trương, chính sách, pháp luật', en: 'Policy and law', exchangeCode: 3 },
  administration: { vi: 'Chỉ đạo, điều hành', en: 'Direction and administration', exchangeCode: 4 },
  society: {
    vi: 'Khoa học, kỹ thuật, kinh tế, văn hóa, xã hội',
    en: 'Science, economy, culture and society',
    exchangeCode: 5,
  },
  'good-deeds': { vi: 'Gương người tốt, việc tốt', en: 'Good people, good deeds', exchangeCode: 6 },
}
