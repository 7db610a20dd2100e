// Visits the vendor test site and saved pages, and prints what was requested and which errors there were, as JSON.
//
//   node vendors/run.mjs chromium|firefox PROGRAM GPC_PROXY [FOLDER_OF_PAGES NAME...]
//
// Whether that is right is for the caller to say, who knows the catalog.

import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { begin } from "../begin.mjs";
import { startBrowser } from "../browsers.mjs";
import { startGpcProxy } from "../gpc-proxy.mjs";
import { listen } from "../listen.mjs";
import { KEPT_HOSTS, MANAGED_HOSTS } from "./container.mjs";
import { PAGES } from "./pages.mjs";
import { PLATFORM_PAGES, speakers } from "./platforms.mjs";
import { ALLOWED, RESTRICTED, RESTRICTED_PAGE, UNKNOWN, told } from "./restricted.mjs";
import { SCRIPTED, SCRIPTED_PAGES, told as scripted } from "./scripted.mjs";
import { VENDORS } from "./table.mjs";
import { startWorld } from "./world.mjs";

const [kind, program, gpcProxy, folder, ...names] = process.argv.slice(2);
const DEADLINE = 400_000;
const HOST = "www.vendors.localhost";
const MANAGER = "https://www.googletagmanager.com";
const LAST = "the end of this visit";

/** Content Security Policies, and what the page is then asked with. */
const POLICIES = {
    nonce: `script-src 'nonce-r4nd0m' ${MANAGER}`,
    "own-file": "script-src 'self' https:",
    "no-styles": "style-src 'self'",
    refused: `script-src ${MANAGER} https://connect.facebook.net`,
};

const home = begin(kind, DEADLINE);

PAGES.set("/restricted", RESTRICTED_PAGE);
for (const [path, page] of PLATFORM_PAGES) PAGES.set(path, page);
for (const name of names) PAGES.set(`/saved/${name}`, readFileSync(join(folder, name)));

const site = await listen(
    createServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url, "http://site");
        const { body: page = PAGES.get(decodeURIComponent(pathname)), type = "text/html", policy: own } = SCRIPTED.get(pathname) ?? {};
        response.setHeader("content-type", type);
        const policy = POLICIES[searchParams.get("policy")];
        if (policy ?? own) response.setHeader("content-security-policy", policy ?? own);
        response.statusCode = page ? 200 : 404;
        response.end(policy ? String(page).replaceAll("<script", '<script nonce="r4nd0m"') : page);
    }),
);
const config = join(home, "gpc-proxy.toml");
writeFileSync(config, "[gpc]\nstatus = true\n");
const proxy = await startGpcProxy(gpcProxy, site.port, config);
const bound = join(home, "bound.toml");
const hosts = JSON.stringify(ALLOWED);
writeFileSync(bound, `[gpc]\ntighten-csp = ${hosts}\n[gpc.policy.vendor]\n${RESTRICTED.map((id) => `${id} = "restrict"\n`).join("")}`);
const contract = await startGpcProxy(gpcProxy, site.port, bound);
const loading = join(home, "loading.toml");
writeFileSync(loading, "[gpc]\nguard-file = true\n");
const loader = await startGpcProxy(gpcProxy, site.port, loading);
const world = await startWorld();

const visits = [];
let restricted, taken;
const loaded = {};
for (const gpc of [false, true]) {
    const browser = await startBrowser(kind, {
        program, home, gpc, outside: world.port, profile: join(home, `profile-${gpc}`), insecure: true,
    });
    try {
        const pages = ["/manager?policy=nonce", "/external?policy=own-file", "/external?policy=refused", "/external?policy=no-styles"];
        for (const path of [...PAGES.keys(), ...SCRIPTED_PAGES, ...pages]) {
            // That a vendor fires without the signal, the page with all of them shows.
            if (gpc || !path.startsWith("/vendor/")) visits.push(await visit(browser, path, gpc));
        }
        if (!gpc) {
            taken = await browsersOwn(browser);
            continue;
        }
        restricted = await visitRestricted(browser);
        // Lost first: what came once might come again from a cache.
        for (const comes of [false, true]) loaded[comes ? "came" : "lost"] = await visitLoading(browser, comes);
    } finally {
        await browser.close();
    }
}
const answer = JSON.stringify({ vendors: VENDORS, kept: KEPT_HOSTS, managed: MANAGED_HOSTS, visits, restricted, loaded, taken, unknown: UNKNOWN });
process.stdout.write(answer, () => process.exit(0));

