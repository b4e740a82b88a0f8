import type { IconName } from '../../ui/icons.ts'

/** Where a sound may come from. */
export const sources = ['upload', 'recording', 'speech', 'existing'] as const
export type Source = (typeof sources)[number]
export const sourceIcons = {
  upload: 'upload',
  recording: 'microphone',
  speech: 'text',
  existing: 'music',
} as const satisfies Record<Source, IconName>
