// Fails the build when the scripts that the first page needs weigh more than the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 300 * 1024;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const seen = new Set();
const visit = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) visit(next);
};
for (const [key, entry] of Object.entries(manifest)) if (entry.isEntry) visit(key);

const bytes = [...seen].reduce(
  (sum, key) => sum + gzipSync(readFileSync(new URL(manifest[key].file, dist))).length,
  0,
);
console.log(`Initial JavaScript: ${(bytes / 1024).toFixed(1)} kB gzip of ${BUDGET_BYTES / 1024} kB.`);
if (bytes > BUDGET_BYTES) process.exit(1);
