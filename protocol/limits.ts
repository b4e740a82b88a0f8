/** Limits that both sides keep. A message beyond them is refused at the edge, before anything is parsed. */
export const limits = {
  /** Largest MQTT payload that either side accepts. An alert with 100 seconds of Opus at 32 kbit/s is 0.7 MB as a JWS. */
  maxPayloadBytes: 1_048_576,
  /** Largest inline audio of an alert, before Base64: signed, and inside a signed welcome, it must still fit a message. */
  maxAlertAudioBytes: 400_000,
  /** Rotations since the recovery key last named a key: a chain rides in a welcome, beside the alerts in force. */
  maxKeyChainLinks: 80,
  maxBlockBytes: 32_768,
  minBlockBytes: 1_024,
  maxBlocksPerRequest: 4,
  maxClipBytes: 64 * 1_048_576,
  maxLedgerEntryBytes: 4_096,
  maxLedgerEntriesPerBatch: 200,
  maxLedgerBatchBytes: 262_144,
  maxHeldHashes: 4_000,
  /** Of a target. A row counts them in 32 bits, and nobody makes that many. */
  maxTargetRevision: 2_000_000_000,
  maxItemsPerOccurrence: 200,
  maxOccurrencesPerDay: 500,
  maxHorizonDays: 60,
  /** Permitted windows of a target: eight on each day of the longest horizon. */
  maxPermittedWindows: 500,
  /** An alert that does not say otherwise ends by itself, so that a lost cancel does no harm. */
  defaultAlertExpiryMs: 30 * 60_000,
  maxAlertExpiryMs: 24 * 3_600_000,
  maxAlertRepeats: 20,
} as const
