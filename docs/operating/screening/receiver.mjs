// A screening service in its simplest form: Node.js 20, no packages. Run it with
//   SECRET_FILE=screening.key LIST=list.txt PORT=8090 node receiver.mjs
// The secret is the content of Paypro__Screening__KeyFile; the list holds one name, account or number a line.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const secret = readFileSync(process.env.SECRET_FILE, 'utf8').trim();
const listed = new Set(readFileSync(process.env.LIST, 'utf8').split('\n').map(normal).filter((line) => line.length > 0));
const mostBytes = 65536, mostSecondsOld = 300;

function normal(text) {
  return (text ?? '').normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
}

// t=<seconds>,v1=<hex> over: purpose, path, an empty line for the merchant number, seconds, body.
function isOurs(header, path, body) {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (parts === null || Math.abs(Date.now() / 1000 - Number(parts[1])) > mostSecondsOld) {
    return false;
  }

  const expected = createHmac('sha256', secret).update(`screening\n${path}\n\n${parts[1]}\n`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(parts[2], 'hex'));
}

const server = createServer(async (request, response) => {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > mostBytes) {
      response.writeHead(413).end();
      return;
    }

    chunks.push(chunk);
  }

  const body = Buffer.concat(chunks);
  const path = new URL(request.url, 'http://localhost').pathname;
  if (request.method !== 'POST' || !isOurs(request.headers['paypro-signature'], path, body)) {
    response.writeHead(401).end();
    return;
  }

  // Asked again with the same id, it must answer the same: this one only looks.
  const asked = JSON.parse(body.toString('utf8'));
  const hit = [asked.name, asked.business, asked.account, asked.mobile, asked.identity].map(normal).find((text) => text.length > 0 && listed.has(text));
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ result: hit === undefined ? 'clear' : 'hit', reference: asked.id }));
});

server.listen(Number(process.env.PORT ?? 8090), '127.0.0.1', () => console.log(`screening on ${server.address().port}`));
