// Puts the parts of the browser's guard together, and makes them and the other scripts of ours short.
//
//   node guard.mjs          writes the *.min.js below src/site
//   node guard.mjs --check  tells whether they are up to date

import { readFileSync, writeFileSync } from "node:fs";
import { minify } from "terser";

const folder = new URL("../../src/site/guard/", process.env.GUARD_FOLDER ?? import.meta.url);
const WHEN_CALLED = ["matcher", "requests", "markup", "trusted", "elements", "frames", "copies", "calls", "entries", "privacy"];
const AT_LOAD = ["later", "put", "hook", "apis", "signal", "google", "stubs", "guard"];
const PARTS = [...WHEN_CALLED.map((name) => `when_called/${name}`), ...AT_LOAD.map((name) => `at_load/${name}`)];

const read = (name) => readFileSync(new URL(`${name}.js`, folder), "utf8");
const part = (name) => read(`script/${name}`);
const check = process.argv.includes("--check");

await make("guard.min.js", "rules,page", `${PARTS.map(part).join("\n")}\nguard(window,rules,page);`);
await make("restrict.min.js", "vendors", `${part("restrict")}\nrestrict(window,vendors);`);
await make("../bridge.min.js", "name,attributes", `${read("../forget")}\n${read("../bridge")}\nbridge(name,attributes,forget);`);
await make("../forget.min.js", "", `${read("../forget")}\nforget();`);

async function make(file, parameters, body) {
    // What is assigned stays a function that is not called; the name goes again.
    const whole = `self.x=function(${parameters}){"use strict";${body}}`;
    // A function that is moved to where it is called would be compiled with what is around it.
    const compress = { passes: 2, reduce_funcs: false, inline: 1 };
    const { code } = await minify(whole, { compress, mangle: true, ecma: 2018 });
    // Engines compile a function behind a parenthesis at once, as it may be called there, and skim the others.
    const text = `${code.replace(/^self\.x=/, "").replace(/;$/, "").replaceAll("AT_LOAD(", "(")}\n`;
    const target = new URL(file, folder);
    if (!check) {
        writeFileSync(target, text);
    } else if (readFileSync(target, "utf8") !== text) {
        console.log(`${file} is not what the parts make: run \`node tests/node/guard.mjs\``);
        process.exitCode = 1;
    }
}
