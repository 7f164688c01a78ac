'use strict';
(() => {
  const $ = id => document.getElementById(id);
  const make = (name, cls, text) => {
    const node = document.createElement(name);
    if (cls) node.className = cls;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  const MOST_FILES = 20000;
  const LOGS = /\.(log|txt|html?|zip|cab|7z|tar|tgz|gz|zst)$/i;
  const ARCHIVES = /\.(zip|cab|7z|tar|tgz|gz|zst)$/i;
  // The archive lies in memory while it is read.
  const LARGEST_ARCHIVE = 512 << 20;
  let module = null, worker = null, busy = null;
  const KINDS_OF_LINES = [
    '=== Verbose logging started: 1/2/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\a.exe ===',
    'MSI (c) (10:14) [10:00:00:015]: Resetting cached policy values',
    "MSI (s) (10:54) [10:00:00:031]: PROPERTY CHANGE: Adding A property. Its value is 'b'.",
    'Action start 10:00:00: CostFinalize.',
    'MSI (s) (10:54) [10:00:00:046]: Doing action: CostFinalize',
    'MSI (s) (10:54) [10:00:00:046]: Note: 1: 2262 2: Shortcut 3: -2147287038 ',
    'MSI (s) (10:54) [10:00:00:062]: Component: C; Installed: Absent;   Request: Local;   Action: Local',
    'Action ended 10:00:00: CostFinalize. Return value 1.',
    'MSI (s) (10:54) [10:00:01:093]: Executing op: FileCopy(SourceName=b.dll,SourceCabKey=b,DestName=b.dll,Attributes=512)',
    'MSI (s) (10:54) [10:00:01:109]: File: C:\\b.dll;  To be installed;  Won\'t patch;  No existing file',
    'MSI (s) (10:54) [10:00:01:125]: Note: 1: 1402 2: UNKNOWN\\Software\\A 3: 2 ',
    'Info 1. b',
    'Property(S): A = b',
    '=== Logging stopped: 1/2/2026  10:00:02 ===', ''
  ].join('\r\n');

  const say = text => { $('say').textContent = text; };
  const fault = text => {
    // Who cancels knows it.
    if (text === 'cancelled') return;
    $('fault').textContent = text;
    $('fault').hidden = !text;
  };

  // What unpacks the program is a program of its own, in the way that browsers know.
  const carried = id => {
    const bytes = Uint8Array.from(atob($(id).textContent.trim()), c => c.charCodeAt(0));
    $(id).remove();
    return bytes;
  };
  async function unpacked() {
    const { instance } = await WebAssembly.instantiate(carried('unpack'));
    const { memory, reserve, unpack, unpacked } = instance.exports;
    const packed = carried('program');
    // The memory is another one whenever it has grown.
    const room = reserve(packed.length);
    new Uint8Array(memory.buffer, room, packed.length).set(packed);
    const length = unpack();
    if (!length) throw new Error('this copy of the page is damaged');
    return WebAssembly.compile(new Uint8Array(memory.buffer, unpacked(), length).slice());
  }

  function started() {
    const code = new Blob([$('worker').textContent], { type: 'text/javascript' });
    const made = new Worker(URL.createObjectURL(code));
    return new Promise((resolve, reject) => {
      made.onmessage = () => resolve(made);
      made.onerror = event => { event.preventDefault(); reject(new Error(event.message)); };
      made.postMessage({ module });
    });
  }

  // Asks one question after the other; the answer is a Blob.
  let last = Promise.resolve();
  function ask(question, file, progress) {
    const next = last.then(() => askNow(question, file, progress));
    last = next.catch(() => {});
    return next;
  }
  async function askNow(question, file, progress) {
    if (!worker) worker = await started();
    return new Promise((resolve, reject) => {
      busy = reject;
      worker.onmessage = ({ data }) => {
        if (data.progress !== undefined) { if (progress) progress(data.progress); return; }
        busy = null;
        if (data.error !== undefined) reject(new Error(data.error));
        else resolve(data.answer);
      };
      // A fault ends the program in the worker, not the page.
      worker.onerror = event => {
        event.preventDefault();
        worker.terminate();
        worker = null;
        busy = null;
        reject(new Error('msilog came to a fault in this file: ' + event.message));
      };
      worker.postMessage({ question, file });
    });
  }

  function cancel() {
    if (!busy) return;
    worker.terminate();
    worker = null;
    const reject = busy;
    busy = null;
    reject(new Error('cancelled'));
  }

  // ---- What was found ----
  let found = [];           // {report, error, file, archive}
  let run = 0;
  const pathOf = file => file.relativePath || file.webkitRelativePath || file.name;

  function session(report) {
    const outer = report.sessions.filter(s => s.parent === null);
    return outer.findLast(s => s.outcome === 'failed' || s.outcome === 'cancelled') || outer.findLast(s => s.failure) || outer[outer.length - 1] || null;
  }

  async function take(files) {
    const mine = ++run;
    cancel();
    fault('');
    found = [];
    draw();
    let all = [...files];
    const many = all.length > 1;
    if (many) all = all.filter(file => LOGS.test(file.name));
    const more = all.length - MOST_FILES;
    all = all.slice(0, MOST_FILES).sort((a, b) => pathOf(a) < pathOf(b) ? -1 : 1);
    if (!all.length) { say(''); fault('There is no log among these files.'); return; }
    $('cancel').hidden = false;
    const begun = performance.now();
    let at = 0, drawn = 0;
    for (const file of all) {
      at++;
      const name = pathOf(file);
      const tell = part => say((many ? at + ' of ' + all.length + ': ' : '') + name + (part > 0 ? ', ' + Math.round(part * 100) + ' %' : ''));
      if (performance.now() - drawn > 200) { tell(0); drawn = performance.now(); draw(); }
      try {
        const archive = ARCHIVES.test(file.name);
        if (archive && file.size > LARGEST_ARCHIVE) throw new Error('the archive is too large for a browser; unpack it and drop the folder');
        const answer = await ask({ ask: archive ? 'archive' : 'report', name }, file, tell);
        for (const line of (await answer.text()).split('\n')) {
          if (!line) continue;
          const report = JSON.parse(line);
          found.push(report.error ? { error: report.error, line } : { report, line, file, archive });
        }
      } catch (error) {
        if (mine !== run) return;
        if (error.message === 'cancelled') { say('Cancelled.'); break; }
        const message = error.message.includes(name) ? error.message : name + ': ' + error.message;
        found.push({ error: message, line: JSON.stringify({ error: message }) });
      }
      if (mine !== run) return;
    }
    $('cancel').hidden = true;
    draw();
    const took = performance.now() - begun;
    say(found.length + (found.length === 1 ? ' log' : ' logs') + ' in ' + (took / 1000).toFixed(2) + ' s' + (more > 0 ? '; ' + more + ' more files were left out' : ''));
    const logs = found.filter(one => one.report);
    if (logs.length === 1) open(logs[0]);
    else if (logs.length > 1) index();
    else if (found.length) fault(found[0].error);
  }

  const TOP = 500;
  function draw() {
    const order = { failed: 0, cancelled: 1, incomplete: 2 };
    const rank = one => { const s = one.report && session(one.report); return s ? order[s.outcome] ?? 3 : 4; };
    const rows = [...found].filter(one => one.report ? one.report.kind !== 'unrecognised' || found.length === 1 : true).sort((a, b) => rank(a) - rank(b));
    $('list').replaceChildren(...rows.slice(0, TOP).map(one => {
      const item = make('li');
      if (one.error) { item.append(make('span', 'bad', one.error)); return item; }
      const s = session(one.report);
      const button = make('button', 'log');
      button.type = 'button';
      button.append(make('span', 'outcome ' + (s ? s.outcome : ''), s ? s.outcome : 'no log'), make('span', 'name', one.report.path));
      const cause = s && s.failure && s.failure.cause;
      if (cause) button.append(make('span', 'cause', cause.explanation || cause.text));
      button.addEventListener('click', () => open(one));
      item.append(button);
      return item;
    }));
    if (rows.length > TOP) $('list').append(make('li', 'quiet', 'and ' + (rows.length - TOP) + ' more; the page of all has them'));
    $('found').hidden = found.length < 2;
  }

  // ---- Pages ----
  let shown = null;
  function show(page, name, one) {
    shown = { page, name, one };
    page.text().then(text => {
      $('view').srcdoc = text;
      $('result').hidden = false;
      $('save-log').hidden = !one;
      $('result').scrollIntoView();
    });
  }
  async function bytesOf(one) {
    if (!one.archive) return one.file;
    return ask({ ask: 'entry', archive: pathOf(one.file), name: one.report.path }, one.file);
  }
  async function open(one) {
    try {
      const file = await bytesOf(one);
      show(await ask({ ask: 'page', name: one.report.path, redact: $('redact').checked }, file), one.report.path, one);
    } catch (error) { fault(error.message); }
  }
  async function index() {
    try {
      const lines = new Blob(found.filter(one => !one.report || one.report.kind !== 'unrecognised').map(one => one.line + '\n'));
      show(await ask({ ask: 'index', redact: $('redact').checked }, lines), 'all logs', null);
    } catch (error) { fault(error.message); }
  }
  function save(blob, name) {
    const link = make('a');
    link.href = URL.createObjectURL(blob);
    link.download = name.replace(/.*[\\/]/, '').replace(/[^\w.\-]+/g, '-');
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  $('save-page').addEventListener('click', () => shown && save(new Blob([shown.page], { type: 'text/html' }), shown.name + '.html'));
  $('save-log').addEventListener('click', async () => {
    try { save(await ask({ ask: 'redact' }, await bytesOf(shown.one)), shown.name + '.redacted.log'); } catch (error) { fault(error.message); }
  });
  $('save-json').addEventListener('click', () => save(new Blob(found.filter(one => one.report).map(one => one.line + '\n'), { type: 'application/x-ndjson' }), 'reports.ndjson'));
  $('all').addEventListener('click', index);
  $('redact').addEventListener('change', () => { if (shown) shown.one ? open(shown.one) : index(); });
  $('cancel').addEventListener('click', () => { cancel(); $('cancel').hidden = true; });

  // ---- Ways in ----
  async function entries(items) {
    const files = [];
    async function walk(entry, path) {
      if (files.length > MOST_FILES * 2) return;
      if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        try { Object.defineProperty(file, 'relativePath', { value: path + file.name }); } catch { /* its own name does */ }
        files.push(file);
      } else {
        const reader = entry.createReader();
        for (;;) {
          const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
          if (!some.length) break;
          for (const one of some) await walk(one, path + entry.name + '/');
        }
      }
    }
    for (const item of items) await walk(item, '');
    return files;
  }
  addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('over'); });
  addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('over'); });
  addEventListener('drop', async event => {
    event.preventDefault();
    document.body.classList.remove('over');
    const items = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    try { take(items.some(item => item.isDirectory) ? await entries(items) : plain); } catch (error) { fault(error.message); }
  });
  for (const id of ['files', 'folder']) {
    $(id).addEventListener('change', event => {
      const files = [...event.target.files];
      // The same file may be chosen again.
      event.target.value = '';
      take(files);
    });
  }
  $('paste').addEventListener('submit', event => {
    event.preventDefault();
    const text = $('text').value;
    if (text.trim()) take([new File([text], 'pasted.log')]);
  });
  $('explain').addEventListener('submit', async event => {
    event.preventDefault();
    const terms = $('term').value.trim();
    if (!terms) return;
    try {
      const all = JSON.parse(await (await ask({ ask: 'explain', terms })).text());
      $('meaning').replaceChildren(...all.flatMap(one => [make('dt', '', one.term), ...one.explanations.map(sense => {
        const told = [sense.name, sense.title, sense.meaning, sense.text].filter((text, at, texts) => text && texts.indexOf(text) === at);
        return make('dd', '', told.join(': ') + (sense.source ? ' (' + sense.source + ')' : ''));
      }), ...one.suggestions.length ? [make('dd', 'quiet', 'Did you mean ' + one.suggestions.join(', ') + '?')] : []]));
    } catch (error) { fault(error.message); }
  });

  if (typeof WebAssembly !== 'object') {
    fault('This browser is too old for this page. Take a current one, or the program itself.');
    return;
  }
  unpacked().then(made => {
    module = made;
    return started();
  }).then(made => {
    worker = made;
    document.body.classList.add('ready');
    say('Ready. Nothing that you drop here leaves this machine.');
    // A browser compiles what runs often a second time, for speed. Lines of each kind, in both of the
    // usual encodings, have that done before the first long log is dropped and not while it is read.
    const lines = KINDS_OF_LINES.repeat(200);
    const wide = Uint16Array.from('\ufeff' + lines, letter => letter.charCodeAt(0));
    for (const text of [lines, wide]) ask({ ask: 'report', name: '' }, new Blob([text])).catch(() => {});
  }).catch(error => fault('The program in this page cannot be started: ' + error.message + '. Browsers without WebAssembly SIMD (before 2021) cannot; take a current one, or the program itself.'));
})();
