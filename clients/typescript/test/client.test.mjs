import assert from "node:assert/strict";
import { test } from "node:test";
import { BrazilClient, MexicoClient, PayproClient, UnknownOutcomeError } from "../dist/index.js";
import { readJson, memberOf } from "../dist/json.js";
import { FakeGateway } from "../dist/testing.js";

const now = 1728609257212;
const payIn = { tradeNo: "order-1", amount: 300n, wayCode: "va", notifyUrl: "https://merchant.example/hook", payer: "José Ñandú" };

function make(more = {}) {
  const surroundings = { now: () => now, chance: () => 0, wait: async () => {} };
  const options = { address: "https://fake.example/", merchantNo: "1000000001", secret: "sandbox-secret-mx", surroundings, ...more };
  const fake = new FakeGateway(options);
  return { fake, options, mexico: new MexicoClient({ ...options, fetch: fake.fetch }) };
}

for (const algorithm of ["md5", "hmac-sha256"]) {
  test(`plays a payment from the call to the notification (${algorithm})`, async () => {
    const { fake, mexico } = make({ algorithm });
    const created = await mexico.createPayIn(payIn);
    const again = await mexico.createPayIn(payIn);
    assert.equal(created.outcome, "accepted");
    assert.equal(created.data.state, "processing");
    assert.equal(again.data.number, created.data.number);
    assert.ok(created.data.paymentInfo);

    const told = await fake.tell(fake.succeed(fake.payIn("order-1"), "299.50"));
    const read = await mexico.readPayIn(told);
    assert.deepEqual(
      { tradeNo: read.tradeNo, number: read.number, state: read.state, amount: read.amount, successTime: read.successTime },
      { tradeNo: "order-1", number: created.data.number, state: "succeeded", amount: "299.5", successTime: "2024-10-10 19:14:17" },
    );
    assert.equal(await mexico.readRefund(told), undefined);
    assert.equal(await make({ algorithm, secret: "another" }).mexico.readPayIn(told), undefined);
    assert.equal(await mexico.readPayIn({ ...told, body: told.body.replace("299.5", "999.5") }), undefined);

    const queried = await mexico.queryPayIn("order-1");
    assert.deepEqual([queried.data.state, queried.data.amount, queried.data.paidAmount], ["succeeded", "299.50", "299.50"]);
  });
}

test("refuses what is signed wrongly, unknown or another order", async () => {
  const { fake, mexico, options } = make();
  const other = new MexicoClient({ ...options, secret: "another", fetch: fake.fetch });
  assert.equal((await other.createPayIn(payIn)).message, "sign: the merchant or its sign is wrong");
  assert.equal((await mexico.queryPayIn("order-1")).outcome, "refused");
  assert.equal((await mexico.createPayIn(payIn)).outcome, "accepted");
  assert.equal((await mexico.createPayIn({ ...payIn, amount: "301" })).outcome, "refused");
  assert.equal((await mexico.createPayIn({ ...payIn, amount: "300.00" })).outcome, "accepted");
});

test("loses a connection and stores the order once", async () => {
  const { fake, mexico, options } = make();
  fake.next({ kind: "lostAfterStoring" }, { kind: "inDoubt" }, { kind: "lostBeforeStoring" });
  const answer = await mexico.createPayIn(payIn);
  assert.equal(answer.data.number, fake.payIn("order-1").number);
  assert.equal(fake.calls.length, 4);
  assert.equal(new Set(fake.calls.map((call) => call.members.sign)).size, 1);

  fake.next({ kind: "lostBeforeStoring" });
  const careless = new MexicoClient({ ...options, fetch: fake.fetch, retry: { maxAttempts: 1 } });
  await assert.rejects(careless.createPayIn({ ...payIn, tradeNo: "order-2" }), UnknownOutcomeError);
  assert.equal(fake.payIn("order-2"), undefined);
});

test("says what it was told to say", async () => {
  const { fake, mexico } = make();
  fake.next({ kind: "refused", message: "amount: must be at most 100" }, { kind: "failed", message: "broken" }, { kind: "busy", retryAfterS: 3 });
  assert.deepEqual(await mexico.createPayIn(payIn), { outcome: "refused", code: "8000", message: "amount: must be at most 100", httpStatus: 200 });
  assert.equal((await mexico.createPayIn(payIn)).outcome, "notStored");
  assert.equal((await mexico.createPayIn(payIn)).outcome, "accepted");
  fake.available = "12345678901234.5";
  assert.equal((await mexico.queryBalance()).data.available, "12345678901234.5000");
});

