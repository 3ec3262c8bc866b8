// The one contract test, against a running sandbox: PAYPRO_CONTRACT_URL is its address, PAYPRO_CONTRACT_MERCHANTS its merchants as
// segment,number,secret,algorithm. Without them it is skipped; `./test` sets them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { samples } from "./samples.mjs";

const address = process.env.PAYPRO_CONTRACT_URL;
const merchants = (address === undefined ? "" : process.env.PAYPRO_CONTRACT_MERCHANTS ?? "").split(" ").filter((text) => text !== "").map((text) => text.split(","));
const received = new Map();
const waiting = new Map();
const receiver = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const told = { body: Buffer.concat(parts), path: request.url, signatureHeader: request.headers["paypro-signature"] };
  received.set(request.url, told);
  waiting.get(request.url)?.(told);
  response.end("OK");
});

/** The first notification at a path. */
function told(path) {
  const arrived = received.get(path);
  if (arrived !== undefined) return arrived;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`No notification came to ${path}.`)), 30_000);
    waiting.set(path, (notification) => { clearTimeout(limit); resolve(notification); });
  });
}

if (merchants.length === 0) {
  test("contract", { skip: "no running sandbox is named" }, () => {});
} else {
  before(async () => {
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
  });
  after(() => receiver.close());
}

for (const [segment, merchantNo, secret, algorithm] of merchants) {
  test(`contract: ${segment}, ${algorithm}`, async () => {
    const { Client, payIn, payout } = samples.find((sample) => sample.segment === segment);
    const client = new Client({ address, merchantNo, secret, algorithm });
    const [inNo, outNo] = ["in", "out"].map((prefix) => prefix + crypto.randomUUID().replaceAll("-", ""));
    const notifyUrl = (tradeNo) => `http://127.0.0.1:${receiver.address().port}/${tradeNo}`;

    const created = await client.createPayIn({ ...payIn, tradeNo: inNo, notifyUrl: notifyUrl(inNo) });
    assert.equal(created.outcome, "accepted", created.message);
    assert.deepEqual([created.data.tradeNo, created.data.state, created.data.number.length], [inNo, "processing", 16]);
    const again = await client.createPayIn({ ...payIn, tradeNo: inNo, notifyUrl: notifyUrl(inNo) });
    assert.equal(again.data?.number, created.data.number, again.message);
    assert.equal((await client.queryPayIn(inNo)).data?.state, "processing");
    assert.equal((await client.queryPayIn("none-" + inNo)).outcome, "refused");
    const paid = await fetch(new URL(`/sandbox/payins/${created.data.number}`, address), { method: "POST", body: JSON.stringify({ action: "pay", amount: payIn.amount }) });
    assert.equal(paid.status, 200);

    const notified = await told(`/${inNo}`);
    const read = await client.readPayIn(notified);
    assert.deepEqual([read?.tradeNo, read?.number, read?.state, Number(read?.amount)], [inNo, created.data.number, "succeeded", Number(payIn.amount)]);
    assert.equal(await client.readPayIn({ ...notified, body: String(notified.body).replace('"0000"', '"0001"') }), undefined);
    assert.equal((await client.queryPayIn(inNo)).data?.state, "succeeded");
    const balance = await client.queryBalance();
    assert.match(balance.data?.available ?? balance.message, /^[0-9]+\.[0-9]{4}$/);

    const sent = await client.createPayout({ ...payout, tradeNo: outNo, notifyUrl: notifyUrl(outNo) });
    assert.deepEqual([sent.outcome, sent.data?.state], ["accepted", "processing"], sent.message);
    const done = await client.readPayout(await told(`/${outNo}`));
    assert.deepEqual([done?.tradeNo, done?.number, done?.state], [outNo, sent.data.number, "succeeded"]);
    assert.equal((await client.queryPayout(outNo)).data?.state, "succeeded");
  });
}
