// Signs flat JSON bodies as docs/integrating describes, written from that page alone.
// A line in: base64(secret) base64(body) unix-seconds. A line out: MD5 signature, HMAC signature.
'use strict';
const crypto = require('node:crypto');
const readline = require('node:readline');

// A number's digits are signed as they stand, so they are cut from the text and never parsed.
const member = /\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,}]+)\s*[,}]/y;

function read(text) {
  const members = new Map();
  member.lastIndex = text.indexOf('{') + 1;
  for (let found; (found = member.exec(text)) !== null;) {
    const literal = found[2];
    members.set(JSON.parse(found[1]), literal === 'null' ? null : literal[0] === '"' ? JSON.parse(literal) : literal);
  }
  return members;
}

function md5(members, secret) {
  let text = '';
  for (const name of [...members.keys()].sort()) {
    const value = members.get(name);
    if (name !== 'sign' && value !== null && value !== '') {
      text += `${name}=${value}`;
    }
  }
  return crypto.createHash('md5').update(text, 'utf8').update(secret).digest('hex');
}

function hmac(body, secret, seconds) {
  return crypto.createHmac('sha256', secret).update(`request\n/v1/pay\n1000000001\n${seconds}\n`).update(body).digest('hex');
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [secret, body] = line.split(' ', 2).map((part) => Buffer.from(part, 'base64'));
  const seconds = line.split(' ')[2];
  process.stdout.write(`${md5(read(body.toString('utf8')), secret)} ${hmac(body, secret, seconds)}\n`);
});
