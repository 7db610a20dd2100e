// A site as consent platforms leave it: its pages put privacy strings that say "not opted out" into the browser, each host
// in another way, and carry a tracker's tag.

import { createServer } from "node:http";
import { listen } from "./listen.mjs";

/** What the platforms write: sale and sharing go on, and GPP is said not to apply. */
export const STALE = { usprivacy: "1YNN", __gpp: "DBABBg~BUoAAACA.QA", __gpp_sid: "-1" };

/** The same for an opted-out browser: what the IAB's own library makes of it with both opt-outs and `Gpc` set. */
export const OPTED_OUT = { usprivacy: "1YYN", __gpp: "DBABBg~BUUAAACA.YA", __gpp_sid: "8" };

const WITHOUT_SECTIONS = ["usprivacy", "__gpp"];
const DEEPER = { path: "/shop/boots/12" };

/** Where the strings are put, and which if not all; the host is `www.<name>.localhost`. */
export const WAYS = [
    { name: "host-only", path: "/", attributes: () => "; path=/" },
    { name: "registrable", path: "/", attributes: (host) => `; path=/; domain=${registrable(host)}` },
    { name: "own-domain", path: "/", attributes: (host) => `; path=/; domain=${host}` },
    // A script that names no path gets the directory of the page (RFC 6265bis § 5.1.4).
    { ...DEEPER, name: "deeper", attributes: () => "" },
    { ...DEEPER, name: "deeper-registrable", attributes: (host) => `; domain=${registrable(host)}` },
    { name: "server", path: "/", server: true, attributes: () => "; path=/" },
    { name: "server-registrable", path: "/", server: true, attributes: (host) => `; path=/; domain=${registrable(host)}` },
];

/** Pages without a platform, ones that shared caches may keep, and ones first seen when the signal is on, or off again. */
export const PAGES = {
    plain: { name: "plain", path: "/" },
    cached: { name: "cached", path: "/", cache: "public, max-age=600" },
    cachedStale: { name: "cached-stale", path: "/", cache: "public, max-age=600", attributes: () => "; path=/" },
    served: { name: "served", path: "/", server: true, writes: WITHOUT_SECTIONS, attributes: () => "; path=/" },
    written: { name: "written", path: "/", attributes: () => "; path=/" },
    later: { name: "later", path: "/" },
};

/** The vendor whose tag is on every page. */
export const TRACKER = "connect.facebook.net";

const TAG = `<script src="https://${TRACKER}/en_US/fbevents.js"></script>`;
const YEAR = 365 * 24 * 60 * 60;

/** The page of a host, or what is left of it without its tracker. */
export function page(way, host, tag = TAG) {
    const script = way.attributes && !way.server ? `<script>${platform(lines(way, host))}</script>` : "";
    return `<!doctype html>\n<title>Boots</title>\n<link rel="icon" href="data:,">\n${tag}\n${script}\n<h1>Boots</h1>\n`;
}

export const writes = (way) => way.writes ?? Object.keys(STALE);
export const host = (way) => `www.${way.name}.localhost`;
export const registrable = (host) => host.replace(/^www\./, "");

/** Starts the site. `seen` has every request: host, path and `Sec-GPC`. */
export async function startSite() {
    const seen = [];
    const ways = new Map([...WAYS, ...Object.values(PAGES)].map((way) => [`${way.name}.localhost`, way]));
    const server = createServer((request, response) => {
        const name = request.headers.host.replace(/:\d+$/, "");
        const way = ways.get(registrable(name));
        seen.push({ host: name, path: request.url, gpc: request.headers["sec-gpc"] });
        response.setHeader("content-type", "text/html; charset=utf-8");
        if (way.cache) response.setHeader("cache-control", way.cache);
        if (way.server) {
            const carried = request.headers.cookie ?? "";
            const missing = lines(way, name).filter(([cookie]) => !carried.includes(`${cookie}=`));
            response.setHeader("set-cookie", missing.map(([, line]) => line));
        }
        response.end(page(way, name));
    });
    return { seen, ...(await listen(server)) };
}

function lines(way, host) {
    const attributes = `${way.attributes(host)}; max-age=${YEAR}`;
    return writes(way).map((cookie) => [cookie, `${cookie}=${STALE[cookie]}${attributes}`]);
}

// Like platforms, it leaves alone what is there.
function platform(lines) {
    return `for (const [name, line] of ${JSON.stringify(lines)}) if (!document.cookie.includes(name + "=")) document.cookie = line;`;
}
