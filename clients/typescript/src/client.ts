import { memberOf, textOf } from "./json.js";
import { MemberTexts } from "./members.js";
import { readResponse, UnknownOutcomeError, verdictOf, type Response } from "./outcomes.js";
import { hmacHeader, md5Sign, signatureHeaderName, type Algorithm } from "./signing.js";

/** How a call is repeated: one whose outcome is unknown as it was, with the same number and signature; one that is certain never. */
export interface RetryPolicy {
  /** How often a call is sent at most. Default: 5. */
  readonly maxAttempts?: number;
  /** The wait before the second attempt; each later one is twice as long. Default: 500 ms. */
  readonly firstDelayMs?: number;
  /** The longest of these waits. `Retry-After` may ask for a longer one. Default: 30,000 ms. */
  readonly maxDelayMs?: number;
  /** How long one attempt may take. Default: 60,000 ms. */
  readonly attemptTimeoutMs?: number;
  /** After this time no attempt is begun; at most 600,000, since a live gateway takes a payout's signature for 15 minutes. Default: 300,000 ms. */
  readonly withinMs?: number;
}

/** Time and chance, for tests. */
export interface Surroundings {
  /** Unix milliseconds. */
  now(): number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** 0 to 1: a wait is between half and the whole of what is due. */
  chance(): number;
}

/** Whose calls are made, and where. */
export interface PayproOptions {
  /** The gateway's address without a country's segment: `https://gateway.example`. */
  readonly address: string;
  readonly merchantNo: string;
  readonly secret: string;
  /** The kind of the key. Default: MD5, as the sandbox's keys are. */
  readonly algorithm?: Algorithm;
  readonly retry?: RetryPolicy;
  /** Sends the calls. Default: the runtime's. */
  readonly fetch?: typeof fetch;
  readonly surroundings?: Surroundings;
}

/** Of one call. */
export interface CallOptions {
  /** Gives up waiting. What was sent may still be stored: its outcome is then unknown. */
  readonly signal?: AbortSignal;
}

/** The answer to a typed call. */
export type Answer<T> =
  | { readonly outcome: "accepted"; readonly data: T; readonly message: string }
  | { readonly outcome: "refused" | "notStored"; readonly data?: undefined; readonly code: string; readonly message: string; readonly httpStatus: number };

