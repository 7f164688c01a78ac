'use strict';
// Holds the program; answers one question at a time. A fault of it is its end: the page makes a new one.
let exports, source, position, pieces, words;
const memory = (at, length) => new Uint8Array(exports.memory.buffer, at, length);
const reader = new FileReaderSync();
// What is longer than most logs is read in slices, so that it takes no more memory than they do. Others are
// read ahead as a whole: a browser is twice as fast at that.
const SLICE = 16 << 20, AHEAD = 64 << 20;
let slice = null, sliceAt = 0;
const host = {
  read(to, length) {
    if (position >= source.size) return 0;
    if (!slice || position < sliceAt || position >= sliceAt + slice.length) {
      try {
        slice = new Uint8Array(reader.readAsArrayBuffer(source.slice(position, position + SLICE)));
        sliceAt = position;
      } catch { return 0xffffffff; }
      postMessage({ progress: position / source.size });
    }
    const from = position - sliceAt;
    const count = Math.min(length, slice.length - from);
    memory(to, count).set(slice.subarray(from, from + count));
    position += count;
    return count;
  },
  rewind() { position = 0; },
  write(from, length) { pieces.push(memory(from, length).slice()); },
  complain(from, length) { words += new TextDecoder().decode(memory(from, length).slice()); }
};
onmessage = async event => {
  const { module, question, file } = event.data;
  if (module) {
    const imports = { host };
    // Readers of archives bring calls for encryption with them that nobody makes.
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from !== 'host') (imports[from] ??= {})[name] = () => { throw new Error('not in this page'); };
    }
    const instance = await WebAssembly.instantiate(module, imports);
    exports = instance.exports;
    postMessage({ ready: true });
    return;
  }
  source = file || new Blob([]);
  position = 0;
  slice = null;
  sliceAt = 0;
  // Where it cannot be read, the program asks for it and says so.
  if (source.size <= AHEAD) try { slice = new Uint8Array(await source.arrayBuffer()); } catch { slice = null; }
  pieces = [];
  words = '';
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  memory(exports.reserve(bytes.length), bytes.length).set(bytes);
  const failed = exports.answer();
  const blob = new Blob(pieces);
  pieces = [];
  slice = null;
  postMessage(failed ? { error: words } : { answer: blob });
};
