// What must hold in a browser that visits without the signal, then with it, then without it again.

import { cookies, places, seenByScripts } from "./jar.mjs";
import { host, OPTED_OUT, page, PAGES, registrable, STALE, WAYS, writes } from "./site.mjs";
import { visit } from "./visit.mjs";

const STRINGS = Object.keys(STALE);
const OPT_OUT = "__Host-privacy-opt-out";
const DAY = 24 * 60 * 60;

/** 1. A browser that did not opt out: all is as the site made it. */
export async function withoutSignal(report, setting) {
    for (const way of [...WAYS, PAGES.plain, PAGES.cachedStale]) {
        const got = await visit(setting, way);
        const jar = await jarOf(setting, way);
        report.check(`no signal, ${way.name}: the browser sends none`, got.gpc, false);
        report.check(`no signal, ${way.name}: the page is the site's`, got.html, page(way, host(way)));
        report.check(`no signal, ${way.name}: its tracker is asked for`, got.tracked, true);
        report.check(`no signal, ${way.name}: the strings are the site's`, places(jar, STRINGS), asTheSiteSetThem(way));
        report.check(`no signal, ${way.name}: no opt-out cookie`, places(jar, [OPT_OUT]), []);
    }
    await visit(setting, PAGES.cached);
    const asked = setting.site.seen.length;
    await visit(setting, PAGES.cached);
    report.check("no signal, cached: the browser shows the page again from its cache", setting.site.seen.length, asked);
}

/** 2. The same browser with the signal: no tracker, and what it remembers says "opted out", once. */
export async function withSignal(report, setting) {
    for (const way of WAYS) {
        const got = await visit(setting, way);
        report.check(`signal, ${way.name}: the browser sends it`, got.gpc, true);
        filtered(report, setting, `signal, ${way.name}`, way, got);
        const after = way.name.startsWith("deeper") ? await visit(setting, way) : got;
        const jar = await jarOf(setting, way);
        report.check(`signal, ${way.name}: each string is there once, opted out`, places(jar, STRINGS), replaced(way));
        report.check(`signal, ${way.name}: scripts see each once`, seenByScripts(after.cookie, STRINGS), pairs(OPTED_OUT));
        remembered(report, `signal, ${way.name}`, jar, way);
    }
    const plain = await visit(setting, PAGES.plain);
    const jar = await jarOf(setting, PAGES.plain);
    filtered(report, setting, "signal, plain", PAGES.plain, plain);
    report.check("signal, plain: no string where there was none", places(jar, STRINGS), []);
    remembered(report, "signal, plain", jar, PAGES.plain);
    await neighbours(report, setting);
    await shared(report, setting);
    await first(report, setting);
}

/** 3. The signal is gone, and the absence of a signal is no opt-in (11 CCR § 7025(c)(5)). */
export async function withoutSignalAgain(report, setting) {
    const known = await jarOf(setting, PAGES.plain);
    const got = await visit(setting, PAGES.plain);
    report.check("signal gone, plain: the browser sends none", got.gpc, false);
    filtered(report, setting, "signal gone, plain", PAGES.plain, got);
    report.check("signal gone, plain: the opt-out cookie is not written again", got.setCookie, undefined);
    report.check("signal gone, plain: and stands as it was", await jarOf(setting, PAGES.plain), known);
    for (const way of WAYS) {
        const got = await visit(setting, way);
        filtered(report, setting, `signal gone, ${way.name}`, way, got);
        report.check(`signal gone, ${way.name}: nothing is set`, got.setCookie, undefined);
        report.check(`signal gone, ${way.name}: the strings stay`, places(await jarOf(setting, way), STRINGS), replaced(way));
    }
    const later = await visit(setting, PAGES.later);
    report.check("signal gone, later: a site that never heard it has its tracker", later.tracked, true);
}

