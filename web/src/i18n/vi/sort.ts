/** Words of lists that people arrange; they come with the rooms that have one. */
export const sort = {
  'sort.up': 'Đưa “{title}” lên',
  'sort.down': 'Đưa “{title}” xuống',
  'sort.drag': 'Kéo để đổi chỗ',
  'sort.moved': '“{title}” ở vị trí {place} trên {all}.',
} as const
