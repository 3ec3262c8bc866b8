// The vectors that the C# client must pass as well. Their signatures were computed by another program.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hmacHeader, isFinal, isHmacHeader, isReturnSigned, md5Sign, MexicoClient, NotificationCheck, signedText, stateOf, UnknownOutcomeError } from "../dist/index.js";
import { md5 } from "../dist/md5.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors.json", import.meta.url), "utf8"));
const options = { address: "https://gateway.example", merchantNo: "1000000001", secret: "sandbox-secret-mx" };
const request = { tradeNo: "order-1", amount: 300n, wayCode: "va", notifyUrl: "https://merchant.example/hook" };

/** Stands still until somebody waits, then goes forward at once. */
function waitingTime(now = 1728609257212) {
  const waits = [];
  return { waits, now: () => now, chance: () => 1, wait: async (ms) => { waits.push(ms); now += ms; } };
}

async function callWith(attempts, retry) {
  const surroundings = waitingTime();
  const sent = [];
  const fetch = async (url, init) => {
    const attempt = attempts[sent.length];
    sent.push(`${url} ${JSON.stringify(init.headers)} ${new TextDecoder().decode(init.body)}`);
    if (attempt.lost) throw new TypeError("lost");
    const headers = attempt.retryAfter === undefined ? {} : { "Retry-After": String(attempt.retryAfter) };
    return new Response(attempt.body, { status: attempt.http, headers });
  };
  try {
    const answer = await new MexicoClient({ ...options, retry, surroundings, fetch }).createPayIn(request);
    assert.equal(answer.outcome === "accepted", answer.data !== undefined);
    return { end: answer.outcome, sent, waits: surroundings.waits };
  } catch (error) {
    assert.ok(error instanceof UnknownOutcomeError, error);
    return { end: "unknown", sent, waits: surroundings.waits };
  }
}

test("MD5 of every length around a block", () => {
  for (const { length, hash } of vectors.md5OfManyLettersA) assert.equal(md5(new Uint8Array(length).fill(97)), hash, `${length}`);
});

test("signs as the vectors say", () => {
  for (const { name, members, secret, text, sign } of vectors.signatures) {
    assert.equal(signedText(Object.entries(members)), text, name);
    assert.equal(md5Sign(Object.entries(members), secret), sign, name);
  }
});

test("makes and takes the headers", async () => {
  for (const { purpose, path, merchantNo, unixSeconds, body, secret, header } of vectors.hmacHeaders) {
    const bytes = new TextEncoder().encode(body);
    assert.equal(await hmacHeader(purpose, path, merchantNo, unixSeconds, bytes, secret), header);
    assert.ok(await isHmacHeader(header, purpose, path, merchantNo, bytes, secret));
    assert.ok(!(await isHmacHeader(header, purpose, path + "x", merchantNo, bytes, secret)));
    assert.ok(!(await isHmacHeader(undefined, purpose, path, merchantNo, bytes, secret)));
  }
});

test("knows a signed return", async () => {
  for (const { valid, secret, ...parameters } of vectors.returns) assert.equal(await isReturnSigned(parameters, secret), valid, JSON.stringify(parameters));
});

test("takes and refuses the notifications", async () => {
  for (const vector of vectors.notifications) {
    const { name, algorithm, merchantNo, secret, nowMs, path, signatureHeader, body, expect } = vector;
    const its = { ...options, merchantNo, secret, algorithm: algorithm === "md5" ? "md5" : "hmac-sha256", surroundings: waitingTime(nowMs) };
    for (const received of [body, new TextEncoder().encode(body)]) {
      const any = await new NotificationCheck(its).readAny({ body: received, path, signatureHeader });
      const typed = await new MexicoClient(its).readPayIn({ body: received, path, signatureHeader });
      assert.deepEqual(any ?? null, expect && { ...expect, railReference: expect.railReference ?? undefined }, name);
      assert.equal(typed?.amount, expect?.amount, name);
    }
  }
});

test("understands the answers", async () => {
  for (const vector of vectors.answers) {
    const { end } = await callWith([vector], { maxAttempts: 1 });
    assert.equal(end, ["failed", "busy"].includes(vector.outcome) ? "notStored" : vector.outcome, vector.name);
  }
});

test("repeats what is unknown and nothing else", async () => {
  for (const { name, attempts, sends, waitsMs, end } of vectors.retries.cases) {
    const told = await callWith(attempts);
    assert.deepEqual({ sends: told.sent.length, waits: told.waits, end: told.end }, { sends, waits: waitsMs, end }, name);
    // A repeat is the same request to the last byte, so the number and the signature are the same.
    assert.equal(new Set(told.sent).size, 1, name);
  }
});

test("knows what a status means", () => {
  for (const { status, state } of vectors.states) assert.equal(stateOf(status), state);
  assert.deepEqual(["processing", "partlyPaid", "succeeded", "failed"].map(isFinal), [false, false, true, true]);
});
