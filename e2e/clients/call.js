// Calls a site with an unmodified REST client, as its documentation has people use it. The end-to-end
// test says which client, how it is configured and what to call, and reads one line an answer from stdout.
'use strict';

const { library, config, below, calls } = JSON.parse(process.env.CLIENT_CALLS);
const say = answer => process.stdout.write(JSON.stringify(answer) + '\n');

// confluence.js signs the whole path, although the context path has no part in a qsh. below puts it in
// front behind its back: what is signed ends where the request begins.
if (below) {
  const axios = require('axios');
  const http = axios.getAdapter('http');
  config.baseRequestConfig = { adapter: request => http({ ...request, baseURL: config.host + below + config.apiPrefix }) };
}
const Client = library === 'jira.js' ? require('jira.js').Version3Client : require('confluence.js').ConfluenceClient;

(async () => {
  const client = new Client(config);
  for (const { api, method, parameters } of calls) {
    try {
      say({ body: await client[api][method](parameters) ?? null });
    } catch (error) {
      // jira.js throws an error with the status, confluence.js the body of the answer.
      say({ status: error.status ?? error.statusCode ?? 0, failure: error.response?.data ?? error.response ?? error, text: error.message ?? String(error) });
    }
  }
})();
