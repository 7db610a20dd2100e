// The cookies that a browser keeps of a site, in its own words.

/** All cookies that hosts of a registrable domain have set. A domain with a leading dot holds for the hosts below it too. */
export async function cookies(browser, domain) {
    const all = await browser.cookies();
    return all.filter((cookie) => `.${cookie.domain}`.endsWith(`.${domain}`));
}

/** Those of the given names, as `name=value domain path`, in order. */
export function places(cookies, names) {
    const chosen = cookies.filter((cookie) => names.includes(cookie.name));
    return chosen.map(({ name, value, domain, path }) => `${name}=${value} ${domain} ${path}`).sort();
}

/** How often a script sees each of the given names, and with which values. */
export function seenByScripts(documentCookie, names) {
    const pairs = documentCookie.split("; ").filter((pair) => names.includes(pair.split("=", 1)[0]));
    return pairs.sort();
}
