// node embed.mjs DIST OUTPUT: writes the files below DIST into a C++ source, with what a browser would rather have than
// the plain text: the same compressed, and a tag that changes with the content (web/assets.hpp).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

// A string literal; octal escapes end after three digits, so what follows them cannot be mistaken for a part of them.
function literal(bytes) {
  const lines = [];
  for (let begin = 0; begin < bytes.length; begin += 64) {
    const octal = Array.from(bytes.subarray(begin, begin + 64), (byte) => '\\' + byte.toString(8).padStart(3, '0'));
    lines.push(`"${octal.join('')}"`);
  }
  return `std::string_view(${lines.join('\n') || '""'}, ${bytes.length})`;
}

const smaller = (compressed, bytes) => literal(compressed.length < bytes.length ? compressed : Buffer.alloc(0));

function entry(folder, name) {
  const bytes = readFileSync(join(folder, name));
  const type = types[extname(name)];
  if (!type) throw new Error(`${name}: no content type for ${extname(name)}`);
  const path = name === 'index.html' ? '/' : `/${name}`;
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const forms = [literal(bytes), smaller(gzipSync(bytes, { level: 9 }), bytes), smaller(brotliCompressSync(bytes), bytes)];
  return `{"${path}", "${type}", "\\"${etag}\\"",\n${forms.join(',\n')}}`;
}

const [folder, output] = process.argv.slice(2);
const entries = readdirSync(folder).sort().map((name) => entry(folder, name));
writeFileSync(
  output,
  `#include "web/assets.hpp"

namespace smartkar::web {

std::span<const Asset> assets() {
  static constexpr Asset kAssets[] = {
${entries.join(',\n')}};
  return kAssets;
}

}  // namespace smartkar::web
`,
);