test("plays refunds and cancellations", async () => {
  const { fake, mexico } = make();
  await mexico.createPayIn(payIn);
  const refund = await mexico.createRefund({ tradeNo: "order-1", refundNo: "refund-1", amount: 100n, notifyUrl: "https://merchant.example/refunds" });
  assert.deepEqual([refund.data.refundNo, refund.data.number, refund.data.amount], ["refund-1", fake.payIn("order-1").number, "100"]);
  const told = await fake.tell(Object.assign(fake.refund("refund-1"), { status: "00029" }));
  assert.equal((await mexico.readRefund(told)).state, "failed");
  assert.equal(await mexico.readPayIn(told), undefined);
  assert.equal((await mexico.cancelPayIn("order-1")).data.state, "failed");
});

test("answers another country in its own form", async () => {
  const { fake, options } = make();
  const brazil = new BrazilClient({ ...options, fetch: fake.fetch });
  const payout = await brazil.createPayout({
    tradeNo: "out-1", amount: "10.50", name: "Ana", email: "ana@example.com", mobile: "1", bankType: "EVP", bankNumber: "123e4567-e89b-42d3-a456-426614174000",
    identityType: "CPF", userIdentity: "52998224725", notifyUrl: "https://merchant.example/out", remark: "x",
  });
  assert.equal(payout.data.remark, "x");
  assert.equal((await brazil.readPayout(await fake.tell(fake.succeed(fake.payout("out-1"))))).amount, "10.50");
});

test("an amount is never a number", async () => {
  const { mexico } = make();
  assert.throws(() => mexico.createPayIn({ ...payIn, amount: 300 }), TypeError);
  assert.throws(() => mexico.createPayIn({ ...payIn, amount: "1e3" }), TypeError);
});

test("the caller's cancellation is his, an attempt's end is unknown", async () => {
  const { options } = make();
  const hangs = (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const client = new MexicoClient({ ...options, fetch: hangs, retry: { maxAttempts: 1, attemptTimeoutMs: 20 } });
  const alive = setInterval(() => {}, 1000); // The runtime would end: a time-out's signal does not keep it.
  await assert.rejects(client.createPayIn(payIn), { name: "UnknownOutcomeError", message: "The gateway did not answer in time." });
  const controller = new AbortController();
  const patient = new MexicoClient({ ...options, fetch: hangs }).createPayIn(payIn, { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(patient, { name: "AbortError" });
  await assert.rejects(new MexicoClient({ ...options, fetch: hangs }).createPayIn(payIn, { signal: AbortSignal.abort() }), { name: "AbortError" });
  clearInterval(alive);
});

test("a real wait ends with the caller's cancellation", async () => {
  const { options } = make();
  const controller = new AbortController();
  const fetch = async () => { setTimeout(() => controller.abort(), 20); return new Response("", { status: 504 }); };
  await assert.rejects(new MexicoClient({ ...options, surroundings: undefined, fetch, retry: { firstDelayMs: 60_000, maxDelayMs: 60_000 } }).createPayIn(payIn, { signal: controller.signal }), { name: "AbortError" });
});

test("an answer without end is cut and unknown", async () => {
  const { options } = make();
  const fetch = async () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65536)) }));
  await assert.rejects(new MexicoClient({ ...options, fetch, retry: { maxAttempts: 1 } }).createPayIn(payIn), UnknownOutcomeError);
});

test("settings are checked", () => {
  const { options } = make();
  for (const wrong of [{ retry: { maxAttempts: 0 } }, { retry: { withinMs: 600_001 } }, { secret: "" }]) {
    assert.throws(() => new PayproClient({ ...options, ...wrong }), RangeError);
  }
  assert.throws(() => new PayproClient({ ...options, address: "gateway" }), TypeError);
});

test("reads JSON and nothing else, digit for digit", () => {
  for (const text of ["1", "-0.50", "1e5", "[]", "[1,{\"a\":[]}]", " {\"a\" : \"\\u0041\\n\" } ", "true", "null", "\"😀\""]) assert.ok(readJson(text), text);
  for (const text of ["", "01", "1.", ".5", "+1", "{", "{}x", "{\"a\":1,}", "[1,]", "{a:1}", "'a'", "\"\n\"", "\"\\x\"", "nul", "{\"a\":1,\"a\":1}", "[".repeat(40) + "]".repeat(40)]) {
    assert.equal(readJson(text), undefined, text);
  }
  assert.equal(memberOf(readJson("{\"a\":9998989.0000}"), "a").text, "9998989.0000");
});
