import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

// Without E2E_BASE_URL the product is started on fresh data, and ended afterwards.
const started = process.env.E2E_BASE_URL === undefined;
const port = process.env.E2E_PORT ?? '27180';
process.env.E2E_USERNAME ??= 'admin';
if (started) process.env.E2E_PASSWORD ??= 'journey-Through-9-pages';
const baseURL = process.env.E2E_BASE_URL ?? `http://127.0.0.1:${port}`;

function product() {
  const data = process.env.E2E_DATA ?? mkdtempSync(join(tmpdir(), 'journey-'));
  // The configuration is read by every worker; all of them mean the same folder.
  process.env.E2E_DATA = data;
  return {
    command: `./run --port ${port} --data '${data}'`,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    url: `${baseURL}/api/server/about`,
    timeout: 600_000,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
    env: {
      CVATSERVERLESS_ADMIN_USERNAME: process.env.E2E_USERNAME ?? '',
      CVATSERVERLESS_ADMIN_EMAIL: 'admin@example.org',
      CVATSERVERLESS_ADMIN_PASSWORD: process.env.E2E_PASSWORD ?? '',
    },
  };
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/results',
  timeout: 600_000,
  expect: { timeout: 20_000 },
  workers: 1,
  reporter: [['list']],
  ...(started ? { webServer: product() } : {}),
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
});
