// The host's end of the bridge: answers what the scripts in add-on frames ask of the page that frames
// them. Wire protocol: window.postMessage with plain objects. A frame says "init" and then "req" for each
// call; the host answers "resp", and sends "evt" whenever it has something to tell.
//
// Two rules hold everywhere. A message counts only if it comes from the frame it claims to come from
// (id, origin and window all fit). And no call vanishes: what is not simulated is refused where the
// protocol allows it and always shown as failed in the page's list of bridge messages.
(() => {
  'use strict';

  const LATE_AFTER_MS = 12000;     // a frame that has not said "init" by then gets a remark
  const QUEUE_FOR_MS = 30000;      // events wait that long for a frame that does not listen yet
  const FLAG_FOR_MS = 8000;        // a flag with close:"auto"
  const FRESH_FOR_MS = 60000;      // a token with less time left is replaced before it is handed out
  const SESSION_FOR_MS = 600000;   // an older session token is replaced; it lives a quarter of an hour
  const SENT_HEADERS = ['accept', 'if-match', 'if-none-match']; // that an add-on may set
  const SHOWN_HEADERS = ['Content-Type', 'ETag'];               // that an add-on gets to see
  const DIALOG_SIZES = {
    small: ['400px', '200px'], medium: ['600px', '400px'], large: ['800px', '600px'],
    'x-large': ['968px', '80vh'], xlarge: ['968px', '80vh'], maximum: ['96vw', '90vh'], fullscreen: ['96vw', '90vh'],
  };

  const frames = new Map();        // extension id -> Frame
  const flags = new Map();         // class instance id -> {element, frame}
  const dialogs = [];              // open dialogs, the topmost last

  // ---- the list of messages on the page ------------------------------------------------------------

  const log = {
    messages: 0,
    failures: 0,
    // Tokens are as good as a password for as long as they live: they are not written out.
    text: value => (JSON.stringify(value, (key, v) =>
      typeof v === 'string' && /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(v) ? '(token)' : v) ?? '').slice(0, 2000),
    add(arrow, frame, what, failed) {
      this.messages++;
      if (failed) {
        this.failures++;
        console.error('bridge:', what);
      }
      const list = document.getElementById('bridge-messages');
      if (!list) return;
      const item = document.createElement('li');
      item.textContent = `${new Date().toISOString().slice(11, 23)} ${arrow} ${frame ? frame.data.moduleKey : '?'}  ${failed ? 'failed: ' : ''}${what}`;
      item.className = failed ? 'failed' : '';
      list.append(item);
      const count = document.getElementById('bridge-count');
      count.textContent = `${this.messages}${this.failures ? `, ${this.failures} failed` : ''}`;
      count.className = this.failures ? 'failed' : '';
      if (failed) document.getElementById('bridge-log').open = true;
    },
  };

  // ---- frames --------------------------------------------------------------------------------------

  class Frame {
    constructor(element) {
      this.element = element;
      this.id = element.id;
      this.data = JSON.parse(element.dataset.frame);
      this.since = Date.now();     // its session token is as old as this, or a little older
      this.api = JSON.parse(element.name).api;
      this.source = null;          // the frame's window, known from "init" on
      this.listening = false;      // it has asked for events
      this.waiting = [];           // events for a frame that does not listen yet
      this.dialog = null;          // the dialog it is shown in
    }
    send(message) {
      if (this.source) this.source.postMessage(message, this.data.origin);
    }
    event(name, args) {
      if (!this.listening || !this.source) {
        this.waiting.push({ name, args, until: Date.now() + QUEUE_FOR_MS });
        return;
      }
      log.add('→', this, `event ${name} ${log.text(args)}`);
      this.send({ type: 'evt', etyp: name, evnt: args });
    }
    flush() {
      const due = this.waiting.filter(e => e.until > Date.now());
      this.waiting = [];
      due.forEach(e => this.event(e.name, e.args)); // those that still cannot go wait on
    }
    declared(message) {
      const module = this.api[message.mod] || {};
      return (message._cls ? (module[message._cls] || {})[message.fn] : module[message.fn]) || {};
    }
  }

  function frameOf(id) {
    if (!frames.has(id)) {
      const element = document.getElementById(id);
      if (!element || !element.classList.contains('ap-iframe')) return null;
      frames.set(id, new Frame(element));
    }
    return frames.get(id);
  }

  const framesOf = addonKey => [...frames.values()].filter(f => f.data.addonKey === addonKey && f.source);

  function remarkLate(element) {
    setTimeout(() => {
      const status = element.parentElement && element.parentElement.querySelector('.ap-status-indicator');
      const frame = frames.get(element.id);
      if (!status || frame && frame.source) return;
      status.textContent = 'The add-on has not answered the bridge. Its page may have failed to load, refuse to be framed, or not include all.js.';
      status.classList.add('late');
    }, LATE_AFTER_MS);
  }

  // ---- messages ------------------------------------------------------------------------------------

  window.addEventListener('message', event => {
    const message = event.data;
    if (!message || typeof message !== 'object') return;
    if (message.type === 'get_host_offset') {
      event.source.postMessage({ hostFrameOffset: 1 }, event.origin);
      return;
    }
    if (!message.eid) return;
    const frame = frameOf(message.eid);
    if (!frame) {
      if (message.type !== 'unload') log.add('←', null, `message of the unknown frame ${message.eid}`, true);
      return;
    }
    if (event.origin !== frame.data.origin) {
      return log.add('←', frame, `message from ${event.origin}, but the frame was opened at ${frame.data.origin}`, true);
    }
    if (event.source !== frame.element.contentWindow) {
      if (message.type !== 'unload') log.add('←', frame, 'message from another window', true);
      return;
    }
    const receive = receivers[message.type];
    if (!receive) return log.add('←', frame, `unknown message ${log.text(message)}`, true);
    receive(frame, message, event);
  });

  const receivers = {
    init(frame, message, event) {
      frame.source = event.source;
      frame.element.parentElement.classList.add('ready');
      log.add('←', frame, 'init');
      frame.send({ type: 'init_received' });
      if (message.targets) frame.send({ type: 'api_tamper', tampered: false });
      if (frame.dialog) frame.dialog.ready(frame);
      frame.flush();
    },
    req(frame, message) { call(frame, message); },
    event_query(frame, message) {
      log.add('←', frame, `listens to ${(message.args || []).join(', ')}`);
      frame.listening = true;
      frame.flush();
    },
    broadcast(frame, message) {
      log.add('←', frame, `broadcast ${message.etyp} ${log.text(message.evnt)}`);
      framesOf(frame.data.addonKey).filter(f => f !== frame).forEach(f => f.event(message.etyp, [].concat(message.evnt)));
    },
    key_triggered(frame, message) {
      if (frame.dialog && message.keycode === 27) frame.dialog.escape();
    },
    addon_clicked() {},            // nothing of this page closes on an outside click
    resp() {},                     // this page never sends an event that wants an answer
    unload(frame) {
      log.add('←', frame, 'unload');
      frame.source = null;
      frame.listening = false;
      frame.element.parentElement.classList.remove('ready');
    },
  };

  // call finds what answers a call. A promise method is answered [error, value], a callback method with
  // the bare value; without a mid nobody waits for an answer.
  async function call(frame, message) {
    const name = [message.mod, message._cls, message.fn].filter(Boolean).join('.');
    log.add('←', frame, `AP.${name.replace('_globals.', '')} ${log.text(message.args)}`);
    const promised = frame.declared(message).returnsPromise === true;
    const answer = (...args) => {
      if (!message.mid) return;
      log.add('→', frame, `answer to ${name} ${log.text(args)}`);
      frame.send({ type: 'resp', mid: message.mid, forPlugin: true, args });
    };
    const refuse = why => {
      log.add('→', frame, `AP.${name.replace('_globals.', '')}: ${why}`, true);
      if (promised) answer(why, undefined);
    };
    if (!Object.hasOwn(answers, name)) return refuse('not simulated yet');
    try {
      const value = await answers[name]({ frame, args: message.args || [], id: message._id, answer, refuse });
      if (value !== SILENT) promised ? answer(undefined, value) : answer(value);
    } catch (error) {
      refuse(error.message);
    }
  }

  const SILENT = Symbol('answered already, or by nothing');

  // ---- what can be asked ---------------------------------------------------------------------------

  const px = v => typeof v === 'number' || /^\d+$/.test(v) ? `${v}px` : v;
  const user = frame => frame.data.user;
  const cookieName = (frame, name) => encodeURIComponent(`${frame.data.addonKey}$$${name}`);

  function resize({ frame, args: [width, height] }) {
    if (frame.dialog) return SILENT; // a dialog keeps its size
    if (width !== undefined) frame.element.style.width = px(width);
    if (height !== undefined) frame.element.style.height = px(height);
    return SILENT;
  }

  const answers = {
    'env.getLocation': () => location.href,
    '_globals.getLocation': () => location.href,
    'env.resize': resize,
    '_globals.resize': resize,
    'env.sizeToParent': ({ frame }) => {
      if (!frame.data.fullPage) throw new Error('only a full page may take the size of its parent');
      frame.element.style.width = '100%';
      frame.element.style.height = `${Math.max(200, innerHeight - frame.element.getBoundingClientRect().top)}px`;
      return SILENT;
    },
    'env.hideFooter': () => SILENT, // these pages have no product footer

    'context.getToken': ({ frame }) => contextToken(frame),
    'context.getContext': ({ frame }) => frame.data.context,

    'user.getCurrentUser': ({ frame }) => ({ atlassianAccountId: user(frame).accountId || undefined }),
    'user.getUser': ({ frame }) => ({ id: user(frame).accountId, key: user(frame).accountId, fullName: user(frame).displayName }),
    'user.getTimeZone': ({ frame }) => user(frame).timeZone,
    'user.getLocale': ({ frame }) => user(frame).locale,

    'events.emit': ({ frame, args: [name, ...rest] }) => {
      framesOf(frame.data.addonKey).forEach(f => f.event(name, rest));
      return SILENT;
    },
    'events.emitPublic': ({ frame, args: [name, ...rest] }) => {
      const sender = { addonKey: frame.data.addonKey, key: frame.data.moduleKey, options: {} };
      [...frames.values()].filter(f => f.source).forEach(f => f.event(name, [{ event: rest, sender }]));
      return SILENT;
    },

    'flag.create.constructor': ({ frame, args: [options], id }) => { showFlag(frame, id, options || {}); return SILENT; },
    'flag.create.close': ({ id }) => { closeFlag(id); return SILENT; },

    'dialog.create.constructor': async ({ frame, args: [options] }) => { await openDialog(frame, options || {}); return SILENT; },
    'dialog.close': ({ frame, args: [data] }) => { dialogOf(frame).close(data); return SILENT; },
    'dialog.getCustomData': ({ frame }) => frame.dialog ? frame.dialog.options.customData : undefined,
    'dialog.createButton.constructor': ({ frame, args: [options] }) => { dialogOf(frame).addButton(options); return SILENT; },
    'dialog.getButton.constructor': ({ frame, args: [identifier], id }) => { dialogOf(frame).handles.set(id, identifier); return SILENT; },
    'dialog.getButton.enable': c => { buttonOf(c).disabled = false; return SILENT; },
    'dialog.getButton.disable': c => { buttonOf(c).disabled = true; return SILENT; },
    'dialog.getButton.toggle': c => { const b = buttonOf(c); b.disabled = !b.disabled; return SILENT; },
    'dialog.getButton.isEnabled': c => !buttonOf(c).disabled,
    'dialog.getButton.trigger': c => { buttonOf(c).click(); return SILENT; },
    'dialog.getButton.hide': c => { buttonOf(c).hidden = true; return SILENT; },
    'dialog.getButton.show': c => { buttonOf(c).hidden = false; return SILENT; },
    'dialog.getButton.isHidden': c => buttonOf(c).hidden,

    'history.getState': ({ args: [type] }) => type === 'all' ? historyState() : historyState().hash,
    'history.pushState': ({ frame, args }) => { changeHistory(frame, 'pushState', args); return SILENT; },
    'history.replaceState': ({ frame, args }) => { changeHistory(frame, 'replaceState', args); return SILENT; },
    'history.back': () => { history.back(); return SILENT; },
    'history.forward': () => { history.forward(); return SILENT; },
    'history.go': ({ args: [delta] }) => { history.go(delta); return SILENT; },
    'history._registerWindowListeners': ({ frame }) => { frame.followsHistory = true; return SILENT; },

    'cookie.save': ({ frame, args: [name, value, days] }) => {
      const age = days ? `; max-age=${Math.round(days * 86400)}` : '';
      document.cookie = `${cookieName(frame, name)}=${encodeURIComponent(value)}; path=/; samesite=lax${age}`;
      return SILENT;
    },
    'cookie.read': ({ frame, args: [name] }) => {
      const start = `${cookieName(frame, name)}=`;
      const found = document.cookie.split('; ').find(c => c.startsWith(start));
      return found === undefined ? null : decodeURIComponent(found.slice(start.length));
    },
    'cookie.erase': ({ frame, args: [name] }) => {
      document.cookie = `${cookieName(frame, name)}=; path=/; max-age=0`;
      return SILENT;
    },

    'navigator.getLocation': ({ frame }) => ({ target: 'addonmodule', context: { addonKey: frame.data.addonKey, moduleKey: frame.data.moduleKey } }),
    'navigator.reload': () => { location.reload(); return SILENT; },
    'navigator.go': ({ frame, args: [target, where = {}] }) => {
      if (String(target).toLowerCase() !== 'addonmodule') throw new Error(`no page of the product is simulated for the target ${target} yet`);
      location.assign(moduleAddress(where.addonKey || frame.data.addonKey, where.moduleKey, frame, where.customData));
      return SILENT;
    },

    'scrollPosition.getPosition': () => ({ scrollX, scrollY, width: innerWidth, height: innerHeight }),
    'scrollPosition.setVerticalPosition': ({ args: [y] }) => { scrollTo({ top: y }); return SILENT; },
    'host.focus': () => { window.focus(); return SILENT; },
    'host.getSelectedText': () => String(getSelection()),
    'page.setTitle': ({ frame, args: [title] }) => {
      if (!frame.data.fullPage) throw new Error('only a full page may set the title');
      document.title = title;
      return SILENT;
    },
    'theming.initializeTheming': ({ frame }) => {
      const initialTheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      frame.event('theme_initialized', [{ initialTheme, featureFlags: {}, surface: 'surface' }]);
      return SILENT;
    },

    '_globals.request': ({ frame, args: [options], answer }) => requestFor(frame, options, answer),

    // all.js reports these on its own account; the host has no use for them.
    '_analytics.trackDeprecatedMethodUsed': () => SILENT,
    '_analytics.trackIframePerformanceMetrics': () => SILENT,
    '_analytics.trackWebVitals': () => SILENT,
    '_featureFlag.getBooleanFeatureFlag': () => false,
  };

  // ---- addresses and tokens ------------------------------------------------------------------------

  // moduleAddress is the host's page for a module, for the same viewer and context as the frame's own.
  function moduleAddress(addonKey, moduleKey, frame, customData) {
    if (!moduleKey) throw new Error('no module key is given');
    const query = new URLSearchParams(frame.data.query);
    for (const [name, value] of Object.entries(customData && typeof customData === 'object' ? customData : {})) {
      query.set(`ac.${name}`, typeof value === 'object' ? JSON.stringify(value) : value);
    }
    return `${frame.data.base}/plugins/servlet/ac/${encodeURIComponent(addonKey)}/${encodeURIComponent(moduleKey)}?${query}`;
  }

  async function askForFrame(addonKey, moduleKey, frame, customData) {
    const answer = await fetch(`${moduleAddress(addonKey, moduleKey, frame, customData)}&classifier=json`);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail || `the host answered ${answer.status}`);
    return body;
  }

  const expiry = token => JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).exp * 1000;

  async function contextToken(frame) {
    if (!frame.data.contextToken) throw new Error('an add-on with authentication "none" has no token');
    if (expiry(frame.data.contextToken) - Date.now() < FRESH_FOR_MS) {
      const fresh = await askForFrame(frame.data.addonKey, frame.data.moduleKey, frame);
      frame.data.contextToken = fresh.contextJwt;
    }
    return frame.data.contextToken;
  }

  // ---- requests ------------------------------------------------------------------------------------

  // AP.request: this page asks its own site, in the name of the viewer, with the session token it was
  // given. What the add-on's scopes allow is the site's to judge.
  async function requestFor(frame, options, answer) {
    const asked = typeof options === 'string' ? { url: options } : options || {};
    let sent, body;
    try {
      const { address, init } = resourceRequest(frame, asked);
      sent = await send(frame, address, init);
      body = asked.binaryAttachment && sent.ok ? await sent.blob() : await sent.text();
    } catch (error) {
      log.add('→', frame, `AP.request: ${error.message}`, true);
      answer(error.message, { status: 0, statusText: 'error', headers: {}, responseText: '' }, '');
      return SILENT;
    }
    const headers = {};
    for (const name of SHOWN_HEADERS) {
      if (sent.headers.has(name)) headers[name] = sent.headers.get(name);
    }
    const xhr = { status: sent.status, statusText: sent.statusText, headers, responseText: typeof body === 'string' ? body : '' };
    answer(sent.ok || sent.status === 304 ? false : sent.statusText || 'error', xhr, body);
    return SILENT;
  }

  // send asks once more with a new session when the token was refused: the host's clock may have been moved.
  async function send(frame, address, init) {
    for (const last of [false, true]) {
      init.headers.set('Authorization', `JWT ${await session(frame, last)}`);
      const sent = await fetch(address, init);
      if (sent.status !== 401 || last) return sent;
    }
  }

  async function session(frame, anew) {
    if (anew || Date.now() - frame.since > SESSION_FOR_MS) {
      frame.data.session = (await askForFrame(frame.data.addonKey, frame.data.moduleKey, frame)).frame.session;
      frame.since = Date.now();
    }
    return frame.data.session;
  }

  function resourceRequest(frame, asked) {
    const method = String(asked.type || asked.method || 'GET').toUpperCase();
    let address = resourceAddress(frame, asked.url);
    const headers = new Headers();
    for (const [name, value] of Object.entries(asked.headers || {})) {
      if (SENT_HEADERS.includes(name.toLowerCase())) headers.set(name, value);
    }
    if (!headers.has('Accept')) headers.set('Accept', '*/*');
    if (asked.experimental) headers.set('X-ExperimentalApi', 'opt-in');
    const init = { method, headers, credentials: 'omit', cache: 'no-store' };
    if (asked.data === undefined || asked.data === null) return { address, init };
    if (method === 'GET' || method === 'HEAD') {
      const query = encodeData(asked.data);
      if (query) address += (address.includes('?') ? '&' : '?') + query;
      return { address, init };
    }
    const contentType = asked.contentType || 'application/x-www-form-urlencoded; charset=UTF-8';
    if (contentType.startsWith('multipart/form-data')) {
      init.body = new FormData(); // the browser writes the content type, with its boundary
      for (const [name, value] of Object.entries(asked.data)) init.body.append(name, value);
      headers.set('X-Atlassian-Token', 'no-check');
      return { address, init };
    }
    headers.set('Content-Type', contentType);
    init.body = encodeData(asked.data);
    return { address, init };
  }

  const encodeData = data => typeof data === 'object' ? String(new URLSearchParams(data)) : String(data);

  // resourceAddress is below the site's context path: neither an origin nor dots lead out of it.
  function resourceAddress(frame, url) {
    if (typeof url !== 'string' || !url) throw new Error('no url is given');
    const [path] = url.split(/[?#]/);
    if (/^[a-z][a-z0-9+.-]*:/i.test(url) || /^[\\/]{2}/.test(url)) throw new Error('url has to be relative to the site, without its origin');
    if (/(^|[\\/])(\.|%2e){1,2}([\\/]|$)/i.test(path)) throw new Error('url may not hold . or .. as a segment');
    return `${location.origin}${frame.data.base}${url.startsWith('/') ? '' : '/'}${url}`;
  }

  // ---- history -------------------------------------------------------------------------------------

  function historyState() {
    const hash = location.hash.replace(/^#!?/, '');
    return { key: null, hash, title: document.title, href: location.href, query: Object.fromEntries(new URLSearchParams(location.search)), state: history.state };
  }

  function changeHistory(frame, method, [state, title, url]) {
    if (!frame.data.fullPage) throw new Error('only a full page may change the history');
    const bare = typeof state === 'string' && url === undefined;
    history[method](bare ? null : state, title || '', `#!${bare ? state : url ?? ''}`);
  }

  window.addEventListener('popstate', () => {
    [...frames.values()].filter(f => f.followsHistory).forEach(f => f.event('history_popstate', [historyState()]));
  });

  // ---- flags ---------------------------------------------------------------------------------------

  function button(text, onClick, className) {
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = text;
    b.className = className || '';
    b.addEventListener('click', onClick);
    return b;
  }

  function showFlag(frame, id, options) {
    const element = document.createElement('div');
    element.className = `flag ${['success', 'warning', 'error'].includes(options.type) ? options.type : 'info'}`;
    const head = document.createElement('header');
    head.append(options.title || '', button('Close', () => closeFlag(id)));
    const body = document.createElement('p');
    body.textContent = String(options.body || '').replace(/<[^>]*>/g, '');
    const actions = document.createElement('div');
    actions.className = 'actions';
    for (const [action, text] of Object.entries(options.actions || {})) {
      actions.append(button(text, () => frame.event('flag.action', [{ flagIdentifier: id, actionIdentifier: action }])));
    }
    element.append(head, body, actions);
    document.getElementById('flags').append(element);
    flags.set(id, { element, frame });
    if (options.close === 'auto') setTimeout(() => closeFlag(id), FLAG_FOR_MS);
  }

  function closeFlag(id) {
    const flag = flags.get(id);
    if (!flag) return;
    flags.delete(id);
    flag.element.remove();
    flag.frame.event('flag.close', [{ flagIdentifier: id }]);
  }

  // ---- dialogs -------------------------------------------------------------------------------------

  class Dialog {
    constructor(opener, options) {
      this.opener = opener;
      this.options = options;
      this.handles = new Map();    // id of a getButton instance -> button identifier
      this.buttons = new Map();    // identifier -> element
      this.element = document.createElement('dialog');
      this.element.className = 'ap-dialog';
      this.element.addEventListener('cancel', event => { event.preventDefault(); this.escape(); });
      this.footer = document.createElement('footer');
    }
    show(answer) {
      const { options } = this;
      const size = DIALOG_SIZES[options.size] || [px(options.width || '50vw'), px(options.height || '50vh')];
      const slot = document.createElement('div');
      slot.className = 'ap-iframe-container';
      [slot.style.width, slot.style.height] = size;
      this.iframe = makeFrame(answer, { isDialog: true, dialogId: answer.id, customData: options.customData });
      slot.append(this.iframe);
      this.element.append(slot);
      if (options.size === 'fullscreen' || options.chrome && options.size !== 'maximum') this.addChrome();
      document.body.append(this.element);
      this.element.showModal();
      this.frame = frameOf(answer.id);
      this.frame.dialog = this;
      dialogs.push(this);
    }
    addChrome() {
      const head = document.createElement('header');
      head.textContent = this.options.header || '';
      this.element.prepend(head);
      this.element.append(this.footer);
      this.addButton({ identifier: 'submit', text: this.options.submitText || 'Submit', disabled: true, first: true });
      this.addButton({ identifier: 'cancel', text: this.options.cancelText || 'Cancel' });
      (this.options.buttons || []).forEach(b => this.addButton(b));
    }
    addButton({ identifier, text, disabled, first } = {}) {
      if (!identifier) throw new Error('a dialog button needs an identifier');
      const element = button(text || identifier, () => this.press(identifier), first ? 'first' : '');
      element.disabled = Boolean(disabled);
      this.buttons.set(identifier, element);
      this.footer.append(element);
      if (!this.footer.isConnected) this.element.append(this.footer);
    }
    ready(frame) {
      const submit = this.buttons.get('submit');
      if (submit) submit.disabled = false;
      frame.send({ type: 'key_listen', keycode: 27, modifiers: [], action: 'add' });
    }
    press(identifier) {
      const detail = { button: { name: identifier, identifier, text: this.buttons.get(identifier).textContent } };
      this.frame.event('dialog.button.click', [detail]);
      if (identifier === 'submit' || identifier === 'cancel') this.frame.event(`dialog.${identifier}`, [detail]);
      if (!this.frame.source) this.close(); // nobody is there to decide
    }
    escape() {
      if (this.options.closeOnEscape !== false) this.close();
    }
    close(data) {
      const at = dialogs.indexOf(this);
      if (at < 0) return;
      dialogs.splice(at, 1);
      frames.delete(this.frame.id);
      this.element.remove();
      this.opener.event('dialog.close', [data]);
    }
  }

  // dialogOf is the dialog a call is about: the one the frame is shown in, else the topmost the add-on opened.
  function dialogOf(frame) {
    const found = frame.dialog || dialogs.findLast(d => d.opener.data.addonKey === frame.data.addonKey);
    if (!found) throw new Error('no dialog is open');
    return found;
  }

  function buttonOf({ frame, id }) {
    const dialog = dialogOf(frame);
    const element = dialog.buttons.get(dialog.handles.get(id));
    if (!element) throw new Error('the dialog has no such button');
    return element;
  }

  async function openDialog(frame, options) {
    if (!options.key) throw new Error('a dialog needs the key of a module');
    const dialog = new Dialog(frame, options);
    dialog.show(await askForFrame(frame.data.addonKey, options.key, frame, options.customData));
  }

  // makeFrame builds an iframe from what the host answers to classifier=json.
  function makeFrame(answer, extraOptions) {
    const iframe = document.createElement('iframe');
    const name = JSON.parse(answer.name);
    Object.assign(name.options, extraOptions);
    iframe.className = 'ap-iframe';
    iframe.id = answer.id;
    iframe.name = JSON.stringify(name);
    iframe.title = answer.title;
    iframe.referrerPolicy = 'no-referrer';
    iframe.setAttribute('sandbox', answer.sandbox);
    iframe.dataset.frame = JSON.stringify(answer.frame);
    iframe.src = answer.url;
    return iframe;
  }

  // ---- start ---------------------------------------------------------------------------------------

  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('iframe.ap-iframe').forEach(remarkLate);
    if (window.top !== window) log.add('!', null, 'this page is itself framed; add-ons look for their host in the top window', true);
  });
})();
