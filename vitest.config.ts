import { defineConfig } from 'vitest/config'

/** Parts that start whole programs (servers, sound servers, browsers) run one file at a time, so that they do not starve each other. */
const oneFileAtATime = { fileParallelism: false, maxWorkers: 1, testTimeout: 120_000, hookTimeout: 120_000 }

/** What plays in real time, and says truthfully how late a machine made it: nothing else may run beside it. */
const playing = ['test/integration/agent/**/*.test.ts', 'test/integration/agent-audio/**/*.test.ts']

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
        test: { name: 'device', include: playing, globalSetup: ['test/support/database-setup.ts'], ...oneFileAtATime },
      },
      {
        extends: true,
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          globalSetup: ['test/support/database-setup.ts'],
          ...oneFileAtATime,
        },
      },
      {
        extends: true,
        test: { name: 'journeys', include: ['test/journeys/**/*.test.ts'], ...oneFileAtATime },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...oneFileAtATime },
      },
    ],
  },
})
