// What the guard takes of a page's main thread while the page loads, in Chromium.
//
//   node guard-time.mjs PROGRAM GPC_PROXY [LOADS]
//
// Pages take turns: one with a script that does nothing, one with the guard in it, and one with the guard as a file that the
// browser has kept. A line for each tells how long its scripts ran, in milliseconds: the least, the lower quartile and the
// median of all loads. It is the thread's processor time, of Chromium's own traces: beside it the browser's other threads
// want a processor, too. Nothing leaves this machine.

import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { begin } from "./begin.mjs";
import { startBrowser } from "./browsers.mjs";
import { startGpcProxy } from "./gpc-proxy.mjs";
import { listen } from "./listen.mjs";
import { startOutside } from "./outside.mjs";

const [program, gpcProxy, loads] = process.argv.slice(2);
const DEADLINE = 400_000;
// By then the browser has compiled the file, and has kept that.
const FIRST = 3;

const home = begin("guard-time", DEADLINE);
const site = await listen(
    createServer((request, response) => {
        const script = request.url.startsWith("/nothing") ? "<script>0</script>" : "";
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(`<!doctype html><html><head>${script}<title>Page</title></head><body><p>Text</p></body></html>`);
    }),
);
const proxy = async (name, options) => {
    const file = join(home, `${name}.toml`);
    writeFileSync(file, `[gpc]\n${options}\n`);
    return startGpcProxy(gpcProxy, site.port, file);
};
const pages = [
    ["nothing", "/nothing", await proxy("nothing", "guard = false")],
    ["in the page", "/page", await proxy("page", "guard = true")],
    ["as a file", "/file", await proxy("file", "guard = true\nguard-file = true")],
];

const outside = await startOutside();
const profile = join(home, "profile");
const browser = await startBrowser("chromium", { program, profile, home, gpc: true, outside: outside.port });
const page = await browser.newPage();
const trace = join(home, "trace.json");
await page.goto(`http://shop.localhost:${pages[0][2].port}/`);
await page.tracing.start({ categories: ["devtools.timeline"], path: trace });
for (let load = 0; load < FIRST + Number(loads ?? 60); load++) {
    for (const [, path, { port }] of pages) await page.goto(`http://shop.localhost:${port}${path}?${load}`, { waitUntil: "load" });
}
await page.tracing.stop();
await browser.close();

// The scripts of a page run between its own `CommitLoad` and the next.
const times = new Map(pages.map(([, path]) => [path, []]));
let running;
const events = JSON.parse(readFileSync(trace, "utf8")).traceEvents.filter((event) => event.ph === "X");
for (const { name, args, tdur } of events.sort((one, other) => one.ts - other.ts)) {
    if (name === "CommitLoad") {
        const list = times.get(/^http:\/\/shop\.localhost:\d+(\/\w+)\?/.exec(args.data?.url)?.[1]);
        list?.push(0);
        running = list;
    } else if (running && (name === "EvaluateScript" || name === "FunctionCall") && /shop\.localhost/.test(args.data?.url)) {
        running[running.length - 1] += tdur / 1000;
    }
}
for (const [name, path] of pages) {
    const all = times.get(path).slice(FIRST).sort((one, other) => one - other);
    const at = (part) => all[Math.floor(all.length * part)].toFixed(2);
    console.log(`${name.padEnd(12)} ${at(0)} ${at(0.25)} ${at(0.5)}`);
}
process.exit(0);
