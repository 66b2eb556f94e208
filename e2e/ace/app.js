// An add-on made with unmodified atlassian-connect-express, as its documentation has people write
// one. The end-to-end test starts it, and reads what it saw from the lines it prints to stdout.
// ACE_PACKAGES is the folder whose packages it runs with: one for each major version.
'use strict';

const load = require('module').createRequire(process.env.ACE_PACKAGES + '/package.json');
const express = load('express');
const ace = load('atlassian-connect-express');

const say = (event, detail) => process.stdout.write(JSON.stringify({ event, ...detail }) + '\n');

// Tenants live in memory: the default store needs a native module that compiles for minutes.
ace.store.register('in-memory', () => {
  const tenants = new Map();
  const of = clientKey => tenants.get(clientKey) || new Map();
  return {
    schema: {},
    async get(key, clientKey) { return of(clientKey).get(key) ?? null; },
    async set(key, value, clientKey) {
      tenants.set(clientKey, of(clientKey).set(key, value));
      return value;
    },
    async del(key, clientKey) { key ? of(clientKey).delete(key) : tenants.delete(clientKey); },
    async getAllClientInfos() { return [...tenants.values()].map(t => t.get('clientInfo')); },
    async saveInstallation(value, clientKey) { return this.set('clientInfo', value, clientKey); },
    async isMemoryStore() { return true; },
  };
});

const app = express();
const addon = ace(app, { config: { development: { port: process.env.PORT, store: { adapter: 'in-memory' }, watch: false, validateDescriptor: false } } });
app.use(express.json());
app.use(express.urlencoded({ extended: false }));
app.use(addon.middleware());

addon.on('host_settings_saved', (clientKey, settings) => say('installed', { clientKey, baseUrl: settings.baseUrl, productType: settings.productType }));
addon.on('jira:issue_created', (event, body) => say('webhook', { name: event, issue: body.issue.key }));

app.post('/enabled', addon.authenticate(), (req, res) => { say('enabled', { clientKey: req.context.clientKey }); res.sendStatus(204); });
app.post('/disabled', addon.authenticate(), (req, res) => { say('disabled', { clientKey: req.context.clientKey }); res.sendStatus(204); });
app.post('/uninstalled', addon.verifyInstallation(), (req, res) => { say('uninstalled', { clientKey: req.body.clientKey }); res.sendStatus(204); });

// The page calls back two resources of the site and shows what they answered.
app.get('/page', addon.authenticate(), async (req, res) => {
  const site = addon.httpClient(req);
  const call = (method, url, json) => new Promise(done => site[method]({ url, json }, (err, answer, body) => done({ err, status: answer && answer.statusCode, body: body || {} })));
  const property = `/rest/atlassian-connect/1/addons/${addon.descriptor.key}/properties/seen%20by`;
  const myself = await call('get', '/rest/api/2/myself', true);
  const put = await call('put', property, { accountId: req.context.userAccountId });
  const got = await call('get', `${property}?jsonValue=true&tag=b+c&tag=a`, true);
  say('page', {
    userAccountId: req.context.userAccountId, restStatus: myself.status, myself: myself.body.accountId,
    putStatus: put.status, property: got.body.value && got.body.value.accountId,
  });
  res.status(myself.err ? 502 : 200).send(`<!doctype html><title>page</title><p>for ${addon.descriptor.key}, REST answered ${myself.status}`);
});

// The descriptor for Confluence, which has no issues to show or to hear of.
app.get('/confluence.json', (req, res) => {
  const modules = { generalPages: [{ key: 'page', name: { value: 'Page' }, url: '/page' }] };
  res.json({ ...addon.descriptor, modules });
});

// What a page's own script asks for with a context token, open to those who may edit what is shown.
app.get('/edit-issue', addon.checkValidToken(), addon.authorizeJira({ project: ['EDIT_ISSUES'], global: ['USER_PICKER'] }), (req, res) => res.sendStatus(204));
app.get('/edit-content', addon.checkValidToken(), addon.authorizeConfluence({ content: 'update', application: ['use'] }), (req, res) => res.sendStatus(204));

// The same as the person who looks at the page: the framework gets a token for that first.
app.get('/as-user', addon.authenticate(), (req, res) => {
  const as = addon.httpClient(req).asUserByAccountId(req.context.userAccountId);
  as.get({ url: '/rest/api/2/myself', json: true }, (err, answer, body) => {
    say('as-user', { userAccountId: req.context.userAccountId, restStatus: answer && answer.statusCode, myself: body && body.accountId, problem: err && String(err) });
    res.sendStatus(err ? 502 : 200);
  });
});

addon.on('addon_registered', () => say('registered'));
addon.on('addon_deregistered', () => say('deregistered'));

const server = app.listen(process.env.PORT, '127.0.0.1', () => {
  say('listening', { port: server.address().port });
  addon.register();
});
