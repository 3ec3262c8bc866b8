import { hex, md5 } from "./md5.js";

/** How a key signs. It belongs to the key and holds for both directions; it is never taken from a message. */
export type Algorithm = "md5" | "hmac-sha256";

/** Name of the header of an HMAC key. */
export const signatureHeaderName = "Paypro-Signature";

const utf8 = new TextEncoder();

/** The text that is signed: members without `sign` and without empty values, sorted by name, joined without separators. */
export function signedText(members: Iterable<readonly [string, string]>): string {
  return [...members]
    .filter(([name, value]) => name !== "sign" && value !== "")
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("");
}

/** The documented signature, 32 lower-case hex digits. */
export function md5Sign(members: Iterable<readonly [string, string]>, secret: string): string {
  return md5(utf8.encode(signedText(members) + secret));
}

/** The value of `Paypro-Signature`. */
export async function hmacHeader(
  purpose: "request" | "notify", path: string, merchantNo: string, unixSeconds: number, body: Uint8Array, secret: string,
): Promise<string> {
  return `t=${unixSeconds},v1=${await hmac(purpose, path, merchantNo, String(unixSeconds), body, secret)}`;
}

/** Whether a header `Paypro-Signature` fits. How old it may be is for the caller to say. */
export async function isHmacHeader(
  header: string | null | undefined, purpose: "request" | "notify", path: string, merchantNo: string, body: Uint8Array, secret: string,
): Promise<boolean> {
  const found = /^t=([0-9]{1,18}),v1=([0-9a-fA-F]{64})$/.exec(header ?? "");
  return found !== null && isSame(found[2] ?? "", await hmac(purpose, path, merchantNo, String(BigInt(found[1] ?? "0")), body, secret));
}

/** Whether what a payer's browser brought to `returnUrl` is signed. It tells what to show, never what to book. */
export async function isReturnSigned(parameters: { tradeNo: string; status: string; time: string; sign: string }, secret: string): Promise<boolean> {
  const { tradeNo, status, time, sign } = parameters;
  return /^[0-9]{1,18}$/.test(time) && isSame(sign, await hmacOf(utf8.encode(`return\n${tradeNo}\n${status}\n${time}`), secret));
}

/** Compares hex texts in a time that does not tell where they differ, in either letter case. */
export function isSame(given: string, expected: string): boolean {
  const text = given.toLowerCase();
  let difference = text.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    difference |= (text.charCodeAt(i) || 0) ^ expected.charCodeAt(i);
  }
  return difference === 0;
}

function hmac(purpose: string, path: string, merchantNo: string, seconds: string, body: Uint8Array, secret: string): Promise<string> {
  const head = utf8.encode(`${purpose}\n${path}\n${merchantNo}\n${seconds}\n`);
  const text = new Uint8Array(head.length + body.length);
  text.set(head);
  text.set(body, head.length);
  return hmacOf(text, secret);
}

async function hmacOf(text: Uint8Array<ArrayBuffer>, secret: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, text)));
}
