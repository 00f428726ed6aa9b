import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// What every page needs, in one file, and what every page behind the sign-in needs, in a second. Left alone, the bundler
// makes some thirty small files of it, which cost a tenth more (each is compressed by itself) and a request each.
// A module that belongs elsewhere shows at once: the budget of the sign-in page breaks. The icons in the base are those
// of a field and a notice, which every form has.
const BASE =
  /node_modules\/(?:(?:react|react-dom|scheduler|react-router|zustand|clsx)\/|lucide-react\/dist\/esm\/(?!icons\/)|lucide-react\/dist\/esm\/icons\/(?:circle-check|info|triangle-exclamation-point|eye|eye-off)\.|@tanstack\/(?:react-query\/build\/modern\/QueryClientProvider|query-core\/build\/modern\/(?:query|queryClient|queryCache|mutation|mutationCache|utils|retryer|removable|subscribable|thenable|\w+Manager|infiniteQueryBehavior))\.js)/;
const SIGNED_IN = [
  /node_modules\/@tanstack\/(?!.*\/(?:mutationObserver|useMutation)\.js)/,
  /lucide-react\/dist\/esm\/icons\/(?:circle-(?:x|slash|dot|dashed)|compass|siren|wrench|wifi-off|lock|git-branch|list-checks|rotate-ccw-clock|search|keyboard|layout-dashboard|panel-left\S*|log-out|moon|chevrons-up-down|book-open|arrow-right|inbox|layers|server-cog|credit-card)\./,
  /src\/app\/shell\/(?:nav-rail|navigation|account-button|offline-bar|use-sign-out|use-queue-upkeep)\./,
  /src\/features\/sessions\/components\/resume-card/,
  /src\/shared\/(?:actions\/|api\/(?:client|plan)\.|lib\/(?:dates|plural|variables|flow-structure|use-online)|ui\/(?:query-view|panel|skeleton|badge|flow-type-badge))/,
  /src\/features\/(?:sessions|flows)\/(?:api\/queries|model\/(?:pending|path|checklist)\.|components\/(?:session-list|outcome-badge|flow-row))/,
];

const routerFile = (name: string) =>
  fileURLToPath(new URL(`node_modules/react-router/dist/production/${name}`, import.meta.url));

export default defineConfig(({ command }) => ({
  plugins: [react(), tailwindcss()],
  resolve: {
    tsconfigPaths: true,
    alias:
      command === 'build'
        ? [
            // Its package names only the build with development warnings.
            { find: /^react-router$/, replacement: routerFile('index.mjs') },
            { find: /^react-router\/dom$/, replacement: routerFile('dom-export.mjs') },
          ]
        : [],
  },
  build: {
    target: 'baseline-widely-available',
    // The budget script walks the manifest to sum what each route really loads.
    manifest: true,
    sourcemap: false,
    // Inlined assets would need data: in the page's security policy.
    assetsInlineLimit: 0,
    // Every browser of the target has it.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // React Flow brings a zustand of its own, which belongs to its chunk.
            { name: 'base', test: (id) => BASE.test(id) && !id.includes('@xyflow'), priority: 2 },
            { name: 'signed-in', test: (id) => SIGNED_IN.some((pattern) => pattern.test(id)), priority: 1 },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': process.env['RF_API'] ?? 'http://127.0.0.1:8000' } },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // For a machine that is busy with other things; a test that waits for something says so itself, and for how long.
    testTimeout: 20_000,
  },
}));
