// Writes a brotli and a gzip file beside every text asset, so that the server never compresses at request time.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const DIST = process.argv[2] ?? 'dist';
const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt', '.webmanifest']);
const SMALLEST_WORTH_IT = 512;

let count = 0;
for (const entry of fs.readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (!entry.isFile() || file.includes('.vite') || !TEXT.has(path.extname(file))) continue;
  const source = fs.readFileSync(file);
  if (source.length < SMALLEST_WORTH_IT) continue;
  fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(source));
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(source, { level: 9 }));
  count += 1;
}
console.log(`precompressed ${count} files`);
