// Signs and posts one call, and checks a notification. Node.js 18 or newer, no packages.
// From a shell: node sign.js PATH name=value … Reads PAYPRO_URL, PAYPRO_MERCHANT and PAYPRO_SECRET; without them it is the sandbox's merchant in Mexico.
const crypto = require('node:crypto');

// Byte order of UTF-8, which for the documented names is plain order.
const order = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function sign(members, secret) {
  const text = Object.keys(members)
    .filter((name) => name !== 'sign' && members[name] !== '' && members[name] != null)
    .sort(order)
    .map((name) => `${name}=${members[name]}`)
    .join('');
  return crypto.createHash('md5').update(text + secret, 'utf8').digest('hex');
}

async function call(url, merchantNo, secret, path, members) {
  const body = { timestamp: String(Date.now()), ...members };
  body.sign = sign(body, secret);
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', merchantNo },
    body: JSON.stringify(body),
  });
  return answer.json();
}

// Give it the raw text of the request: a parsed number may have lost the digits that were signed.
function notificationIsOurs(rawBody, secret) {
  const literal = rawBody.replace(/"(\w+)"\s*:\s*(-?\d[\d.eE+-]*)(?=\s*[,}])/g, '"$1":"$2"');
  const members = JSON.parse(literal);
  const expected = Buffer.from(sign(members, secret));
  const got = Buffer.from(String(members.sign ?? '').toLowerCase());
  return expected.length === got.length && crypto.timingSafeEqual(expected, got);
}

module.exports = { sign, call, notificationIsOurs };

if (require.main === module) {
  const [path, ...pairs] = process.argv.slice(2);
  const members = Object.fromEntries(pairs.map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]));
  const { PAYPRO_URL: url = 'http://localhost:5080', PAYPRO_MERCHANT: merchant = '1000000001', PAYPRO_SECRET: secret = 'sandbox-secret-mx' } = process.env;
  call(url, merchant, secret, path, members).then((a) => console.log(JSON.stringify(a)));
}
