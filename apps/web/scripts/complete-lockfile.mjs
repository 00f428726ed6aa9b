// npm writes a lockfile without the optional binaries of other platforms where the registry does not list them, and
// then refuses that lockfile in `npm ci` ("Missing: ... from lock file"). This adds the missing entries, with the
// platform read from the package's name. They carry no integrity hash; refresh the lock once on an open network.
import fs from 'node:fs';

const LOCK = 'package-lock.json';
const SYSTEMS = [
  'win32',
  'darwin',
  'android',
  'freebsd',
  'linux',
  'openharmony',
  'aix',
  'sunos',
  'netbsd',
  'openbsd',
];
const PROCESSORS = [
  'arm64',
  'x64',
  'ia32',
  'arm',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];

const lock = JSON.parse(fs.readFileSync(LOCK, 'utf8'));
const { packages } = lock;

/** Node's own resolution: the package's folder, then every folder above it. */
function isInstalled(from, name) {
  let base = from;
  for (;;) {
    if (packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true;
    if (base === '') return false;
    const parent = base.lastIndexOf('node_modules/');
    base = parent <= 0 ? '' : base.slice(0, parent - 1);
  }
}

function entryFor(name, range, dev) {
  const words = name.split('/').at(-1).split('-');
  const system = SYSTEMS.find((candidate) => words.includes(candidate));
  const processor = PROCESSORS.find((candidate) => words.includes(candidate));
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(dev ? { dev: true } : {}),
    optional: true,
    ...(system ? { os: [system] } : {}),
    ...(processor ? { cpu: [processor] } : {}),
    ...(words.includes('musl') ? { libc: ['musl'] } : {}),
  };
}

let added = 0;
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isInstalled(path, name)) continue;
    packages[`node_modules/${name}`] = entryFor(name, range, entry.dev);
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`lockfile: ${added} optional entries added`);
