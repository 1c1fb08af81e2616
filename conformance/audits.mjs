// The server audits of graphql-http: https://graphql.github.io/graphql-over-http/draft/. Prints a table; exits with 1
// where a MUST or a SHOULD fails.
import { auditServer } from 'graphql-http';

const { QUIVER_URL: url, QUIVER_REP: token } = process.env;

/** Fetches as somebody who is signed in, which the audits know nothing of. */
const signedIn = (address, options = {}) => fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

await assertSignedIn();
const results = await auditServer({ url, fetchFn: signedIn });
const marks = { ok: 'pass', notice: 'not done', warn: 'FAIL', error: 'FAIL' };
for (const { status, id, name, reason } of results) {
  console.log(`${marks[status].padEnd(8)}  ${id}  ${name}${reason ? `: ${reason}` : ''}`);
}

const levels = ['MUST', 'SHOULD', 'MAY'];
console.log('\n| level | audits | pass |\n| --- | --- | --- |');
for (const level of levels) {
  const ofLevel = results.filter(({ name }) => name.startsWith(level));
  console.log(`| ${level} | ${ofLevel.length} | ${ofLevel.filter(({ status }) => status === 'ok').length} |`);
}
const required = results.filter(({ name }) => /^(MUST|SHOULD)/.test(name));
if (required.length === 0 || required.some(({ status }) => status !== 'ok')) process.exitCode = 1;

/** The audits ask for __typename alone, which anybody may: make sure that the token arrives. */
async function assertSignedIn() {
  const response = await signedIn(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ viewer { subject } }' }),
  });
  const { data } = await response.json();
  if (data?.viewer?.subject !== 'conformance-rep') throw new Error('the token is not taken');
}