/** Time and chance of the runtime. */
export const realSurroundings: Surroundings = {
  now: () => Date.now(),
  chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

const maxResponseBytes = 256 * 1024;
const utf8 = new TextEncoder();

/** Signs calls, sends them and repeats those whose outcome is unknown. Each country has a client of its own above this one. */
export class PayproClient {
  readonly #options: PayproOptions;
  readonly #address: string;
  readonly #retry: Required<RetryPolicy>;
  readonly #surroundings: Surroundings;

  constructor(options: PayproOptions) {
    this.#options = options;
    this.#address = new URL(options.address).href.replace(/\/+$/, "");
    this.#surroundings = options.surroundings ?? realSurroundings;
    this.#retry = { maxAttempts: 5, firstDelayMs: 500, maxDelayMs: 30_000, attemptTimeoutMs: 60_000, withinMs: 300_000, ...options.retry };
    const { maxAttempts, withinMs } = this.#retry;
    if (!(maxAttempts >= 1 && maxAttempts <= 20 && withinMs <= 600_000)) {
      throw new RangeError("maxAttempts is 1 to 20, withinMs at most 600000");
    }
    if (options.secret === "") {
      throw new RangeError("secret must not be empty");
    }
  }

  /**
   * Makes one call. `timestamp` is added when it is missing, and the signature always.
   * @param path With the country's segment: `/mex-pay/v1/paypro/payInApi`.
   * @param members The documented members; undefined and empty ones are not sent.
   * @throws UnknownOutcomeError No attempt had an answer that is certain.
   */
  call(path: string, members: Readonly<Record<string, string | undefined>>, options: CallOptions = {}): Promise<Response> {
    return this.#call(path, members, () => true, options);
  }

  /** Makes one call and reads its answer. */
  async read<T>(
    path: string, members: Readonly<Record<string, string | undefined>>, read: (members: MemberTexts) => T, options: CallOptions = {},
  ): Promise<Answer<T>> {
    let data: T | undefined;
    const response = await this.#call(path, members, (accepted) => {
      const texts = new MemberTexts((name) => textOf(memberOf(accepted.data, name)));
      data = read(texts);
      return texts.isComplete;
    }, options);
    const { code, message, httpStatus } = response;
    const verdict = verdictOf(response);
    return verdict === "accepted"
      ? { outcome: "accepted", data: data as T, message }
      : { outcome: verdict === "refused" ? "refused" : "notStored", code, message, httpStatus };
  }

  async #call(
    path: string, members: Readonly<Record<string, string | undefined>>, isReadable: (accepted: Response) => boolean, options: CallOptions,
  ): Promise<Response> {
    const { signal } = options;
    const { maxAttempts, withinMs } = this.#retry;
    // Signed once: every attempt carries the same bytes and the same signature.
    const request = await this.#sign(path, members);
    const started = this.#surroundings.now();
    let unknown: UnknownOutcomeError | undefined;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const { response, retryAfterMs, error } = await this.#send(request, signal);
      let verdict = verdictOf(response);
      let reason = error;
      if (verdict === "accepted" && response !== undefined && !isReadable(response)) {
        verdict = "unknown";
        reason = new UnknownOutcomeError("The gateway accepted the call with an answer that cannot be read.");
      }

      // That one attempt stored nothing says nothing of an attempt before it.
      if (response !== undefined && (verdict === "accepted" || verdict === "refused" || (verdict === "failed" && unknown === undefined))) {
        return response;
      }
      unknown = verdict === "unknown" ? reason ?? new UnknownOutcomeError("The gateway answered without an answer that can be read.") : unknown;
      const delay = this.#delayAfter(attempt, retryAfterMs);
      if (attempt === maxAttempts || this.#surroundings.now() - started + delay > withinMs) {
        if (unknown === undefined && response !== undefined) {
          return response;
        }
        throw unknown ?? new UnknownOutcomeError("The gateway gave no answer.");
      }
      await this.#surroundings.wait(delay, signal);
    }
  }

  #delayAfter(attempt: number, retryAfterMs: number): number {
    const { firstDelayMs, maxDelayMs } = this.#retry;
    const due = Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs) * (0.5 + this.#surroundings.chance() / 2);
    return Math.max(due, retryAfterMs);
  }

  async #sign(path: string, members: Readonly<Record<string, string | undefined>>): Promise<{ url: URL; init: RequestInit }> {
    const { merchantNo, secret, algorithm = "md5" } = this.#options;
    const url = new URL(this.#address + path);
    const now = this.#surroundings.now();
    const sent = new Map(Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined && member[1] !== ""));
    if (!sent.has("timestamp")) {
      sent.set("timestamp", String(now));
    }
    if (algorithm === "md5") {
      sent.set("sign", md5Sign(sent, secret));
    }
    const body = utf8.encode(JSON.stringify(Object.fromEntries(sent)));
    const headers: Record<string, string> = { "Content-Type": "application/json", merchantNo };
    if (algorithm === "hmac-sha256") {
      headers[signatureHeaderName] = await hmacHeader("request", url.pathname, merchantNo, Math.floor(now / 1000), body, secret);
    }
    // A redirect is no answer, and what followed it would be another request.
    return { url, init: { method: "POST", headers, body, redirect: "manual" } };
  }

  async #send(
    request: { url: URL; init: RequestInit }, signal: AbortSignal | undefined,
  ): Promise<{ response?: Response | undefined; retryAfterMs: number; error?: UnknownOutcomeError }> {
    const limit = AbortSignal.timeout(this.#retry.attemptTimeoutMs);
    const either = new AbortController();
    const stop = () => either.abort();
    limit.addEventListener("abort", stop, { once: true });
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const answer = await (this.#options.fetch ?? fetch)(request.url, { ...request.init, signal: either.signal });
      const body = await readLimited(answer);
      const response = body === undefined ? undefined : readResponse(answer.status, body);
      const retryAfterMs = this.#retryAfterMs(answer.headers.get("Retry-After"));
      return verdictOf(response) === "unknown"
        ? { response, retryAfterMs, error: new UnknownOutcomeError(`The gateway answered ${answer.status} without an answer that can be read.`) }
        : { response, retryAfterMs };
    } catch (cause) {
      signal?.throwIfAborted();
      const sentence = limit.aborted ? "The gateway did not answer in time." : "The gateway could not be reached, or its answer was cut.";
      return { retryAfterMs: 0, error: new UnknownOutcomeError(sentence, { cause }) };
    } finally {
      limit.removeEventListener("abort", stop);
      signal?.removeEventListener("abort", stop);
    }
  }

  #retryAfterMs(header: string | null): number {
    if (header === null) {
      return 0;
    }
    const ms = /^[0-9]{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - this.#surroundings.now();
    return Number.isNaN(ms) ? 0 : ms;
  }
}

/** The body as text; undefined when it is too long or no UTF-8. */
async function readLimited(answer: globalThis.Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = answer.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxResponseBytes) {
      await reader?.cancel();
      return undefined;
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}
