// Makes TypeScript types of OpenAPI documents, compiles them with a call to each and makes the calls: node types.mjs FOLDER ADDRESS MERCHANTS
// MERCHANTS is {"mex-pay":{"number":"…","secret":"…"},…}. Ends with 1 when something does not compile or is not accepted.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [folder, address, merchantsText] = process.argv.slice(2), merchants = JSON.parse(merchantsText);
const made = join(folder, "types");
mkdirSync(made, { recursive: true });
const calls = [];
for (const name of readdirSync(folder).filter(name => name.endsWith(".json")).sort()) {
  const segment = name.replace(".json", ""), document = JSON.parse(readFileSync(join(folder, name), "utf8"));
  writeFileSync(join(made, `${segment}.ts`), astToString(await openapiTS(document, { silent: true })));
  const [path, { post }] = Object.entries(document.paths).find(([, item]) => item.post.operationId.startsWith("createPayIn"));
  const example = Object.values(post.requestBody.content["application/json"].examples)[0].value;
  const { sign, ...body } = { ...example, tradeNo: `types_${Date.now()}`, timestamp: String(Date.now()) };
  const named = post.operationId[0].toUpperCase() + post.operationId.slice(1);

  // The body without its sign, and the answer's status and number, by the generated names.
  writeFileSync(join(made, `${segment}-call.ts`), `
import type { components, paths } from "./${segment}.ts";
type Answer = paths["${path}"]["post"]["responses"]["200"]["content"]["application/json"];
export const body: components["schemas"]["${named}Request"] = ${JSON.stringify(body)};
export function read(answer: Answer): [status: components["schemas"]["OrderStatus"], number: string] {
  if (answer.code !== "0000") throw new Error(answer.msg);
  return [answer.data.status, answer.data.platFormTradeNo];
}
`);
  calls.push({ segment, path });
}

const program = ts.createProgram(calls.map(({ segment }) => join(made, `${segment}-call.ts`)), {
  strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true, rewriteRelativeImportExtensions: true, outDir: join(made, "out"), types: [], skipLibCheck: true,
});
writeFileSync(join(made, "package.json"), '{"type":"module"}');
program.emit();
const problems = ts.getPreEmitDiagnostics(program).map(problem => ts.flattenDiagnosticMessageText(problem.messageText, "\n"));

for (const { segment, path } of problems.length > 0 ? [] : calls) {
  const { body, read } = await import(pathToFileURL(join(made, "out", `${segment}-call.js`)));
  const { number, secret } = merchants[segment];
  const text = Object.keys(body).filter(name => body[name] !== "").sort().map(name => `${name}=${body[name]}`).join("");
  const signed = { ...body, sign: createHash("md5").update(text + secret).digest("hex") };
  const answer = await (await fetch(address + path, {
    method: "POST", headers: { "Content-Type": "application/json", merchantNo: number }, body: JSON.stringify(signed),
  })).json();
  try {
    const [status, order] = read(answer);
    if (status !== "0015" || !/^[a-z0-9]{16}$/.test(order)) problems.push(`${segment}: ${JSON.stringify(answer)}`);
  } catch (error) {
    problems.push(`${segment}: ${error.message}`);
  }
}
for (const problem of problems) console.log(problem);
console.log(`${calls.length} countries, ${problems.length} problems`);
process.exitCode = problems.length > 0 || calls.length === 0 ? 1 : 0;
