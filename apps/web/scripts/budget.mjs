// Sums what a first view of each route really loads (the static import closure in Vite's manifest) and fails above
// the budget. Sizes are gzip, in KB.
import fs from 'node:fs';
import zlib from 'node:zlib';

const DIST = process.argv[2] ?? 'dist';
const manifest = JSON.parse(fs.readFileSync(`${DIST}/.vite/manifest.json`, 'utf8'));

const SHELL = ['index.html', 'src/app/shell/app-layout.tsx'];
const RUNNER = 'src/app/routes/guided-session.tsx';
const MARKDOWN = 'src/shared/ui/markdown-rendered.tsx';
const ROUTES = {
  login: { entries: ['index.html', 'src/features/auth/login-page.tsx'], limit: 120 },
  dashboard: { entries: [...SHELL, 'src/app/routes/dashboard.tsx'], limit: 140 },
  library: { entries: [...SHELL, 'src/features/flows/flow-library-page.tsx'], limit: 220 },
  'flow detail': {
    entries: [...SHELL, 'src/app/routes/flow-detail.tsx', 'src/features/flows/components/flow-canvas.tsx'],
    limit: 220,
  },
  runner: { entries: [...SHELL, RUNNER, MARKDOWN], limit: 220 },
  note: { entries: [...SHELL, 'src/features/sessions/document-page.tsx', MARKDOWN], limit: 220 },
  pilot: {
    entries: [...SHELL, 'src/features/pilot/pilot-area.tsx', 'src/app/routes/pilot-session.tsx', MARKDOWN],
    limit: 220,
  },
  'pilot note': { entries: [...SHELL, 'src/features/pilot/document-page.tsx'], limit: 220 },
  history: { entries: [...SHELL, 'src/features/sessions/history-page.tsx'], limit: 220 },
};
const CSS_LIMIT = 12.5;
const FONT_LIMIT = 100;

function closure(entries) {
  const seen = new Set();
  const files = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`not in the manifest: ${key}`);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) visit(next);
  };
  entries.forEach(visit);
  return [...files];
}

const gzipped = (file) => zlib.gzipSync(fs.readFileSync(`${DIST}/${file}`), { level: 9 }).length / 1024;
const sum = (files) => files.reduce((total, file) => total + gzipped(file), 0);

let failed = false;
function report(name, size, limit) {
  const over = size > limit;
  failed ||= over;
  console.log(`${over ? 'OVER' : 'ok  '} ${name.padEnd(22)} ${size.toFixed(1).padStart(6)} KB of ${limit}`);
}

for (const [name, { entries, limit }] of Object.entries(ROUTES)) {
  const files = closure(entries);
  report(`${name} js`, sum(files.filter((file) => file.endsWith('.js'))), limit);
  report(`${name} css`, sum(files.filter((file) => file.endsWith('.css'))), CSS_LIMIT);
}
// The other subsets are fetched only when a character of theirs is on the page.
const fonts = fs.readdirSync(`${DIST}/assets`).filter((file) => /-latin-wght.*\.woff2$/.test(file));
report(
  'fonts',
  fonts.reduce((total, file) => total + fs.statSync(`${DIST}/assets/${file}`).size, 0) / 1024,
  FONT_LIMIT,
);
process.exit(failed ? 1 : 0);
