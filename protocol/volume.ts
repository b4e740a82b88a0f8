import type { TargetContent } from './target.ts'

type Volumes = Pick<TargetContent, 'volumePercent' | 'maxVolumePercent'>

/**
 * How loud a planned item sounds, per cent of what the hardware gives: its share of the device's own volume, never above
 * what amplifier and horn stand. The device plays by it and the preview is told by it.
 */
export const volumeOfItem = (content: Volumes, item: { readonly volumePercent: number }): number =>
  Math.min(content.maxVolumePercent, Math.round((content.volumePercent * item.volumePercent) / 100))
