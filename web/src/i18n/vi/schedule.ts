export const schedule = {
  'schedule.add': 'Thêm lịch phát',
  'schedule.where': 'Nơi nghe',
  'schedule.everywhere': 'Tất cả nơi nghe',
} as const
