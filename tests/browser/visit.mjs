// One page, as a person opens it: an address typed into a new tab.

import { host, TRACKER } from "./site.mjs";

/** What came back, what scripts of the page see, and whether the tracker was asked for. */
export async function visit({ browser, port, outside }, way, at = host(way)) {
    const asked = outside.hosts.length;
    const page = await browser.newPage();
    // "load" waits for the tag, whatever becomes of it.
    const response = await page.goto(`http://${at}:${port}${way.path}`, { waitUntil: "load" });
    const seen = await page.evaluate(() => ({ gpc: navigator.globalPrivacyControl, cookie: document.cookie }));
    const headers = response.headers();
    const answer = {
        ...seen,
        html: await response.text(),
        cacheControl: headers["cache-control"],
        setCookie: headers["set-cookie"],
        tracked: outside.hosts.slice(asked).includes(TRACKER),
    };
    await page.close();
    return answer;
}
