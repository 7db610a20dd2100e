// Puts the parts of the browser's guard together and makes them short.
//
//   node guard.mjs          writes src/site/guard/guard.min.js
//   node guard.mjs --check  tells whether it is up to date

import { readFileSync, writeFileSync } from "node:fs";
import { minify } from "terser";

const folder = new URL("../../src/site/guard/", process.env.GUARD_FOLDER ?? import.meta.url);
const PARTS = ["matcher", "requests", "elements", "frames", "stubs", "google", "signal", "guard"];

const parts = PARTS.map((name) => readFileSync(new URL(`script/${name}.js`, folder), "utf8"));
// What is assigned stays a function that is not called; the name goes again.
const whole = `self.x=function(rules,page){"use strict";${parts.join("\n")}\nguard(window,rules,page);}`;
const { code } = await minify(whole, { compress: { passes: 2 }, mangle: true, ecma: 2018 });
const text = `${code.replace(/^self\.x=/, "").replace(/;$/, "")}\n`;

const target = new URL("guard.min.js", folder);
if (process.argv.includes("--check")) {
    if (readFileSync(target, "utf8") !== text) {
        console.log("guard.min.js is not what the parts make: run `node tests/node/guard.mjs`");
        process.exit(1);
    }
} else {
    writeFileSync(target, text);
}
