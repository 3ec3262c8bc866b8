import { callTable } from "./call-table.js";
import { realSurroundings, type PayproOptions } from "./client.js";
import { memberOf, readJson, textOf } from "./json.js";
import { hmacHeader, isHmacHeader, isSame, md5Sign, signatureHeaderName } from "./signing.js";

/** A call that came to a fake gateway; its name is that of the typed method. */
export interface FakeCall {
  readonly name: string;
  readonly path: string;
  readonly members: Readonly<Record<string, string>>;
}

/** A signed notification, ready to be sent. */
export interface FakeNotification {
  /** The order's `notifyUrl`. */
  readonly url: string;
  /** Its path, as the signature has it. */
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The header `Paypro-Signature`; undefined for an MD5 key, whose signature is in the body. */
  readonly signatureHeader: string | undefined;
}

/** A pay-in, payout or refund at a fake gateway. Change it to what the next query and notification shall say. */
export interface FakeOrder {
  /** The call that made it. */
  readonly call: FakeCall;
  /** The gateway's number. */
  readonly number: string;
  /** The ordered amount. */
  readonly amount: string;
  readonly createdAtMs: number;
  /** What is held of it; undefined until something is paid. */
  held?: string | undefined;
  status: string;
  message: string;
  paymentInfo?: string | undefined;
  paymentUrl?: string | undefined;
  railReference?: string | undefined;
  successAtMs?: number | undefined;
  /** The pay-in of a refund. */
  readonly payIn?: FakeOrder | undefined;
}

/** What a fake gateway shall do with a call instead of answering it by itself. */
export type FakeAnswer =
  | { readonly kind: "refused" | "failed"; readonly message: string }
  | { readonly kind: "busy"; readonly retryAfterS: number }
  /** The answer is lost after the call was stored, or the call before. */
  | { readonly kind: "lostAfterStoring" | "lostBeforeStoring" }
  /** HTTP 504 without a body, after the call was stored. */
  | { readonly kind: "inDoubt" }
  | { readonly kind: "raw"; readonly httpStatus: number; readonly body: string };

interface Line {
  readonly name: string;
  readonly path: string;
  readonly segment: string;
  readonly zone: string;
  readonly content: readonly string[];
  readonly members: readonly { readonly name: string; readonly source: string; readonly form: string }[];
}

const lines: readonly Line[] = readTable();

/**
 * A gateway within your own tests: give its `fetch` to a client. It checks signatures, keeps orders by their numbers, answers a repeat as the
 * first call and refuses other content under the same number. `next` makes it refuse, fail or lose a connection; `tell` makes signed
 * notifications. It knows no rules of fields, banks or limits: for those there is the sandbox.
 */
export class FakeGateway {
  /** What can be paid out, as the balance query says. */
  available = "1000000";
  /** Who holds every account that is asked about. */
  accountHolder = "KEVIN ZHANG";
  /** The signed calls that came, in order, repeats among them. */
  readonly calls: FakeCall[] = [];
  readonly #orders = new Map<string, FakeOrder>();
  readonly #next: FakeAnswer[] = [];

  constructor(readonly options: PayproOptions) {}

  /** What shall happen to the next call that has nothing of its own yet. */
  next(...answers: FakeAnswer[]): this {
    this.#next.push(...answers);
    return this;
  }

  payIn(tradeNo: string): FakeOrder | undefined {
    return this.#orders.get(`payIn ${tradeNo}`);
  }

  payout(tradeNo: string): FakeOrder | undefined {
    return this.#orders.get(`payout ${tradeNo}`);
  }

  refund(refundNo: string): FakeOrder | undefined {
    return this.#orders.get(`refund ${refundNo}`);
  }

  /** Makes an order a success, with the ordered amount or another. */
  succeed(order: FakeOrder, amount: string = order.amount): FakeOrder {
    return Object.assign(order, {
      status: "0000", message: "SUCCESS", held: amount, successAtMs: this.#now(), railReference: order.railReference ?? `fake-${order.number}`,
    });
  }

