/** Words of lists that people arrange; they come with the rooms that have one. */
export const sort = {
  'sort.up': 'Move “{title}” up',
  'sort.down': 'Move “{title}” down',
  'sort.drag': 'Drag to change the order',
  'sort.moved': '“{title}” is in place {place} of {all}.',
} as const