/** The names that have stubs, and that a page has anyway, of the browser. */
async function browsersOwn(browser) {
    const guard = await (await fetch(`http://127.0.0.1:${proxy.port}/.gpc/guard.js`)).text();
    const names = /"stubs":"([^"]+)"/.exec(guard)[1].split(" ");
    const page = await browser.newPage();
    await page.goto(`http://${HOST}:${site.port}/plain`);
    const taken = await page.evaluate((names) => names.filter((name) => name in window), names);
    await page.close();
    return taken;
}

/** The vendors are bound by contract here, and the policy is tightened: what they are told, and what is asked for. */
async function visitRestricted(browser) {
    const page = await browser.newPage();
    const before = world.requests.length;
    await page.goto(`http://${HOST}:${contract.port}/restricted`, { waitUntil: "load", timeout: 60_000 });
    await page.waitForNetworkIdle({ idleTime: 150, timeout: 3_000 }).catch(() => {});
    const answer = { told: await page.evaluate(told), requests: world.requests.slice(before) };
    await page.close();
    return answer;
}

/** The guard is a file, which comes or is lost on the way: what is asked for on a page with a tag manager. */
async function visitLoading(browser, comes) {
    const page = await browser.newPage();
    // Only where it is needed: now and then it holds up what a worker asks for, for good.
    if (!comes) await page.setRequestInterception(true);
    const files = [];
    page.on("request", (request) => {
        const isGuard = new URL(request.url()).pathname === "/.gpc/guard.js";
        if (isGuard) files.push(request.url());
        if (!comes) isGuard ? request.abort() : request.continue();
    });
    const before = world.requests.length;
    await page.goto(`http://${HOST}:${loader.port}/manager`, { waitUntil: "load", timeout: 60_000 });
    // A worker's requests are not the page's own to wait for.
    if (comes) await world.asked(KEPT_HOSTS, before);
    await page.waitForNetworkIdle({ idleTime: 150, timeout: 3_000 }).catch(() => {});
    const ran = await page.evaluate(() => Symbol.for("tower-gpc guard") in self);
    const answer = { files: files.length, ran, requests: world.requests.slice(before) };
    await page.close();
    return answer;
}

async function visit(browser, path, gpc) {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error.message ?? error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    // What a page says is told in order, and on a busy machine late: this is the last of it.
    const heard = new Promise((resolve) => page.on("console", (message) => message.text() === LAST && resolve()));
    const before = world.requests.length;
    // Saved pages want many things that nobody has here.
    await page.goto(`http://${HOST}:${proxy.port}${path}`, { waitUntil: "load", timeout: 60_000 }).catch((error) => errors.push(`load: ${error.message}`));
    if (path === "/manager") await world.asked(KEPT_HOSTS, before);
    await page.waitForNetworkIdle({ idleTime: 150, timeout: 3_000 }).catch(() => {});
    const said = await page.evaluate(() => ({
        gpc: navigator.globalPrivacyControl,
        status: document.querySelectorAll("[role=status][data-gpc]").length,
        navigated: document.body?.dataset.navigated,
    }));
    said.speakers = await page.evaluate(speakers);
    if (SCRIPTED.has(path)) said.scripted = await page.evaluate(scripted).catch((error) => ({ seen: { failed: String(error) }, holds: {} }));
    await page.evaluate((last) => console.debug(last), LAST).catch(() => {});
    await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    await page.close();
    return { path, gpc, requests: world.requests.slice(before), errors, said };
}
