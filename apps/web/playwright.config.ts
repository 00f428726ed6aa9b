import fs from 'node:fs';

import { defineConfig, devices } from '@playwright/test';

// What takes minutes runs at night alone: scripts/nightly.
const ending = process.env['RF_NIGHTLY'] ? '.nightly.ts' : '.spec.ts';
const specs = fs.readdirSync(new URL('e2e', import.meta.url)).filter((file) => file.endsWith(ending));

export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results',
  // One worker at a time: the specs are short and the machines small.
  fullyParallel: false,
  workers: 1,
  // Playwright shares no worker between projects: so each file has a server and data of its own, whatever ran before it.
  projects: specs.map((file) => ({ name: file.replace(ending, ''), testMatch: file })),
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  timeout: 90_000,
  // Longer than anything takes on a machine that does something else beside; what is right is seen at once all the same.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    actionTimeout: 20_000,
    contextOptions: { reducedMotion: 'reduce' },
    colorScheme: 'dark',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    },
  },
});
