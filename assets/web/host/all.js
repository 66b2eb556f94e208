// The add-on's end of the bridge, for pages that load it from the site they are shown on. It turns
// what the host says in window.name into the object AP, and every call of AP into a message.
//
//   window.name = {extension_id, origin, api: {module: {method: {args, returnsPromise}}}, options}
//
// A member of api named "_globals" is AP itself. A method that has a "constructor" is a class: calling it
// makes an object whose methods speak to one thing of the host (a flag, a dialog button).
(() => {
  'use strict';

  const MARGIN = '0';
  const DIALOG_MARGIN = '10px 10px 0 10px';
  const INIT_WITHIN_MS = 5000;
  const FLICKER = { changes: 4, within: 400 };

  let data;
  try {
    data = JSON.parse(window.name);
  } catch {
    data = null;
  }
  if (!data || !data.api || !data.extension_id) {
    console.warn('all.js: this page is not shown by a Connect host, so there is no AP');
    return;
  }

  const options = data.options || {};
  const pageOptions = readPageOptions();
  const host = hostWindow(options.hostFrameOffset || 1);
  const calls = new Map();         // mid -> {callback, resolve, reject}
  const listeners = [];            // {name, fn, once, any, public}
  const keys = new Set();          // "keycode+modifiers" the host wants to hear of
  let initReceived = false;
  let closeOnSubmit = true;

  function hostWindow(levels) {
    let w = window;
    for (let i = 0; i < levels && w !== w.parent; i++) w = w.parent;
    return w;
  }

  function readPageOptions() {
    const source = document.getElementById('ac-iframe-options') ||
      [...document.scripts].find(s => /\/atlassian-connect\/all/.test(s.src) && s.dataset.options);
    const text = (source && source.dataset.options) || '';
    return Object.fromEntries(text.split(';').filter(Boolean).map(pair => {
      const [key, value = 'true'] = pair.split(':');
      return [key.trim(), value.trim() === 'true' ? true : value.trim() === 'false' ? false : value.trim()];
    }));
  }

  const send = message => host.postMessage({ eid: data.extension_id, ...message }, options.hostOrigin || '*');
  const randomID = () => Math.floor(Math.random() * 1e9).toString(16);

  // What postMessage cannot carry is left out, the rest goes over unchanged.
  const portable = args => args.map(a => {
    if (typeof a === 'function' || a instanceof Node) return undefined;
    if (a instanceof Error) return { message: a.message, name: a.name };
    if (a && Object.getPrototypeOf(a) === Object.prototype) {
      return Object.fromEntries(Object.entries(a).filter(([, v]) => typeof v !== 'function' && !(v instanceof Node)));
    }
    return a;
  });

  // ---- calls ---------------------------------------------------------------------------------------

  function call(target, promised, args) {
    const last = args[args.length - 1];
    const callback = typeof last === 'function' ? last : null;
    const request = { type: 'req', ...target, args: portable(callback ? args.slice(0, -1) : args) };
    if (!callback && !promised) {
      send(request);
      return undefined;
    }
    request.mid = randomID();
    const waiting = new Promise((resolve, reject) => calls.set(request.mid, { callback, promised, resolve, reject }));
    send(request);
    if (!promised || callback) {
      waiting.catch(() => {});     // the callback's caller does not see the promise
    }
    return promised ? waiting : undefined;
  }

  function answered({ mid, args = [] }) {
    const waiting = calls.get(mid);
    if (!waiting) return;
    calls.delete(mid);
    if (waiting.callback) waiting.callback(...(waiting.promised ? args.slice(1) : args));
    const [error, value] = args;
    if (waiting.promised && (error || error === undefined && value === undefined)) waiting.reject(error);
    else waiting.resolve(waiting.promised ? value : args);
  }

  const method = (mod, fn, spec) => (...args) => call({ mod, fn }, spec.returnsPromise === true, args);

  function classOf(mod, cls, methods) {
    return (...args) => {
      const _id = randomID();
      const instance = { _id };
      for (const [fn, spec] of Object.entries(methods)) {
        if (fn === 'constructor') continue;
        instance[fn] = (...more) => call({ mod, fn, _cls: cls, _id }, spec.returnsPromise === true, more);
      }
      call({ mod, fn: 'constructor', _cls: cls, _id }, false, args.filter(a => typeof a !== 'function'));
      return instance;
    };
  }

  function build() {
    const AP = {};
    for (const [mod, members] of Object.entries(data.api)) {
      const into = mod === '_globals' ? AP : (AP[mod] = {});
      for (const [name, spec] of Object.entries(members)) {
        into[name] = Object.hasOwn(spec, 'constructor') ? classOf(mod, name, spec) : method(mod, name, spec);
      }
    }
    return AP;
  }

  // ---- events --------------------------------------------------------------------------------------

  function deliver(name, args) {
    const isPublic = args.length === 1 && Array.isArray(args[0]?.event) && args[0].sender !== undefined;
    for (const l of [...listeners]) {
      if (!l.any && l.name !== name || l.public !== isPublic) continue;
      if (l.once) listeners.splice(listeners.indexOf(l), 1);
      const values = isPublic ? args[0].event : args;
      l.fn(...(l.any ? [name, ...values] : values));
    }
  }

  function listen(name, fn, more) {
    listeners.push({ name, fn, once: false, any: false, public: false, ...more });
    send({ type: 'event_query', args: [name] });
  }

  function forget(matches) {
    for (let i = listeners.length - 1; i >= 0; i--) if (matches(listeners[i])) listeners.splice(i, 1);
  }

  function addEvents(AP) {
    const kinds = [['', false], ['Public', true]];
    AP.events = AP.events || {};
    for (const [suffix, isPublic] of kinds) {
      const only = { public: isPublic };
      AP.events[`on${suffix}`] = (name, fn) => listen(name, fn, only);
      AP.events[`once${suffix}`] = (name, fn) => listen(name, fn, { ...only, once: true });
      AP.events[`off${suffix}`] = (name, fn) => forget(l => l.public === isPublic && l.name === name && l.fn === fn);
      AP.events[`offAll${suffix}`] = name => forget(l => l.public === isPublic && l.name === name);
      AP.events[`onAny${suffix}`] = fn => listen('_any', fn, { ...only, any: true });
      AP.events[`offAny${suffix}`] = fn => forget(l => l.public === isPublic && l.any && l.fn === fn);
    }
  }

  // ---- what is more than a message -----------------------------------------------------------------

  // The host answers [false or error, xhr, body]; add-ons expect success and error functions or a promise.
  function addRequest(AP) {
    const plain = AP.request;
    if (!plain) return;
    AP.request = (first, second) => {
      const request = typeof first === 'string' ? { url: first, ...second } : { ...first };
      const { success, error } = request;
      const promise = new Promise((resolve, reject) => plain(request, (failure, xhr, body) => {
        xhr.getResponseHeader = name => Object.entries(xhr.headers || {}).find(([k]) => k.toLowerCase() === name.toLowerCase())?.[1] ?? null;
        if (failure) {
          if (error) error(xhr, 'error', failure);
          reject({ xhr, err: failure });
        } else {
          if (success) success(body, 'success', xhr);
          resolve({ body, xhr });
        }
      }));
      if (success || error) promise.catch(() => {});
      return promise;
    };
  }

  function addDialog(AP) {
    if (!AP.dialog) return;
    AP.dialog.isDialog = options.isDialog === true;
    AP.dialog.disableCloseOnSubmit = () => { closeOnSubmit = false; };
    AP.dialog.isCloseOnEscape = callback => callback(!options.preventDialogCloseOnEscape);
    AP.dialog.onDialogMessage = (name, fn) => AP.events.on(`dialog.${name}`, fn);
    const bound = [];              // {identifier, fn} of getButton(identifier).bind(fn)
    const getButton = AP.dialog.getButton;
    AP.dialog.getButton = identifier => ({ ...getButton(identifier), bind: fn => { bound.push({ identifier, fn }); } });
    if (!options.isDialog) return;
    // A button bound to something that returns false keeps the dialog open.
    listen('dialog.button.click', ({ button: { identifier } }) => {
      const mayClose = bound.filter(b => b.identifier === identifier).map(b => b.fn()).every(result => result !== false);
      if (mayClose && (identifier === 'cancel' || identifier === 'submit' && closeOnSubmit)) AP.dialog.close();
    });
  }

  function addRest(AP) {
    AP.resize = (width, height) => AP.env.resize(width, height);
    AP.sizeToParent = hideFooter => AP.env.sizeToParent(hideFooter === true);
    AP.getLocation = callback => AP.env.getLocation(callback);
    AP.require = (names, callback) => callback(...[].concat(names).map(n => n === 'request' ? AP.request : AP[n]));
    if (AP.history) AP.history.popState = fn => AP.events.on('history_popstate', fn);
  }

  // ---- size ----------------------------------------------------------------------------------------

  // lowestEdge is the bottom of an element with the margins of its last descendants: these stick out of
  // it when nothing separates them.
  function lowestEdge(element) {
    let edge = 0;
    for (let e = element; e; e = e.lastElementChild) {
      const box = e.getBoundingClientRect();
      if (box.height) edge = Math.max(edge, box.bottom + (parseFloat(getComputedStyle(e).marginBottom) || 0));
    }
    return edge;
  }

  // A horizontal scrollbar takes its height from the content; quirks mode does not tell how much.
  const scrollbarHeight = () =>
    document.compatMode === 'CSS1Compat' ? Math.max(0, innerHeight - document.documentElement.clientHeight) : 0;

  function keepSize(AP) {
    const measured = document.querySelector('.ac-content') || document.getElementById('content') || document.body;
    let last = '';
    let changes = [];
    let highest = 0;
    const report = () => {
      const width = options.widthinpx ? measured.scrollWidth : '100%';
      let height = Math.ceil(lowestEdge(measured) + scrollY) + scrollbarHeight();
      if (`${width}x${height}` === last) return;
      const now = Date.now();
      changes = changes.filter(t => now - t < FLICKER.within).concat(now);
      highest = changes.length > 1 ? Math.max(highest, height) : height;
      if (changes.length > FLICKER.changes) height = highest; // the frame's size and the content's chase each other
      last = `${width}x${height}`;
      AP.env.resize(width, height);
    };
    new ResizeObserver(() => requestAnimationFrame(report)).observe(measured);
    report();
  }

  function arrange(AP) {
    if (pageOptions.base === true) {
      const base = document.createElement('base');
      base.target = '_parent';
      AP.getLocation(href => { base.href = href; document.head.append(base); });
    }
    if (pageOptions.margin !== false) document.body.style.margin = options.isDialog ? DIALOG_MARGIN : MARGIN;
    if (pageOptions.sizeToParent === true) AP.sizeToParent(pageOptions.hideFooter === true);
    else if (options.autoresize && pageOptions.resize !== false) keepSize(AP);
  }

  // ---- messages from the host ----------------------------------------------------------------------

  const keyName = (keycode, modifiers) => `${keycode}+${[...modifiers].sort().join()}`;

  window.addEventListener('message', event => {
    if (event.source !== host || event.origin !== data.origin || !event.data) return;
    const message = event.data;
    switch (message.type) {
      case 'init_received': initReceived = true; break;
      case 'resp': if (message.forPlugin) answered(message); break;
      case 'evt': deliver(message.etyp, [].concat(message.evnt)); break;
      case 'key_listen': keys[message.action === 'add' ? 'add' : 'delete'](keyName(message.keycode, message.modifiers || [])); break;
    }
  });

  document.addEventListener('keydown', event => {
    const modifiers = ['alt', 'ctrl', 'meta', 'shift'].filter(m => event[`${m}Key`]);
    if (keys.has(keyName(event.keyCode, modifiers))) send({ type: 'key_triggered', keycode: event.keyCode, modifiers });
  });
  document.addEventListener('click', () => send({ type: 'addon_clicked' }));
  window.addEventListener('pagehide', () => send({ type: 'unload' }));

  // ---- start ---------------------------------------------------------------------------------------

  send({ type: 'init', targets: options.targets });
  send({ type: 'event_query', args: ['_any'] });
  const AP = build();
  addEvents(AP);
  addRequest(AP);
  addDialog(AP);
  addRest(AP);
  AP._data = data;
  window.AP = AP;
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => arrange(AP));
  else arrange(AP);
  if ((options.globalOptions || {}).check_init) {
    setTimeout(() => { if (!initReceived) console.error('all.js: the host has not answered init'); }, INIT_WITHIN_MS);
  }
})();
