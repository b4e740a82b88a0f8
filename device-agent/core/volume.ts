import type { TargetContent } from '#protocol/target.ts'

type Volumes = Pick<TargetContent, 'volumePercent' | 'maxVolumePercent' | 'emergencyVolumePercent'>

/** How loud a planned item sounds: its share of the device's own volume, never above what amplifier and horn stand. */
export const volumeOfItem = (content: Volumes, item: { readonly volumePercent: number }): number =>
  Math.min(content.maxVolumePercent, Math.round((content.volumePercent * item.volumePercent) / 100))

/** How loud the device sounds where nothing else is said. */
export const volumeOfDevice = (content: Volumes): number => Math.min(content.maxVolumePercent, content.volumePercent)

/** How loud an emergency sounds, muted or not: `askedPercent` null means the device's own volume. */
export const volumeOfAlert = (content: Volumes, askedPercent: number | null): number =>
  Math.min(content.maxVolumePercent, Math.max(askedPercent ?? content.volumePercent, content.emergencyVolumePercent))
