/** When two people change the same thing. */
export const together = {
  'together.by': '{name} đã thay đổi nội dung này lúc {time}.',
  'together.at': 'Người khác đã thay đổi nội dung này lúc {time}.',
  'together.own': 'Chính bạn đã thay đổi nội dung này lúc {time}.',
  'together.someone': 'Người khác đã thay đổi nội dung này.',
  'together.unseen': 'Có người vừa thay đổi nội dung này trong lúc bạn đang sửa.',
  'together.kept':
    'Những gì bạn nhập vẫn còn, chưa lưu. Bạn có thể xem bản mới, hoặc lưu bản của mình thay cho bản đó.',
  'together.show': 'Xem bản mới',
  'together.mine': 'Vẫn lưu bản của tôi',
  'together.shown': 'Đây là bản mới của người khác. Những gì bạn đã nhập vẫn được giữ.',
  'together.back': 'Lấy lại phần tôi nhập',
  'together.rolledBack': 'Việc bạn vừa làm chưa được lưu; màn hình đang hiện bản mới. Nếu vẫn cần, hãy làm lại.',
  'together.skipped': '{count} cụm loa được giữ nguyên: {reason}.',
} as const
