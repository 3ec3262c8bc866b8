// Checks OpenAPI documents by Redocly's "recommended" and Spectral's "spectral:oas" rules: node check.mjs FOLDER
// One line for each finding, an error or a warning alike. Ends with 1 when there is one.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";

const folder = process.argv[2];
const files = readdirSync(folder).filter(name => name.endsWith(".json")).sort();
const config = await createConfig({ extends: ["recommended"] });
const oas = new spectral.Spectral();
oas.setRuleset({ extends: [[rulesets.oas, "recommended"]] });

const findings = [];
for (const name of files) {
  const text = readFileSync(join(folder, name), "utf8");
  for (const problem of await lintFromString({ source: text, absoluteRef: join(folder, name), config })) {
    findings.push(`${name}: ${problem.location[0]?.pointer ?? ""}: ${problem.message} (Redocly ${problem.ruleId}, ${problem.severity})`);
  }
  const document = new spectral.Document(text, parsers.Json, name);
  for (const problem of await oas.run(document)) {
    findings.push(`${name}: #/${problem.path.join("/")}: ${problem.message} (Spectral ${problem.code})`);
  }
}
for (const finding of findings) console.log(finding);
console.log(`${files.length} documents, ${findings.length} findings`);
process.exitCode = findings.length > 0 || files.length === 0 ? 1 : 0;
