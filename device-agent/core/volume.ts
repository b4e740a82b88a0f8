import type { TargetContent } from '#protocol/target.ts'

type Volumes = Pick<TargetContent, 'volumePercent' | 'maxVolumePercent' | 'emergencyVolumePercent'>

/** How loud the device sounds where nothing else is said. */
export const volumeOfDevice = (content: Volumes): number => Math.min(content.maxVolumePercent, content.volumePercent)

/** How loud an emergency sounds, muted or not: `askedPercent` null means the device's own volume. */
export const volumeOfAlert = (content: Volumes, askedPercent: number | null): number =>
  Math.min(content.maxVolumePercent, Math.max(askedPercent ?? content.volumePercent, content.emergencyVolumePercent))
