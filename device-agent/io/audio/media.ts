/** Mono samples at 48 kHz, read forward. */
export interface SampleSource {
  /**
   * Writes up to `frames` samples (±1) into `out` from `offset` on, and says how many. `starved`: none for the moment,
   * ask again. `failed`: the clip cannot be decoded any further.
   */
  read(out: Float32Array, offset: number, frames: number): number | 'starved' | 'failed'
  close(): void
}

export interface Media {
  /** Samples at 48 kHz. */
  readonly totalFrames: number
  openAt(frame: number): SampleSource
}

export type MediaResult = { readonly ok: true; readonly media: Media } | { readonly ok: false; readonly detail: string }
