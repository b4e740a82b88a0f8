/** How other features tell delivery, after their commit, that a target may have changed. A lost call is repaired by the periodic tick. */
export interface PlanListener {
  /** Broadcasts, programmes or approvals concerning this area and all below it changed. */
  areaChanged(areaId: string): void
  /** Something of this one device changed: place, volume, mute, installation. */
  deviceChanged(deviceId: string): void
}
