import type { ProblemText } from '#server/http/problem-text.ts'

/** What areas may refuse, in both languages. */
export const areasProblems = {
  'area-name-taken': {
    status: 409,
    vi: 'Ở đây đã có địa bàn tên “{name}”. Hãy chọn tên khác.',
    en: 'There is already an area named “{name}” here. Choose another name.',
  },
  'area-kind-misplaced': {
    status: 422,
    vi: 'Địa bàn loại này không thể nằm ở đây: xã thuộc tỉnh (hoặc thuộc xã mới sau sáp nhập), thôn thuộc xã.',
    en: 'An area of this kind cannot stand here: a commune belongs to a province (or, after a merger, to the new commune), a village to a commune.',
  },
} as const satisfies Record<string, ProblemText>
