"use strict";
// The signatures of the API, for the pages that sign: MD5, HMAC-SHA256, and the text that each is over.
const signer = (() => {
  // RFC 1321; browsers have no MD5 of their own.
  function md5(text) {
    const bytes = new TextEncoder().encode(text), count = ((bytes.length + 8) >> 6) + 1, words = new Int32Array(count * 16);
    bytes.forEach((byte, i) => { words[i >> 2] |= byte << ((i & 3) * 8); });
    words[bytes.length >> 2] |= 0x80 << ((bytes.length & 3) * 8);
    words[count * 16 - 2] = bytes.length * 8;
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296));
    let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let at = 0; at < words.length; at += 16) {
      let [a, b, c, d] = [a0, b0, c0, d0];
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const [mix, index] = [
          [(b & c) | (~b & d), i], [(d & b) | (~d & c), (5 * i + 1) & 15], [b ^ c ^ d, (3 * i + 5) & 15], [c ^ (b | ~d), (7 * i) & 15],
        ][round];
        const sum = (a + mix + sines[i] + words[at + index]) | 0, shift = shifts[round][i & 3];
        [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
      }
      [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
    }
    return [a0, b0, c0, d0].map(word => [0, 8, 16, 24].map(shift => ((word >>> shift) & 255).toString(16).padStart(2, "0")).join("")).join("");
  }

  // Name and literal text of each member: a number is signed as it stands, which JSON.parse would lose.
  function literals(json) {
    JSON.parse(json);
    const members = [], pattern = /("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[^,{}[\]\s]+)/g;
    for (let match; (match = pattern.exec(json));) {
      members.push([JSON.parse(match[1]), match[2].startsWith('"') ? JSON.parse(match[2]) : match[2]]);
    }
    return members;
  }

  // What is signed with an MD5 key, without the key.
  const textOf = json => literals(json)
    .filter(([name, text]) => name !== "sign" && text !== "" && text !== "null")
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${name}=${text}`).join("");

  async function hmac(text, secret) {
    const bytes = value => new TextEncoder().encode(value);
    const key = await crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return [...new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(text)))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  }

  return { md5, literals, textOf, hmac, sign: (json, secret) => md5(textOf(json) + secret) };
})();
