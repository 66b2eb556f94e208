// Plays the frame of an add-on to the script of a host page, without a browser: what that script needs
// of one stands here. The end-to-end test gives the frame as the host answered it and the calls of
// AP.request; each line on stdout is what the frame was answered.
'use strict';

const vm = require('node:vm');
const { readFileSync } = require('node:fs');

const { script, frame, origin, requests } = JSON.parse(process.env.FRAME);
const answers = new Map();       // mid -> resolve
const listeners = {};
const classes = { add() {}, remove() {}, contains: name => name === 'ap-iframe' };
const source = { postMessage: message => message.type === 'resp' && answers.get(message.mid)(message.args) };
const element = {
  id: frame.id, name: frame.name, dataset: { frame: JSON.stringify(frame.frame) }, contentWindow: source, style: {}, classList: classes,
  parentElement: { classList: classes, querySelector: () => null },
};
const page = {
  console, setTimeout, URLSearchParams, Headers, FormData, Blob, atob,
  location: { origin, href: `${origin}/page`, hash: '', search: '' },
  fetch: (address, init) => fetch(new URL(address, origin), init),
  document: { getElementById: id => id === frame.id ? element : null, addEventListener() {}, querySelectorAll: () => [] },
  addEventListener: (type, fn) => { listeners[type] = fn; },
};
page.window = page.top = page;
vm.runInNewContext(readFileSync(script, 'utf8'), page);

const tell = data => listeners.message({ data: { eid: frame.id, ...data }, origin: frame.frame.origin, source });

(async () => {
  tell({ type: 'init' });
  for (const [mid, options] of requests.entries()) {
    const args = await new Promise(resolve => {
      answers.set(mid + 1, resolve);
      tell({ type: 'req', mod: '_globals', fn: 'request', mid: mid + 1, args: [options] });
    });
    process.stdout.write(JSON.stringify(args) + '\n');
  }
  process.exit(); // fetch would keep its connection open for a while
})();
