// The handheld page in a real browser without a screen, driven over the DevTools pipe the way a
// person with a keyboard-wedge scanner drives it: text is typed, Enter is pressed.
// usage: node page.js CHROMIUM FOLDER URL TOKEN UNIT PRODUCT
'use strict';
const { spawn } = require('child_process');

const [chromium, folder, url, token, unit, product] = process.argv.slice(2);
const browser = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
  '--no-first-run', '--disable-extensions', '--disable-background-networking', '--remote-debugging-pipe',
  '--window-size=390,844', '--user-data-dir=' + folder], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });

const waiting = new Map();
let last = 0;
let buffer = '';
browser.stdio[4].on('data', (bytes) => {
  buffer += bytes.toString('utf8');
  for (let end = buffer.indexOf('\0'); end >= 0; end = buffer.indexOf('\0')) {
    const message = JSON.parse(buffer.slice(0, end));
    buffer = buffer.slice(end + 1);
    if (waiting.has(message.id)) {
      waiting.get(message.id)(message);
      waiting.delete(message.id);
    }
  }
});

function call(method, params, sessionId) {
  last += 1;
  const id = last;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
  return new Promise((resolve, reject) => {
    waiting.set(id, (message) => (message.error ? reject(new Error(JSON.stringify(message.error))) : resolve(message.result)));
  });
}

async function main() {
  const { targetId } = await call('Target.createTarget', { url: url + '/handheld?lang=en' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const page = (method, params) => call(method, params, sessionId);
  const value = async (expression) => (await page('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  const until = async (expression, what) => {
    for (let i = 0; i < 600; i += 1) {
      if (await value(expression)) { return; }
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    throw new Error('waited for ' + what + '; the page says: ' + (await value('document.body.innerText')));
  };
  const said = (text) => until(`document.getElementById('said').textContent.includes(${JSON.stringify(text)})`, text);
  const type = async (id, text) => {  // A keyboard-wedge scanner: keys, then Enter.
    await value(`document.getElementById('${id}').focus()`);
    await page('Input.insertText', { text });
    for (const kind of ['keyDown', 'keyUp']) {
      await page('Input.dispatchKeyEvent', { type: kind, key: 'Enter', code: 'Enter', text: kind === 'keyDown' ? '\r' : undefined, windowsVirtualKeyCode: 13 });
    }
  };
  const shown = (id) => until(`!document.getElementById('${id}').hidden`, id);
  const take = (text) => value(`Array.from(document.querySelectorAll('#tasks li')).find((li) => li.textContent.includes(${JSON.stringify(text)})).querySelector('button').click()`);

  await until(`document.getElementById('login') !== null`, 'the page');
  await type('token', 'not-a-token-0123456789');
  await said('belongs to no user');
  await said('Next:');
  await type('token', token);
  await shown('list');
  await until(`document.querySelectorAll('#tasks li').length === 3`, 'three tasks');
  await take('Put away');
  await shown('work');
  await until(`document.activeElement.id === 'scan'`, 'the scan field to have the keys');
  await type('scan', product);
  await said('tracked by item');
  await type('scan', unit);
  await said('Booked: 1');
  await type('scan', unit);
  await said('It was booked already');
  await value(`document.getElementById('finish').click()`);
  await shown('list');
  await said('Done.');
  await value(`document.getElementById('language').click()`);
  await until(`document.getElementById('tasks').textContent.includes('盘点')`, 'the count in Chinese');
  await take('盘点 RICE');
  await shown('work');
  await type('units', '7');
  await said('有差异：须复盘。');
  await shown('list');
  await value(`document.getElementById('language').click()`);
  await until(`document.getElementById('tasks').textContent.includes('Count ' + ${JSON.stringify(product)})`, 'the count of tagged units');
  await take('Count ' + product);
  await shown('work');
  await type('units', '1');
  await said('tracked by item');
  await type('scan', unit);
  await said('On the list: ' + unit);
  await type('scan', unit);
  await said('It is on the list already');
  await type('scan', 'not-a-tag');
  await until(`document.getElementById('units').value === '2'`, 'two on the list');
  await value(`document.getElementById('finish').click()`);
  await said('not-a-tag');
  await value(`Array.from(document.querySelectorAll('#counted_units li')).find((li) => li.textContent.includes('not-a-tag')).querySelector('button').click()`);
  await value(`document.getElementById('finish').click()`);
  await said('The count agrees.');
  const outside = await value(`performance.getEntriesByType('resource').filter((e) => !e.name.startsWith(location.origin)).length`);
  if (outside !== 0) { throw new Error('the page asked somebody else'); }
  console.log('page: all as it should be');
}

const limit = setTimeout(() => { console.log('page: took too long'); browser.kill('SIGKILL'); process.exit(1); }, 120000);
main().then(() => 0, (error) => { console.log('page: ' + error.message); return 1; }).then((code) => {
  clearTimeout(limit);
  browser.kill('SIGKILL');
  process.exit(code);
});
