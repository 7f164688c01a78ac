'use strict';
// Charts of what failed, and a table of all sections that can be sorted and filtered.
(() => {
  const sections = [...document.querySelectorAll('section[data-log]')];
  if (sections.length < 2) return;
  const make = (name, cls, text) => {
    const node = document.createElement(name);
    if (cls) node.className = cls;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };
  sections.forEach((section, at) => { section.id = 'log-' + (at + 1); });
  const facts = sections.map(section => ({
    id: section.id, section,
    log: section.dataset.log, machine: section.dataset.machine || '', product: section.dataset.product || '',
    cause: section.dataset.cause || '', signature: section.dataset.signature || '', day: section.dataset.day || ''
  }));

  // The folder that all logs lie in says nothing.
  const paths = facts.map(fact => fact.log);
  let common = paths.reduce((a, b) => { let n = 0; while (n < a.length && a[n] === b[n]) n++; return a.slice(0, n); });
  common = common.slice(0, Math.max(common.lastIndexOf('/'), common.lastIndexOf('\\')) + 1).length;

  const BARS = 10, SVG = 'http://www.w3.org/2000/svg';
  const svg = (name, attributes, text) => {
    const node = document.createElementNS(SVG, name);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  function chart(title, key) {
    const counts = new Map();
    for (const fact of facts) if (fact[key]) counts.set(fact[key], (counts.get(fact[key]) || 0) + 1);
    if (!counts.size) return null;
    const all = [...counts].sort((a, b) => b[1] - a[1]);
    const rows = all.slice(0, BARS);
    const most = Math.max(...rows.map(row => row[1]));
    const holder = make('figure', 'chart');
    holder.append(make('figcaption', '', title));
    const step = 26, width = 440;
    const picture = svg('svg', { viewBox: '0 0 ' + width + ' ' + rows.length * step, role: 'img', 'aria-label': title + ': ' + rows.map(row => row[0] + ' ' + row[1]).join('; ') });
    rows.forEach(([name, count], at) => {
      const group = svg('g', {});
      group.append(svg('title', {}, name + ': ' + count));
      group.append(svg('rect', { class: 'bar', x: 0, y: at * step + 15, width: Math.max(2, (width - 45) * count / most), height: 8, rx: 2 }));
      group.append(svg('text', { x: 0, y: at * step + 11 }, name.length > 66 ? name.slice(0, 65) + '…' : name));
      group.append(svg('text', { class: 'count', x: width, y: at * step + 23, 'text-anchor': 'end' }, count));
      picture.append(group);
    });
    holder.append(picture);
    if (all.length > BARS) holder.append(make('p', 'quiet', 'and ' + (all.length - BARS) + ' more'));
    return holder;
  }
  // Days as columns; of a longer time months, of a very long one years.
  function times() {
    const count = length => {
      const counts = new Map();
      for (const fact of facts) if (fact.day) { const key = fact.day.slice(0, length); counts.set(key, (counts.get(key) || 0) + 1); }
      return [...counts].sort((a, b) => a[0] < b[0] ? -1 : 1);
    };
    const kind = [['Days', 10], ['Months', 7], ['Years', 4]].find(([, length]) => count(length).length <= 31);
    if (!kind) return null;
    const rows = count(kind[1]);
    if (rows.length < 2) return null;
    const most = Math.max(...rows.map(row => row[1])), width = 440, height = 150, step = width / rows.length;
    const holder = make('figure', 'chart');
    holder.append(make('figcaption', '', kind[0]));
    const picture = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': kind[0] + ': ' + rows.map(row => row[0] + ' ' + row[1]).join('; ') });
    rows.forEach(([name, count], at) => {
      const tall = Math.max(2, (height - 45) * count / most);
      const group = svg('g', {});
      group.append(svg('title', {}, name + ': ' + count));
      group.append(svg('rect', { class: 'bar', x: at * step + 1, y: height - 20 - tall, width: Math.max(1, step - 2), height: tall }));
      if (step > 14) group.append(svg('text', { class: 'count', x: (at + .5) * step, y: height - 24 - tall, 'text-anchor': 'middle' }, count));
      picture.append(group);
    });
    picture.append(svg('text', { x: 0, y: height - 5 }, rows[0][0]));
    picture.append(svg('text', { x: width, y: height - 5, 'text-anchor': 'end' }, rows[rows.length - 1][0]));
    holder.append(picture);
    return holder;
  }
  const charts = make('div', 'charts');
  for (const one of [chart('Causes', 'cause'), chart('Products', 'product'), chart('Machines', 'machine'), times()]) if (one) charts.append(one);

  const columns = [['Log', 'log'], ['Machine', 'machine'], ['Product', 'product'], ['Cause', 'cause'], ['Day', 'day']]
    .filter(column => facts.some(fact => fact[column[1]]));
  const box = make('div', 'overview');
  const filter = make('input', 'filter');
  filter.type = 'search';
  filter.placeholder = 'Filter by log, machine, product, cause';
  filter.setAttribute('aria-label', 'Filter the logs');
  const shown = make('span', 'quiet');
  shown.setAttribute('role', 'status');
  const table = make('table', 'logs'), head = make('thead'), top = make('tr'), body = make('tbody');
  let by = null, down = false;
  for (const [title, key] of columns) {
    const cell = make('th');
    cell.scope = 'col';
    const button = make('button', 'sort', title);
    button.type = 'button';
    button.addEventListener('click', () => {
      down = by === key ? !down : false;
      by = key;
      for (const other of top.children) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      draw();
    });
    cell.append(button);
    top.append(cell);
  }
  head.append(top);
  table.append(head, body);
  function draw() {
    const words = filter.value.toLowerCase();
    const fits = fact => !words || columns.some(([, key]) => fact[key].toLowerCase().includes(words));
    const rows = facts.filter(fits);
    if (by) rows.sort((a, b) => (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0) * (down ? -1 : 1));
    for (const fact of facts) fact.section.hidden = !fits(fact);
    shown.textContent = rows.length + ' of ' + facts.length;
    body.replaceChildren(...rows.slice(0, 2000).map(fact => {
      const row = make('tr');
      columns.forEach(([, key]) => {
        const cell = make('td');
        if (key === 'log') { const link = make('a', '', fact.log.slice(common)); link.href = '#' + fact.id; cell.append(link); }
        else cell.textContent = fact[key];
        row.append(cell);
      });
      return row;
    }));
  }
  let waiting;
  filter.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(draw, 150); });
  draw();
  const scroll = make('div', 'scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'All logs');
  scroll.append(table);
  box.append(charts, filter, shown, scroll);
  document.querySelector('h1').after(box);
})();
