import { realSurroundings, type PayproOptions } from "./client.js";
import { readJson, textOf, type Json } from "./json.js";
import { MemberTexts } from "./members.js";
import { isHmacHeader, isSame, md5Sign } from "./signing.js";

const maxBytes = 16 * 1024;
const maxMembers = 128;

/** What came to a `notifyUrl`. */
export interface NotificationRequest {
  /** The raw body, exactly as received. */
  readonly body: Uint8Array | string;
  /** The path that was called, without the query. */
  readonly path: string;
  /** The header `Paypro-Signature`; it may be absent. */
  readonly signatureHeader?: string | null | undefined;
}

/** A notification whose signature is right, whatever the country. */
export interface ReceivedNotification {
  readonly tradeNo: string;
  readonly number: string;
  readonly status: string;
  readonly amount: string;
  readonly message: string;
  readonly railReference: string | undefined;
  readonly successTime: string | undefined;
}

/**
 * Checks notifications. Answer status 200 and the body `OK` after you have stored the result; the same result can arrive more than once.
 */
export class NotificationCheck {
  readonly #options: PayproOptions;
  readonly #maxAgeMs: number;

  /** @param maxAgeMs How far the notification's time, which is new for every attempt, may be from the clock. Default: 15 minutes. */
  constructor(options: PayproOptions, maxAgeMs = 15 * 60_000) {
    this.#options = options;
    this.#maxAgeMs = maxAgeMs;
  }

  /** Reads a notification; undefined when it is forged, too old or none. */
  readAny(request: NotificationRequest): Promise<ReceivedNotification | undefined> {
    return this.read(request, (members) => ({
      tradeNo: members.text("tradeNo"),
      number: members.text("platFormTradeNo"),
      status: members.text("status"),
      amount: members.optional("amount") ?? "0",
      message: members.optional("message") ?? "",
      railReference: members.optional("utr"),
      successTime: members.optional("successTime"),
    }));
  }

  /**
   * Reads a notification into a record.
   * @param foreign A member that only another kind of notification has; without it every kind is taken.
   */
  async read<T>(request: NotificationRequest, read: (members: MemberTexts) => T, foreign?: string): Promise<T | undefined> {
    const bytes = typeof request.body === "string" ? new TextEncoder().encode(request.body) : request.body;
    const members = readFlat(bytes);
    if (members === undefined || (foreign !== undefined && members.has(foreign)) || !(await this.#isSigned(request, bytes, members))) {
      return undefined;
    }
    const texts = new MemberTexts((name) => textOf(members.get(name)));
    const timestamp = texts.optional("timestamp") ?? "";
    const now = (this.#options.surroundings ?? realSurroundings).now();
    if (!/^[0-9]{1,18}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > this.#maxAgeMs) {
      return undefined;
    }
    const notification = read(texts);
    return texts.isComplete ? notification : undefined;
  }

  async #isSigned(request: NotificationRequest, bytes: Uint8Array, members: ReadonlyMap<string, Json>): Promise<boolean> {
    const { secret, merchantNo, algorithm = "md5" } = this.#options;
    if (algorithm === "hmac-sha256") {
      return isHmacHeader(request.signatureHeader, "notify", request.path, merchantNo, bytes, secret);
    }
    const sign = members.get("sign");
    const given = sign?.kind === "text" ? sign.text : "";
    const entries = [...members].map(([name, value]) => [name, textOf(value)] as const);
    // A body with null members may have been signed without them or with the text null.
    const known = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
    return isSame(given, md5Sign(known, secret)) || isSame(given, md5Sign(entries.map(([name, value]) => [name, value ?? "null"] as const), secret));
  }
}

/** One flat JSON object; undefined for anything else. */
function readFlat(bytes: Uint8Array): ReadonlyMap<string, Json> | undefined {
  if (bytes.length > maxBytes) {
    return undefined;
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
  const json = readJson(text);
  if (json?.kind !== "object" || json.members.size > maxMembers) {
    return undefined;
  }
  for (const [name, value] of json.members) {
    if (value.kind === "object" || value.kind === "list" || isUnclean(name) || isUnclean(textOf(value) ?? "")) {
      return undefined;
    }
  }
  return json.members;
}

/** A NUL or half a surrogate pair, which other readers of the same bytes take differently. */
function isUnclean(text: string): boolean {
  return text.includes("\0") || /[\uD800-\uDFFF]/u.test(text);
}
