// Scripts from stdin, one JSON string a line: `run` runs each, `parse` parses them in pairs, before and after.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const scripts = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
let failures = 0;

function fail(script, why) {
  failures += 1;
  console.log(`${why}\n  in: ${script}`);
}

// A page that answers everything with itself, so that loaders and listeners run to their end.
function anything() {
  const target = function () {};
  const proxy = new Proxy(target, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === "length" ? 0 : proxy),
    set: () => true,
    apply: () => proxy,
    construct: () => proxy,
  });
  return proxy;
}

function run(script) {
  const heard = [];
  const page = { document: anything(), navigator: anything(), setTimeout() {}, addEventListener() {}, console };
  page.window = page.self = page;
  page.site = (name) => heard.push(name);
  page.later = () => {};
  vm.createContext(page);
  try {
    new vm.Script(script).runInContext(page, { timeout: 1000 });
  } catch (error) {
    return fail(script, error);
  }
  // Comments hold no calls of the site's in these scripts.
  const wanted = [...script.matchAll(/\bsite\(['`](\w+)['`]\)/g)].map((match) => match[1]);
  if (heard.join() !== wanted.join()) fail(script, `ran ${heard}, not ${wanted}`);
}

function parses(script) {
  try {
    new vm.Script(script);
    return true;
  } catch (error) {
    // What is wrong about await and import in a script is fine in a module.
    return /import|await|export/.test(String(error));
  }
}

if (process.argv[2] === "run") {
  scripts.forEach(run);
} else {
  for (let at = 0; at + 1 < scripts.length; at += 2) {
    const [before, after] = [parses(scripts[at]), parses(scripts[at + 1])];
    if (before && !after) fail(scripts[at + 1], "parsed before its cuts, and not behind them");
    // What no browser ran must not begin to run.
    if (!before && after) fail(scripts[at + 1], "did not parse before its cuts, and does behind them");
  }
}
console.log(`${scripts.length} scripts, ${failures} failures`);
process.exit(failures ? 1 : 0);