  /** A signed notification of an order as it is now. */
  async tell(order: FakeOrder): Promise<FakeNotification> {
    const notifyUrl = order.call.members["notifyUrl"];
    const segment = lines.find((line) => line.path === order.call.path)?.segment;
    const line = lines.find((candidate) => candidate.segment === segment && candidate.name === kindOf(order.call.name));
    if (notifyUrl === undefined || line === undefined) {
      throw new Error("The order was made without a notifyUrl.");
    }
    const { secret, merchantNo, algorithm = "md5" } = this.options;
    const path = new URL(notifyUrl).pathname;
    const members = writeMembers(line, (source, form) => this.#textOf(order, line, source, form));
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (algorithm === "md5") {
      const json = readJson(`{${members}}`);
      const signed = line.members.map(({ name }) => [name, textOf(memberOf(json, name)) ?? ""] as const);
      return { url: notifyUrl, path, body: `{${members},"sign":"${md5Sign(signed, secret)}"}`, headers, signatureHeader: undefined };
    }
    const body = `{${members}}`;
    const header = await hmacHeader("notify", path, merchantNo, Math.floor(this.#now() / 1000), new TextEncoder().encode(body), secret);
    return { url: notifyUrl, path, body, headers: { ...headers, [signatureHeaderName]: header }, signatureHeader: header };
  }

  /** Takes the place of the runtime's `fetch`. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const bytes = new Uint8Array(await request.arrayBuffer());
    const path = new URL(request.url).pathname;
    const line = lines.find((candidate) => candidate.path.toLowerCase() === path.toLowerCase());
    if (line === undefined) {
      return say(404, envelope("8000", "the path is no operation of this API"));
    }
    const members = membersOf(new TextDecoder().decode(bytes));
    if (members === undefined || !(await this.#isSigned(request, path, members, bytes))) {
      return say(200, envelope("8000", "sign: the merchant or its sign is wrong"));
    }
    const call = { name: line.name, path: line.path, members };
    this.calls.push(call);
    const wish = this.#next.shift();
    const answer = wish === undefined || wish.kind === "lostAfterStoring" || wish.kind === "inDoubt" ? this.#do(line, call) : "";
    if (wish === undefined) {
      return say(200, answer);
    }
    switch (wish.kind) {
      case "lostAfterStoring":
      case "lostBeforeStoring":
        throw new TypeError("the fake gateway lost the connection");
      case "inDoubt":
        return say(504, "");
      case "busy":
        return say(503, envelope("5000", "the service is busy"), { "Retry-After": String(wish.retryAfterS) });
      case "raw":
        return say(wish.httpStatus, wish.body);
      default:
        return say(200, envelope(wish.kind === "refused" ? "8000" : "5000", wish.message));
    }
  };

  #now(): number {
    return (this.options.surroundings ?? realSurroundings).now();
  }

  async #isSigned(request: Request, path: string, members: Readonly<Record<string, string>>, bytes: Uint8Array): Promise<boolean> {
    const { secret, merchantNo, algorithm = "md5" } = this.options;
    return (
      request.headers.get("merchantNo") === merchantNo &&
      (algorithm === "md5"
        ? isSame(members["sign"] ?? "", md5Sign(Object.entries(members), secret))
        : isHmacHeader(request.headers.get(signatureHeaderName), "request", path, merchantNo, bytes, secret))
    );
  }

  #do(line: Line, call: FakeCall): string {
    if (["queryBalance", "verifyAccount", "getProof", "submitReference"].includes(line.name)) {
      return accepted(writeMembers(line, (source, form) => this.#factOf(call, source, form)));
    }
    const kind = kindOf(line.name);
    const { tradeNo, refundNo, code } = call.members;
    const number = kind === "refund" ? refundNo : line.name === "queryByCode" ? this.#numberOfCode(code) : tradeNo;
    const key = `${kind} ${number}`;
    let order = this.#orders.get(key);
    if (line.name.startsWith("create")) {
      const payIn = kind === "refund" ? this.payIn(tradeNo ?? "") : undefined;
      if (kind === "refund" && payIn === undefined) {
        return envelope("8000", "tradeNo: no such order");
      }
      if (order !== undefined && (order.call.path !== call.path || line.content.some((name) => !isEqual(order?.call.members[name], call.members[name])))) {
        return envelope("8000", "tradeNo: was used for another order");
      }
      order ??= this.#make(line, call, payIn);
      this.#orders.set(key, order);
    } else if (order === undefined) {
      return envelope("8000", "tradeNo: no such order");
    } else if (line.name === "cancelPayIn") {
      if (order.held !== undefined) {
        return envelope("8000", "tradeNo: money has come");
      }
      Object.assign(order, { status: "00029", message: "CANCELLED" });
    }
    const known = order;
    return accepted(writeMembers(line, (source, form) => this.#textOf(known, line, source, form)));
  }

  #make(line: Line, call: FakeCall, payIn: FakeOrder | undefined): FakeOrder {
    const number = `fake${String(this.#orders.size + 1).padStart(12, "0")}`;
    const hasInfo = line.members.some((member) => member.source === "PaymentInfo");
    return {
      call, number, payIn, amount: call.members["amount"] ?? "0", createdAtMs: this.#now(), status: "0015", message: "Create",
      paymentInfo: hasInfo ? `fake-payment-${number}` : undefined,
      paymentUrl: hasInfo || line.name === "createPayout" ? undefined : `https://fake.example/pay/${number}`,
    };
  }

  #textOf(order: FakeOrder, line: Line, source: string, form: string): string | undefined {
    const { members } = order.call;
    switch (source) {
      case "TradeNo":
        return members["tradeNo"];
      case "Number":
        return (order.payIn ?? order).number;
      case "RefundNo":
        return members["refundNo"];
      case "RefundNumber":
        return order.number;
      case "Status":
        return order.status;
      case "Message":
        return order.message;
      case "Remark":
        return members["remark"];
      case "PaymentInfo":
        return order.paymentInfo;
      case "PaymentUrl":
        return order.paymentUrl;
      case "RailReference":
        return order.railReference;
      case "Way":
        return members["wayCode"] ?? members["paymentType"] ?? members["payType"];
      case "Channel":
        return members["channelCode"];
      case "OrderAmount":
        return formed(order.amount, form);
      case "PaidAmount":
        return formed(order.held ?? "0", form);
      case "PaidOrOrderAmount":
        return formed(order.held ?? order.amount, form);
      case "CreatedAt":
        return localTime(order.createdAtMs, line.zone);
      case "SuccessAt":
        return order.successAtMs === undefined ? undefined : localTime(order.successAtMs, line.zone);
      case "Timestamp":
        return String(this.#now());
      default:
        return undefined;
    }
  }

  #factOf(call: FakeCall, source: string, form: string): string | undefined {
    switch (source) {
      case "Available":
        return formed(this.available, form);
      case "Frozen":
      case "Unsettled":
        return formed("0", form);
      case "Account":
        return call.members["bankAccountNo"];
      case "AccountHolder":
        return this.accountHolder;
      case "DocumentUrl":
        return `https://fake.example/proof/${call.members["tradeNo"]}`;
      case "Message":
        return "SUCCESS";
      default:
        return undefined;
    }
  }

  #numberOfCode(code: string | undefined): string | undefined {
    return [...this.#orders.values()].find((order) => order.railReference === code)?.call.members["tradeNo"];
  }
}

function readTable(): Line[] {
  const read: Line[] = [];
  let [segment, zone] = ["", ""];
  const list = (text: string) => (text === "-" ? [] : text.split(","));
  for (const line of callTable.split("\n").filter((text) => text !== "")) {
    const [name = "", path = "", content = "", members = ""] = line.split(" ");
    if (name === "@") {
      [segment, zone] = [path, content];
      continue;
    }
    read.push({
      name, path, segment, zone, content: list(content),
      members: list(members).map((member) => member.split(/[=/]/)).map(([member = "", source = "", form = ""]) => ({ name: member, source, form })),
    });
  }
  return read;
}

function writeMembers(line: Line, textOfSource: (source: string, form: string) => string | undefined): string {
  return line.members
    .map(({ name, source, form }) => [name, form, textOfSource(source, form) ?? (form === "TextOrEmpty" ? "" : undefined)] as const)
    .filter((member): member is readonly [string, string, string] => member[2] !== undefined)
    .map(([name, form, text]) => `${JSON.stringify(name)}:${form.endsWith("Number") ? text : JSON.stringify(text)}`)
    .join(",");
}

/** Decimal digits in a member's form. Text all the way: no number holds every amount. */
function formed(amount: string, form: string): string {
  const [whole = "0", decimals = ""] = amount.split(".");
  const shortest = decimals.replace(/0+$/, "");
  switch (form) {
    case "WholeOrFixedText":
      return shortest === "" ? whole : `${whole}.${shortest.padEnd(2, "0")}`;
    case "FixedText":
      return `${whole}.${shortest.padEnd(2, "0")}`;
    case "ShortestNumber":
      return shortest === "" ? whole : `${whole}.${shortest}`;
    default:
      return `${whole}.${shortest.padEnd(4, "0")}`;
  }
}

function localTime(unixMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(unixMs);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

function membersOf(text: string): Record<string, string> | undefined {
  const json = readJson(text);
  return json?.kind === "object" ? Object.fromEntries([...json.members].map(([name, value]) => [name, textOf(value) ?? ""])) : undefined;
}

function isEqual(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && /^[0-9.]+$/.test(one + other) && formed(one, "ShortestNumber") === formed(other, "ShortestNumber"));
}

function kindOf(name: string): string {
  return name.endsWith("Refund") ? "refund" : name.endsWith("Payout") ? "payout" : "payIn";
}

function accepted(members: string): string {
  return `{"msg":"success","code":"0000","success":true,"data":{${members}}}`;
}

function envelope(code: string, message: string): string {
  return JSON.stringify({ msg: message, code, success: false, data: {} });
}

function say(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { "Content-Type": "application/json;charset=UTF-8", ...headers } });
}
