/**
 * Security events: stable codes that a SOC may write rules on, each with its severity (RFC 5424 §6.2.1) and what it means.
 * Codes are never renamed or reused.
 */
export const securityCodes = {
  'signed-in': { severity: 'notice', meaning: 'Somebody signed in' },
  'sign-in-failed': { severity: 'warning', meaning: 'A user name, password or one-time code was wrong' },
  'second-factor-failed': { severity: 'warning', meaning: 'The password was right, the second factor was not' },
  'sign-in-delayed': { severity: 'warning', meaning: 'Too many sign-ins failed: further ones must wait' },
  'sign-in-locked': {
    severity: 'alert',
    meaning: 'So many sign-ins failed that unknown browsers are locked out of the account for a while',
  },
  'password-changed': { severity: 'notice', meaning: 'A password was set' },
  'second-factor-changed': { severity: 'notice', meaning: 'A second factor was set or removed' },
  'account-changed': {
    severity: 'notice',
    meaning: 'An account was made, disabled, enabled, or a one-time link was made for it',
  },
  'roles-changed': { severity: 'notice', meaning: 'The roles of an account were changed' },
  'two-person-rule-suspect': {
    severity: 'alert',
    meaning:
      'A second factor was reset and a one-time link made for the same account by two accounts of which one made the other: perhaps one person',
  },
  'permission-denied': {
    severity: 'warning',
    meaning:
      'Somebody signed in asked for what they may not do, or for what is not visible to them, whether it is there or not',
  },
  'csrf-refused': {
    severity: 'warning',
    meaning: 'A changing request came without the token of its session, or from another site',
  },
  'rate-limited': { severity: 'warning', meaning: 'An address asked too often' },
  'device-enrolled': { severity: 'notice', meaning: 'A device was enrolled' },
  'device-revoked': { severity: 'notice', meaning: 'A device’s installation was revoked' },
  'enrolment-refused': {
    severity: 'warning',
    meaning: 'An enrolment code was wrong, used, expired, or came without proof of its key',
  },
  'device-unknown': { severity: 'warning', meaning: 'A message of a device that does not exist or is not enrolled' },
  'mqtt-authentication-failed': { severity: 'warning', meaning: 'A device’s credential was wrong or is revoked' },
  'mqtt-client-id-refused': {
    severity: 'alert',
    meaning: 'A connection took a client id that is not its credential’s: an attempt to take over another’s session',
  },
  'mqtt-plain-refused': {
    severity: 'warning',
    meaning: 'Another machine came to the broker’s port without TLS, which is closed to it',
  },
  'mqtt-publish-refused': { severity: 'warning', meaning: 'A device published where it may not, and was cut off' },
  'mqtt-subscribe-refused': {
    severity: 'warning',
    meaning: 'A device subscribed to what it may not read, and was cut off',
  },
  'mqtt-session-refused': {
    severity: 'warning',
    meaning: 'A device asked for a session, will or keep-alive that is not allowed',
  },
  'mqtt-flood': {
    severity: 'warning',
    meaning: 'A connection sent too much, too large, or what is not MQTT, and was cut off',
  },
  'mqtt-stalled': {
    severity: 'warning',
    meaning: 'A connection took nothing for so long, or queued so much, that it was cut off',
  },
  'mqtt-too-many-connections': { severity: 'alert', meaning: 'A connection was refused since there are too many' },
  'message-undecodable': { severity: 'warning', meaning: 'A device sent a message that no schema knows' },
  'signature-refused': { severity: 'alert', meaning: 'A signature was wrong, of an unknown key, or of another type' },
  'replay-refused': { severity: 'alert', meaning: 'A message that was seen before, or has expired, came again' },
  'ledger-refused': {
    severity: 'warning',
    meaning: 'A ledger batch was refused: another installation’s, malformed, or its chain is broken',
  },
  'ledger-replaced': { severity: 'error', meaning: 'A device left its ledger and began a new one' },
  'ledger-forked': { severity: 'critical', meaning: 'A ledger contradicts what was committed of it' },
  'unscheduled-sound': {
    severity: 'critical',
    meaning: 'A device reports that it sounded, and no plan and no alert explains it',
  },
  'hardware-changed': { severity: 'critical', meaning: 'An installation runs in other hardware: a copied card' },
  'revision-absurd': { severity: 'warning', meaning: 'A device says that it holds a target nobody made' },
  'settings-changed': { severity: 'notice', meaning: 'The server was started with other settings than the last time' },
  'settings-unsafe': {
    severity: 'warning',
    meaning: 'A setting weakens the protection (plain MQTT from other machines, insecure enrolment …)',
  },
  'metrics-refused': { severity: 'warning', meaning: 'Somebody asked for the metrics without their token' },
  'events-lost': {
    severity: 'error',
    meaning: 'The SOC could not be reached for so long that events were not sent to it',
  },
  'key-rotated': { severity: 'critical', meaning: 'The server’s signing key was rotated' },
  'audit-checkpoint': { severity: 'notice', meaning: 'The audit trail’s head, signed; keep it outside' },
  'audit-broken': { severity: 'emergency', meaning: 'The audit trail does not verify' },
  'audit-missing': {
    severity: 'error',
    meaning: 'A request changed something that the audit trail has no entry of: a bug of this program',
  },
  'audit-dropped': { severity: 'notice', meaning: 'A stretch of the audit trail past its retention was dropped' },
} as const satisfies Record<string, { severity: Severity; meaning: string }>

/** RFC 5424 §6.2.1, most severe first; the index is the number. */
export const severities = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
] as const
export type Severity = (typeof severities)[number]
export type SecurityCode = keyof typeof securityCodes
