// Asks the program of the page for the report of each log and compares it with what msilog says:
// node web_same.mjs WASM MSILOG FOLDER…
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [wasm, msilog, ...folders] = process.argv.slice(2);
const files = folders.flatMap(folder => fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && /\.(log|txt|html?)$/i.test(entry.name))
  .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))).sort();
const module = await WebAssembly.compile(fs.readFileSync(wasm));
let source, position, pieces, words = '';
const host = {
  read(to, length) {
    const part = source.subarray(position, position + length);
    new Uint8Array(instance.exports.memory.buffer, to, part.length).set(part);
    position += part.length;
    return part.length;
  },
  rewind() { position = 0; },
  write(from, length) { pieces.push(Buffer.from(new Uint8Array(instance.exports.memory.buffer, from, length).slice())); },
  complain(from, length) { words += Buffer.from(instance.exports.memory.buffer, from, length).toString(); }
};
const imports = { host };
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (from !== 'host') (imports[from] ??= {})[name] = () => { throw new Error('not here'); };
}
const instance = await WebAssembly.instantiate(module, imports);
function ask(question, bytes) {
  [source, position, pieces, words] = [bytes, 0, [], ''];
  const text = Buffer.from(JSON.stringify(question));
  const room = instance.exports.reserve(text.length);
  new Uint8Array(instance.exports.memory.buffer, room, text.length).set(text);
  if (instance.exports.answer()) throw new Error(words);
  return Buffer.concat(pieces).toString();
}
let same = 0, other = [], spent = 0, bytes = 0;
for (const file of files) {
  const content = fs.readFileSync(file);
  const begun = performance.now();
  const here = ask({ ask: 'report', name: file }, content);
  spent += performance.now() - begun;
  bytes += content.length;
  const there = spawnSync(msilog, ['--format', 'ndjson', '--exit-zero', '-v', '--jobs', '1', file], { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 << 20 }).stdout.toString();
  // A report that is tied to no other log is the whole report.
  if (here === there) same++; else other.push(file);
}
console.log(`web: ${same} of ${files.length} reports the same; ${(bytes / 1e6 / (spent / 1000)).toFixed(0)} MB/s`);
for (const file of other.slice(0, 5)) console.log('differs:', file);
process.exit(other.length ? 1 : 0);
