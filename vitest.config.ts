import { defineConfig } from 'vitest/config'

/** Whole programs are started here (servers, databases, sound servers, browsers): slow machines are no failure. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 }

/** Two files at a time, one for each core of a small machine, so that programs under test do not starve each other. */
const twoAtATime = { ...patient, maxWorkers: 2 }

/**
 * What is measured as it plays, to tens of milliseconds: nothing that computes may run beside it. Two files of it may,
 * one for each core of a small machine: they mostly wait for their instants.
 */
const playing = [
  'test/integration/agent/**/*.test.ts',
  'test/integration/agent-audio/**/*.test.ts',
  'test/journeys/{broadcast,emergency,hold-and-resume}/**/*.test.ts',
  'test/security/hostile-device.test.ts',
]

export default defineConfig({
  test: {
    reporters: ['default'],
    // A result must never depend on the zone of the machine; this one, far from UTC, makes a forgotten zone show.
    env: { TZ: 'Asia/Ho_Chi_Minh' },
    projects: [
      {
        extends: true,
        // Slow machines are no failure: the limit is there for what hangs.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: playing,
          globalSetup: ['test/support/database-setup.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'playing',
          include: playing,
          globalSetup: ['test/support/database-setup.ts'],
          ...twoAtATime,
        },
      },
      {
        extends: true,
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          exclude: playing,
          globalSetup: ['test/support/database-setup.ts'],
          ...twoAtATime,
        },
      },
      {
        extends: true,
        // These wait long for outcomes, and measure no instants.
        test: { name: 'journeys', include: ['test/journeys/**/*.test.ts'], exclude: playing, ...twoAtATime },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...twoAtATime },
      },
    ],
  },
})