/** A string on the registrable domain is one for all hosts of it. */
async function neighbours(report, setting) {
    const [way] = WAYS;
    const got = await visit(setting, way, registrable(host(way)));
    report.check("signal, next host: scripts see each string once", seenByScripts(got.cookie, STRINGS), pairs(OPTED_OUT));
    report.check("signal, next host: each is there once", places(await jarOf(setting, way), STRINGS), replaced(way));
}

/** What shared caches may keep is not made one visitor's for our cookie's sake; for a wrong string it is. */
async function shared(report, setting) {
    const good = await visit(setting, PAGES.cached);
    const jar = await jarOf(setting, PAGES.cached);
    filtered(report, setting, "signal, cached", PAGES.cached, good);
    report.check("signal, cached: the page stays public", good.cacheControl, PAGES.cached.cache);
    report.check("signal, cached: no cookie is set", jar, []);

    const way = PAGES.cachedStale;
    const stale = await visit(setting, way);
    filtered(report, setting, "signal, cached-stale", way, stale);
    report.check("signal, cached-stale: the page is private", stale.cacheControl, "private, max-age=600");
    report.check("signal, cached-stale: the strings are right", places(await jarOf(setting, way), STRINGS), replaced(way));
}

/** Strings that first come when the signal is on: a server's are put right on their way, a script's at the next request. */
async function first(report, setting) {
    const { served, written } = PAGES;
    const got = await visit(setting, served);
    const want = pairs(OPTED_OUT, writes(served));
    report.check("signal, served: scripts see no string but the right ones", seenByScripts(got.cookie, STRINGS), want);
    await visit(setting, written);
    await visit(setting, written);
    report.check("signal, written: each is put right", places(await jarOf(setting, written), STRINGS), replaced(written));
}

function filtered(report, { site }, what, way, got) {
    report.check(`${what}: the page has all but its tracker`, got.html, page(way, host(way), ""));
    report.check(`${what}: the tracker is not asked for`, got.tracked, false);
    report.check(`${what}: the site hears the signal`, site.seen.findLast((seen) => seen.host === host(way)).gpc, "1");
}

/** R20: one cookie of ours, first-party, for more than 12 months, that says nothing of who this is. */
function remembered(report, what, jar, way) {
    const now = Date.now() / 1000;
    const ours = jar.filter((cookie) => cookie.name === OPT_OUT).map((cookie) => {
        const { value, domain, path, secure, httpOnly, sameSite, expires } = cookie;
        const days = (expires - now) / DAY;
        return { domain, path, secure, httpOnly, sameSite, days: within(days, 395, 400), value: today(value) };
    });
    // No dot: it is this host's alone.
    const place = { domain: host(way), path: "/", secure: true, httpOnly: false, sameSite: "Lax" };
    report.check(`${what}: the opt-out is remembered`, ours, [{ ...place, days: "395 to 400", value: "1.out.<today>" }]);
}

/** Browsers count whole seconds. */
function within(days, least, most) {
    return Math.round(days) >= least && Math.round(days) <= most ? `${least} to ${most}` : days;
}

/** It may have been written before midnight. */
function today(value) {
    const day = Math.floor(Date.now() / 1000 / DAY);
    return [`1.out.${day}`, `1.out.${day - 1}`].includes(value) ? "1.out.<today>" : value;
}

function asTheSiteSetThem(way) {
    if (!way.attributes) return [];
    const attributes = way.attributes(host(way));
    const domain = /domain=([^;]+)/.exec(attributes)?.[1];
    const path = /path=([^;]+)/.exec(attributes)?.[1] ?? way.path.replace(/(.)\/[^/]*$/, "$1");
    return pairs(STALE, writes(way)).map((pair) => `${pair} ${domain ? `.${domain}` : host(way)} ${path}`);
}

const replaced = (way) => pairs(OPTED_OUT).map((pair) => `${pair} .${registrable(host(way))} /`);
const pairs = (strings, names = STRINGS) => names.map((name) => `${name}=${strings[name]}`).sort();
const jarOf = ({ browser }, way) => cookies(browser, registrable(host(way)));
