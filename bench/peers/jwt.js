// Signs and verifies page requests with npm atlassian-jwt, one core, and prints operations a second
// as JSON. The request is the one of BenchmarkSign and BenchmarkVerify in addon/connectjwt.
'use strict';

const jwt = require('atlassian-jwt');

const [target, base] = process.argv.slice(2);
const secret = 'ATCObench-shared-secret-0123456789-0123456789';
const issuer = '6f3b7f0e-5f3b-3c6a-9d2e-000000000001';

function sign() {
  const request = jwt.fromMethodAndUrl('GET', target);
  const now = Math.floor(Date.now() / 1000);
  return jwt.encodeSymmetric({
    sub: '712020:0a1b2c3d-0000-4000-8000-00000000000a',
    qsh: jwt.createQueryStringHash(request, false, base), iss: issuer, context: {}, iat: now, exp: now + 180,
  }, secret, jwt.SymmetricAlgorithm.HS256);
}

function verify(token) {
  const claims = jwt.decodeSymmetric(token, secret, jwt.SymmetricAlgorithm.HS256);
  const request = jwt.fromMethodAndUrl('GET', target);
  if (claims.qsh !== jwt.createQueryStringHash(request, false, base) || claims.iss !== issuer || claims.exp <= Date.now() / 1000) {
    throw new Error('refused');
  }
}

function rate(operation) {
  for (let i = 0; i < 5000; i++) operation(); // let the compiler warm up
  const start = process.hrtime.bigint();
  let n = 0;
  while (process.hrtime.bigint() - start < 2_000_000_000n) {
    for (let i = 0; i < 100; i++) operation();
    n += 100;
  }
  return n / (Number(process.hrtime.bigint() - start) / 1e9);
}

const token = sign();
console.log(JSON.stringify({ sign: rate(sign), verify: rate(() => verify(token)) }));
