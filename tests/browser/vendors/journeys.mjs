// Ways through a site for somebody who opted out in one way or another: first visit, reload, back and forward, a page from
// the cache. Prints, as JSON, what was asked of others at each step, and what axe-core has against our own pages.
//
//   node vendors/journeys.mjs chromium|firefox PROGRAM GPC_PROXY

import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { begin } from "../begin.mjs";
import { startBrowser } from "../browsers.mjs";
import { startGpcProxy } from "../gpc-proxy.mjs";
import { listen } from "../listen.mjs";
import { tag } from "./pages.mjs";
import { VENDORS } from "./table.mjs";
import { startWorld } from "./world.mjs";

const [kind, program, gpcProxy] = process.argv.slice(2);
const DEADLINE = 240_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const home = begin(kind, DEADLINE);

const trackers = VENDORS.slice(0, 3).map(tag).join("\n");
const page = (title) => `<!doctype html>
<html lang="en"><head><title>${title}</title><link rel="icon" href="data:,">${trackers}</head>
<body><main><h1>${title}</h1><p>Text.</p></main></body></html>`;
// As sites have it that shall work without a network: what it keeps, it answers with.
const WORKER = `
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
    if (event.request.mode !== "navigate" || !event.request.url.includes("/worked")) return;
    event.respondWith((async () => {
        const cache = await caches.open("pages");
        const kept = await cache.match(event.request);
        if (kept) return kept;
        const answer = await fetch(event.request);
        await cache.put(event.request, answer.clone());
        return answer;
    })());
});`;
const site = await listen(
    createServer((request, response) => {
        if (request.url === "/worker.js") {
            response.setHeader("content-type", "text/javascript");
            return response.end(WORKER);
        }
        response.setHeader("content-type", "text/html; charset=utf-8");
        if (request.url.startsWith("/cached")) response.setHeader("cache-control", "public, max-age=600");
        response.end(page(request.url));
    }),
);
const config = join(home, "gpc-proxy.toml");
writeFileSync(config, "[gpc]\nbridge = true\nstatus = true\n[gpc.preference-center]\npath = '/privacy-choices'\nprivacy-policy = '/privacy'\n");
const proxy = await startGpcProxy(gpcProxy, site.port, config);
const world = await startWorld();

const steps = [];
const findings = [];
/** Whether our cookie had the limit of before, and after it was lost. */
const choices = [];
for (const how of ["nothing", "header", "cookie", "form", "property"]) {
    const host = `www.${how}.localhost`;
    const at = (path) => `http://${host}:${proxy.port}${path}`;
    const profile = join(home, how);
    const start = (gpc) => startBrowser(kind, { program, home, profile, gpc, outside: world.port, insecure: true });
    let browser = await start(how === "header" || how === "cookie");
    let tab = await browser.newPage();

    // Whoever opts out on the way has seen a page before, and has it in the cache.
    if (how === "form") {
        await step("before", () => tab.goto(at("/cached")));
        await keep();
    }
    if (how === "cookie") {
        await tab.goto(at("/other"));
        // The signal is gone, what it left is not.
        await browser.close();
        browser = await start(false);
        tab = await browser.newPage();
    }
    if (how === "form") {
        await tab.goto(at("/left"));
        await tab.goto(at("/privacy-choices"));
        await axe("choices");
        await Promise.all([tab.waitForNavigation(), tab.click("form[action*='opt-out'] button")]);
        await axe("opted out by form");
        // The browser may have kept that as it was, with all that runs in it.
        await step("left before", () => travel(-2, "/left"));
    }
    // As an extension does it: the property says so, and no request has the field.
    if (how === "property") {
        await keep();
        // What was chosen before counts besides.
        await tab.goto(at("/privacy-choices"));
        await Promise.all([tab.waitForNavigation(), tab.click("form[action*='limit'] button")]);
        await tab.goto(at("/left"));
        const signal = () => void Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true, configurable: true });
        await tab.evaluate(signal);
        await tab.evaluateOnNewDocument(signal);
    }
    if (how === "form" || how === "property") await step("from a worker", () => tab.goto(at("/worked")));
    if (how === "property") await step("left before", () => travel(-1, "/left"));
    await step("first visit", () => tab.goto(at("/first")));
    await step("reload", () => tab.reload());
    await step("cached page", () => tab.goto(at("/cached")));
    await step("cached page again", () => tab.goto(at("/cached?again")));
    await step("back", () => travel(-1, "/cached"));
    await step("forward", () => travel(1, "/cached?again"));
    // Of this one puppeteer misses the load in Firefox, after a page was brought back.
    await step("new page", () => tab.goto(at("/new"), { timeout: 3_000 }));
    if (how === "property") {
        const limited = () => (/=1\.out-limit\./.test(document.cookie) ? 1 : 0);
        const kept = await tab.evaluate(limited);
        await tab.evaluate(() => void (document.cookie = `${document.cookie.split("=")[0]}=;path=/;max-age=0;secure`));
        await step("cookie lost", () => tab.goto(at("/first")));
        choices.push(kept, await tab.evaluate(limited));
    }
    if (how === "header") {
        await axe("status on a page of the site");
        await tab.goto(at("/privacy-choices?lang=es"));
        await axe("choices in Spanish, with the signal");
        await tab.goto(at("/privacy-choices?show=change"));
        await axe("conflict");
    }
    if (how === "form") {
        for (const show of ["change", "confirm", "expired"]) {
            await tab.goto(at(`/privacy-choices?show=${show}`));
            await axe(show);
        }
        // Two steps back in, and all is as it was before.
        await tab.goto(at("/privacy-choices?show=change"));
        await Promise.all([tab.waitForNavigation(), tab.click("form[action*='opt-in'] button")]);
        await Promise.all([tab.waitForNavigation(), tab.click("form[action*='confirm'] button")]);
        await step("opted in again", () => tab.goto(at("/again")));
    }
    await browser.close();

    // The site's service worker keeps a page of theirs.
    async function keep() {
        await tab.goto(at("/worked"));
        await tab.evaluate(() => navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready).then(() => {}));
        await tab.goto(at("/worked"));
        await step("kept by a worker", () => tab.goto(at("/worked")));
    }

    // A page that is brought back as it was tells of no load, so it is asked where it is.
    async function travel(by, path) {
        await tab.evaluate((by) => void setTimeout(() => history.go(by)), by);
        await tab.waitForFunction((path) => location.href.endsWith(path), { timeout: 5_000, polling: 50 }, path);
    }

    async function step(name, go) {
        const before = world.requests.length;
        // A page that loads itself again ends the visit to its first version.
        await go().catch(() => {});
        if (how === "property") await tab.waitForSelector("[data-gpc]", { timeout: 5_000 }).catch(() => {});
        await tab.waitForNetworkIdle({ idleTime: 150, timeout: 5_000 }).catch(() => {});
        const shown = await tab.evaluate(() => document.querySelectorAll("[data-gpc]").length);
        const hosts = new Set(world.requests.slice(before).map(({ url }) => new URL(url).hostname));
        steps.push({ how, name, shown, hosts: [...hosts].filter((host) => VENDORS.some((vendor) => vendor.host === host)) });
    }

    async function axe(name) {
        await tab.evaluate(`${AXE};0`);
        const { violations } = await tab.evaluate(() => window.axe.run());
        findings.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0].html}`));
    }
}
process.stdout.write(JSON.stringify({ steps, findings, choices }), () => process.exit(0));
