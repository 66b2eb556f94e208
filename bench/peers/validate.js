// Validates descriptors with npm peers. Reads one request a line, {peer, text, ms}, and answers each
// with {ns, problems}: CPU time of one validation, the mean over ms milliseconds, and how many
// problems it found. argv: the schema's file, then the texts'.
'use strict';

const fs = require('fs');
const Ajv = require('ajv');
const jsonc = require('jsonc-parser');
const languageService = require('vscode-json-languageservice');
const connectValidator = require('atlassian-connect-validator/validate');

const [schemaFile, ...files] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'));
const texts = files.map(file => fs.readFileSync(file, 'utf8'));
const compiled = new Ajv({ allErrors: true, strict: false }).compile(schema);
const service = languageService.getLanguageService({});
service.configure({ validate: true, schemas: [{ uri: 'schema://connect', fileMatch: ['*'], schema }] });

// Parse and validate: errors, but not where they are.
function ajv(text) {
  return compiled(JSON.parse(text)) ? 0 : compiled.errors.length;
}

// The same, and the line and column of every error, through a tree with offsets.
function ajvPositions(text) {
  const tree = jsonc.parseTree(text);
  if (compiled(jsonc.getNodeValue(tree))) return 0;
  const lines = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines.push(i + 1);
  let found = 0;
  for (const error of compiled.errors) {
    const path = error.instancePath.split('/').slice(1).map(s => (/^\d+$/.test(s) ? Number(s) : s.replace(/~1/g, '/').replace(/~0/g, '~')));
    const node = jsonc.findNodeAtLocation(tree, path);
    let low = 0, high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle] <= node.offset) low = middle + 1; else high = middle;
    }
    error.position = { line: low, column: node.offset - lines[low - 1] + 1 };
    found++;
  }
  return found;
}

let version = 0;
async function vscode(text) {
  const document = languageService.TextDocument.create('file:///atlassian-connect.json', 'json', ++version, text);
  return (await service.doValidation(document, service.parseJSONDocument(document))).length;
}

function connect(text) {
  return new Promise(resolve => connectValidator.validateDescriptor(JSON.parse(text), schema, errors => resolve((errors || []).length)));
}

const peers = { ajv, 'ajv with positions': ajvPositions, 'vscode-json-languageservice': vscode, 'atlassian-connect-validator': connect };

async function measure({ peer, text, ms }) {
  const validate = peers[peer];
  let problems = await validate(texts[text]), n = 0;
  const before = process.cpuUsage(), end = process.hrtime.bigint() + BigInt(ms) * 1000000n;
  do {
    problems = await validate(texts[text]);
    n++;
  } while (process.hrtime.bigint() < end);
  const used = process.cpuUsage(before);
  return { ns: (used.user + used.system) * 1000 / n, problems };
}

(async () => {
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await measure(JSON.parse(line))));
  }
})();
