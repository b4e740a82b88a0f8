import type { ProblemText } from '#server/http/problem-text.ts'

/** What a merger or a move may be refused for, in both languages. */
export const movesProblems = {
  'move-empty': {
    status: 422,
    vi: 'Chưa chọn địa bàn hay cụm loa nào để chuyển.',
    en: 'No area or speaker was chosen to be moved.',
  },
  'move-into-itself': {
    status: 422,
    vi: 'Không thể chuyển “{name}” vào chính nó hoặc vào địa bàn thuộc nó.',
    en: '“{name}” cannot be moved into itself or into what stands below it.',
  },
  'move-already-there': {
    status: 409,
    vi: '“{name}” đã ở đó rồi.',
    en: '“{name}” stands there already.',
  },
  'move-name-taken': {
    status: 409,
    vi: '“{into}” đã có, hoặc sắp có, một “{name}” khác. Hãy đổi tên một trong hai rồi lập lại việc chuyển.',
    en: '“{into}” has, or is about to have, another “{name}”. Rename one of the two, then plan the move again.',
  },
  'move-planned-already': {
    status: 409,
    vi: '“{name}” đã có trong một lần chuyển khác chưa thực hiện. Hãy hủy lần chuyển đó trước.',
    en: '“{name}” is part of another move that has not happened yet. Cancel that one first.',
  },
  'move-too-early': {
    status: 422,
    vi: 'Ngày chuyển sớm nhất là ngày mai ({date}). Muốn chuyển ngay, hãy chọn “ngay bây giờ”.',
    en: 'The earliest day of a move is tomorrow ({date}). To move at once, choose “now”.',
  },
  'move-over': {
    status: 409,
    vi: 'Việc chuyển này đã thực hiện hoặc đã hủy, không hủy được nữa.',
    en: 'This move has happened or was cancelled already, and cannot be cancelled any more.',
  },
} as const satisfies Record<string, ProblemText>
