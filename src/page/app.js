'use strict';
// Everything that comes from a log goes into the page as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const BLOCK = 100;          // Lines that are drawn at once.
  const CONTEXT = 3;          // Lines around one that matters.
  const CHUNK = 200;          // Rows of a list that are added at once.
  const $ = id => document.getElementById(id);
  const make = (name, cls, text) => {
    const node = document.createElement(name);
    if (cls) node.className = cls;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  const thousands = n => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
  const duration = ms => {
    if (ms === null || ms === undefined) return '';
    if (ms < 1000) return ms + ' ms';
    if (ms < 60000) return (ms / 1000).toFixed(1) + ' s';
    const s = Math.round(ms / 1000);
    return Math.floor(s / 60) + ' min ' + (s % 60) + ' s';
  };

  // Commands are copied with a button, since long ones wrap.
  for (const code of document.querySelectorAll('pre.command > code')) {
    const button = make('button', 'copy', 'Copy');
    button.type = 'button';
    button.setAttribute('aria-label', 'Copy this command');
    button.addEventListener('click', async () => {
      let done = true;
      try { await navigator.clipboard.writeText(code.textContent); } catch {
        const range = document.createRange();
        range.selectNodeContents(code);
        const chosen = getSelection();
        chosen.removeAllRanges();
        chosen.addRange(range);
        done = document.execCommand('copy');
      }
      button.textContent = done ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    code.parentNode.append(button);
  }

  // ---- The log ----
  const parts = data.parts.map(part => {
    const lines = part.text.split('\n');
    return { from: part.from, to: part.from + lines.length - 1, lines, classes: part.classes };
  });
  const notes = new Map(data.notes.map(([line, word]) => [line, data.words[word]]));
  const partOf = line => parts.find(part => line >= part.from && line <= part.to);
  const textOf = line => { const p = partOf(line); return p ? p.lines[line - p.from] : null; };
  const classOf = line => { const p = partOf(line); return p ? p.classes[line - p.from] : null; };
  const shown = new Set(Object.keys(data.classes).filter(key => data.classes[key].shown));
  const wrong = new Set(Object.keys(data.classes).filter(key => data.classes[key].wrong));
  const view = $('lines');
  let rows = [];               // What is shown: {from, to} of lines, {gap: [from, to]}, {missing: [from, to]}.
  let marked = null;

  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) fill(entry.target);
  }, { root: null, rootMargin: '800px' });

  function lineNode(line) {
    const key = classOf(line);
    const cls = data.classes[key];
    const node = make('div', 'line ' + cls.name);
    node.id = 'L' + line;
    const number = make('a', 'number', line);
    number.href = '#L' + line;
    number.setAttribute('aria-label', 'Line ' + line);
    const text = make('span', 'text', textOf(line));
    node.append(number, text);
    if (cls.badge) node.append(make('span', 'badge', cls.badge));
    const note = notes.get(line);
    // What does not matter is explained to those who ask.
    if (note && cls.shown) node.append(make('span', 'note', note));
    else if (note) text.title = note;
    if (marked) mark(text, marked);
    return node;
  }

  function fill(block) {
    if (block.dataset.full) return;
    block.dataset.full = '1';
    observer.unobserve(block);
    const nodes = [];
    for (let line = +block.dataset.from; line <= +block.dataset.to; line++) nodes.push(lineNode(line));
    block.replaceChildren(...nodes);
    block.style.minHeight = '';
  }

  function blocks(from, to) {
    const made = [];
    for (let at = from; at <= to; at += BLOCK) {
      const block = make('div', 'block');
      block.dataset.from = at;
      block.dataset.to = Math.min(to, at + BLOCK - 1);
      block.style.minHeight = ((block.dataset.to - at + 1) * 1.4) + 'em';
      made.push(block);
      observer.observe(block);
    }
    return made;
  }

  function gapNode(from, to, missing) {
    const count = to - from + 1;
    const what = thousands(count) + (count === 1 ? ' line' : ' lines') + ' (' + from + (count > 1 ? '–' + to : '') + ')';
    if (missing) return make('div', 'gap missing', what + ' are not in this page: the log is too long');
    const button = make('button', 'gap', '… ' + what);
    button.type = 'button';
    button.dataset.from = from;
    button.dataset.to = to;
    button.addEventListener('click', () => open(button));
    return button;
  }

  function open(button) {
    button.replaceWith(...blocks(+button.dataset.from, +button.dataset.to));
  }

  function draw(all) {
    observer.disconnect();
    const out = [];
    let last = 0;
    for (const part of parts) {
      if (part.from > last + 1) out.push(gapNode(last + 1, part.from - 1, true));
      if (all) out.push(...blocks(part.from, part.to));
      else out.push(...folded(part));
      last = part.to;
    }
    if (last < data.lines) out.push(gapNode(last + 1, data.lines, true));
    view.replaceChildren(...out);
  }

  function folded(part) {
    const keep = new Uint8Array(part.lines.length);
    for (let i = 0; i < keep.length; i++) {
      if (!shown.has(part.classes[i])) continue;
      for (let j = Math.max(0, i - CONTEXT); j <= Math.min(keep.length - 1, i + CONTEXT); j++) keep[j] = 1;
    }
    if (!keep.includes(1)) for (let i = 0; i < Math.min(20, keep.length); i++) keep[i] = 1;
    const out = [];
    for (let i = 0; i < keep.length;) {
      let j = i;
      while (j < keep.length && keep[j] === keep[i]) j++;
      // A gap of a line or two is not worth a click.
      if (keep[i] || j - i <= 2) out.push(...blocks(part.from + i, part.from + j - 1));
      else out.push(gapNode(part.from + i, part.from + j - 1, false));
      i = j;
    }
    return out;
  }

  function reveal(line, focus) {
    if (!partOf(line)) return;
    const holder = () => [...view.children].find(node => +node.dataset.from <= line && line <= +node.dataset.to);
    let node = holder();
    if (node && node.classList.contains('gap')) { open(node); node = holder(); }
    if (node) fill(node);
    for (const old of view.querySelectorAll('.here')) old.classList.remove('here');
    const target = $('L' + line);
    if (!target) return;
    target.classList.add('here');
    target.scrollIntoView({ block: 'center' });
    if (focus) target.querySelector('.number').focus({ preventScroll: true });
    current = line;
  }

  // ---- Jumps and search ----
  let current = 0;
  const status = $('status');
  const problems = [];
  for (const part of parts) {
    for (let i = 0; i < part.lines.length; i++) if (wrong.has(part.classes[i])) problems.push(part.from + i);
  }
  function jump(list, step, what) {
    if (!list.length) { status.textContent = 'No ' + what; return; }
    let at = step > 0 ? list.findIndex(line => line > current) : list.findLastIndex(line => line < current);
    if (at < 0) at = step > 0 ? 0 : list.length - 1;
    reveal(list[at], false);
    status.textContent = what + ' ' + (at + 1) + ' of ' + list.length + ', line ' + list[at];
  }
  let found = [];
  function mark(node, words) {
    const text = node.textContent, lower = text.toLowerCase();
    if (lower.length !== text.length) return;
    const out = [];
    let at = 0;
    for (let next; (next = lower.indexOf(words, at)) >= 0; at = next + words.length) {
      out.push(text.slice(at, next), make('mark', '', text.slice(next, next + words.length)));
    }
    if (out.length) node.replaceChildren(...out, text.slice(at));
  }
  function search() {
    const words = $('search').value.toLowerCase();
    marked = words.length > 1 ? words : null;
    found = [];
    if (marked) for (const part of parts) {
      part.lines.forEach((text, i) => { if (text.toLowerCase().includes(marked)) found.push(part.from + i); });
    }
    for (const block of view.querySelectorAll('.block[data-full]')) { delete block.dataset.full; fill(block); }
    if (!marked) { status.textContent = ''; return; }
    current = 0;
    jump(found, 1, 'match');
  }
  let waiting;
  $('search').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });
  $('search').addEventListener('keydown', event => {
    if (event.key === 'Enter') { event.preventDefault(); jump(found, event.shiftKey ? -1 : 1, 'match'); }
  });
  $('next-error').addEventListener('click', () => jump(problems, 1, 'problem'));
  $('previous-error').addEventListener('click', () => jump(problems, -1, 'problem'));
  $('all-lines').addEventListener('change', event => { draw(event.target.checked); if (current) reveal(current); });
  addEventListener('keydown', event => {
    if (event.target.matches('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') { event.preventDefault(); $('search').focus(); }
    else if (event.key === 'n') jump(problems, 1, 'problem');
    else if (event.key === 'p') jump(problems, -1, 'problem');
  });
  const follow = () => { const line = /^#L(\d+)$/.exec(location.hash); if (line) reveal(+line[1], true); };
  addEventListener('hashchange', follow);
  addEventListener('click', event => {
    const link = event.target.closest('a[href^="#L"]');
    if (link && link.getAttribute('href') === location.hash) follow();
  });

  const legend = $('legend');
  for (const key of Object.keys(data.classes)) {
    const cls = data.classes[key];
    if (!cls.legend || !parts.some(part => part.classes.includes(key))) continue;
    const item = make('li', 'line ' + cls.name);
    item.append(make('span', 'text', cls.title), make('span', 'note', cls.legend));
    legend.append(item);
  }

  // ---- Lists that open ----
  // Adds rows a few hundred at a time.
  function rowsInto(holder, items, draw) {
    let at = 0;
    const more = make('button', 'gap');
    more.type = 'button';
    const add = () => {
      const nodes = items.slice(at, at + CHUNK).map(draw);
      at += nodes.length;
      holder.append(...nodes);
      if (at >= items.length) return;
      more.textContent = '… ' + thousands(items.length - at) + ' more';
      // A table has nothing but rows, a list nothing but items.
      const last = make(holder.tagName === 'TBODY' ? 'tr' : 'li');
      const cell = last.tagName === 'TR' ? make('td') : last;
      if (cell !== last) { cell.colSpan = 9; last.append(cell); }
      cell.append(more);
      holder.append(last);
      more.onclick = () => { last.remove(); add(); };
    };
    add();
  }
  const toLine = line => {
    if (!line) return make('span', '', '');
    const link = make('a', 'number', line);
    link.href = '#L' + line;
    link.setAttribute('aria-label', 'Line ' + line);
    return link;
  };

  // ---- Timeline ----
  const actions = data.actions;
  const children = new Map();
  actions.forEach((action, index) => {
    const parent = action.parent === null || action.parent === undefined ? -1 : action.parent;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(index);
  });
  const longest = Math.max(1, ...[...children.get(-1) || []].map(index => actions[index].ms || 0));
  function actionRow(index, fold) {
    const action = actions[index];
    const row = make('div', 'action');
    let name = make('span', '', action.name);
    if (fold) {
      name = make('button', 'fold', action.name);
      name.type = 'button';
      name.addEventListener('click', fold);
    }
    name.classList.add('name');
    row.append(name);
    if (action.text) row.title = action.text;
    if (action.kind) row.append(make('span', 'kind', action.kind));
    if (action.failed) row.append(make('span', 'badge', action.unfinished ? 'failed, no end' : 'failed'));
    else if (action.rollback) row.append(make('span', 'badge undone', 'undoes'));
    if (action.slowest) row.append(make('span', 'badge slow', 'slowest'));
    row.append(make('span', 'ms', duration(action.ms)));
    const track = make('span', 'track');
    const bar = make('span', 'bar');
    // Where it ran and how long, within the longest session.
    const at = Math.min(action.at || 0, longest);
    bar.style.marginLeft = (100 * at / longest).toFixed(2) + '%';
    bar.style.width = Math.min(100 - 100 * at / longest, 100 * (action.ms || 0) / longest).toFixed(2) + '%';
    track.append(bar);
    row.append(track, toLine(action.line));
    return row;
  }
  function actionNode(index) {
    const below = children.get(index);
    const node = make('li', actions[index].failed ? 'failed' : '');
    if (!below) { node.append(actionRow(index)); return node; }
    const list = make('ul');
    const open = yes => {
      if (yes && !list.firstChild) rowsInto(list, below, actionNode);
      list.hidden = !yes;
      row.querySelector('.fold').setAttribute('aria-expanded', yes);
    };
    const row = actionRow(index, () => open(list.hidden));
    node.append(row, list);
    // The way to the failure is open, and a session shows its actions.
    open(Boolean(actions[index].failed) || actions[index].kind === 'session');
    return node;
  }
  if (actions.length) {
    const list = make('ul', 'tree');
    rowsInto(list, children.get(-1) || [], actionNode);
    $('timeline').append(list);
    if (data.left_out) $('timeline').append(make('p', 'count', thousands(data.left_out) + ' quick steps are not shown.'));
    $('timeline').hidden = false;
  }

  // ---- Tables ----
  for (const table of data.tables) {
    const section = make('details', 'facts');
    const head = make('summary');
    head.append(make('h2', '', table.title), make('span', 'count', thousands(table.rows.length)));
    section.append(head, make('p', 'about', table.about));
    const draw = filter => {
      const grid = make('table');
      const top = make('tr');
      for (const name of table.columns) { const th = make('th', '', name); th.scope = 'col'; top.append(th); }
      const thead = make('thead');
      thead.append(top);
      const body = make('tbody');
      const rows = filter ? table.rows.filter(row => row.some(cell => String(cell).toLowerCase().includes(filter))) : table.rows;
      rowsInto(body, rows, row => {
        const tr = make('tr');
        row.forEach((cell, at) => {
          const td = make('td');
          if (table.columns[at] === 'Line') td.append(toLine(cell));
          else td.textContent = cell === null ? '' : cell;
          tr.append(td);
        });
        return tr;
      });
      grid.append(thead, body);
      const old = section.querySelector('.scroll');
      const scroll = make('div', 'scroll');
      scroll.tabIndex = 0;
      scroll.setAttribute('role', 'region');
      scroll.setAttribute('aria-label', table.title);
      scroll.append(grid);
      old ? old.replaceWith(scroll) : section.append(scroll);
    };
    section.addEventListener('toggle', () => {
      if (!section.open || section.querySelector('.scroll')) return;
      if (table.rows.length > 12) {
        const filter = make('input', 'filter');
        filter.type = 'search';
        filter.placeholder = 'Filter';
        filter.setAttribute('aria-label', 'Filter ' + table.title);
        filter.addEventListener('input', () => draw(filter.value.toLowerCase()));
        section.append(filter);
      }
      draw('');
    });
    $('tables').append(section);
    $('tables').hidden = false;
  }

  draw(false);
  document.body.classList.add('ready');
  follow();
})();
