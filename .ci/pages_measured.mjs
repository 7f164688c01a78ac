// First paint of pages beside that of a blank page of the same size, and what axe-core finds in them.
// Usage: node pages_measured.mjs FOLDER_OF_MODULES CHROMIUM PAGE...
import { readFileSync, statSync, writeFileSync } from 'node:fs';

const [modules, chromium, ...pages] = process.argv.slice(2);
const { chromium: driver } = await import(`${modules}/playwright-core/index.mjs`);
const axe = readFileSync(`${modules}/axe-core/axe.min.js`, 'utf8');
const browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
const MOST = 1000; // milliseconds that a page may take more than a blank one
const LARGEST = 6e6; // bytes, of the page of a log of 3 MB
const ROUNDS = 7;

async function paint(file) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto('file://' + file);
    const first = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    await page.waitForFunction(first);
    times.push(await page.evaluate(first));
    await page.close();
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1];
}

let failed = 0;
for (const file of pages) {
  const size = statSync(file).size;
  const blank = file + '.blank.html';
  const head = '<!DOCTYPE html><title>blank</title><p>blank</p><script type="application/json">"';
  writeFileSync(blank, head + 'x'.repeat(Math.max(0, size - head.length - 10)) + '"</script>');
  const [mine, other] = [await paint(file), await paint(blank)];
  const slow = mine - other > MOST || size > LARGEST;
  // The checker is a script that the page's own policy would keep out.
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto('file://' + file);
  await page.evaluate(() => { for (const part of document.querySelectorAll('details')) part.open = true; });
  await page.waitForTimeout(300);
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const bad = found.violations.filter(v => ['serious', 'critical'].includes(v.impact));
  await context.close();
  const told = bad.map(v => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)}`).join('; ');
  console.log(`pages: ${file.split('/').pop()}, ${(size / 1e6).toFixed(1)} MB: first paint ${mine.toFixed(0)} ms, ` +
    `blank page of that size ${other.toFixed(0)} ms${slow ? ', too slow or too large' : ''}; axe-core: ${told || 'nothing serious'}`);
  failed |= slow || bad.length > 0;
}
await browser.close();
process.exit(failed ? 1 : 0);
