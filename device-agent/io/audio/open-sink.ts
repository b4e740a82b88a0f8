import { loadAlsaLibrary } from './alsa-library.ts'
import { openAlsaSink } from './alsa-sink.ts'
import { openAplaySink } from './aplay-sink.ts'
import { openNullSink } from './null-sink.ts'
import type { SinkOpening } from './sink.ts'
import type { SinkConfig } from './voice.ts'
import { openWavSink } from './wav-sink.ts'

/**
 * Opens the configured sink. `auto` is ALSA, and aplay where libasound cannot be loaded. It never becomes the null sink
 * by itself: a speaker that cannot sound must say so, and must not report airtime.
 */
export async function openSink(config: SinkConfig): Promise<SinkOpening> {
  switch (config.kind) {
    case 'null':
      return openNullSink(config)
    case 'wav':
      return openWavSink(config)
    case 'aplay':
      return openAplaySink(config)
    case 'alsa':
    case 'auto': {
      const library = await loadAlsaLibrary()
      if (library.ok) return openAlsaSink(library.library, config)
      if (config.kind === 'alsa') return { ok: false, kind: 'alsa', detail: library.detail }
      const fallback = await openAplaySink(config)
      return { ...fallback, detail: `${library.detail}; falling back to aplay: ${fallback.detail}` }
    }
  }
}
