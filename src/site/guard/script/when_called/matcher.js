// Tells which URLs are withheld: by the hosts of the catalog as hashes (`hosts.rs` says how they are written), and by rules in
// text where paths take part.
function matcher(rules) {
    const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The rules of each host.
    const tables = rules.tables.map((text) => {
        const places = {};
        const lines = text.split("\n");
        for (let at = 0; at < lines.length; at += 2) for (const host of lines[at + 1].split(" ")) places[host] = lines[at];
        return places;
    });
    // Where each bucket of hashes begins: a bit that is set is one of its hashes, and the next that is not ends it.
    const starts = [0];
    let count = 0;
    for (const digit of rules.buckets) {
        for (let bit = 32; bit; bit >>= 1) {
            if (DIGITS.indexOf(digit) & bit) count++;
            else starts.push(count);
        }
    }
    const hosts = (text) => {
        let h = rules.seed;
        for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
        h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
        h = (h ^ (h >>> 13)) >>> 4;
        const rest = DIGITS[(h >> 12) & 63] + DIGITS[(h >> 6) & 63] + DIGITS[h & 63];
        for (let at = starts[h >> 18]; at < starts[(h >> 18) + 1]; at++) {
            if (rules.hosts.substr(at * 3, 3) === rest) return true;
        }
    };

    const literal = (text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, "[^]*");

    // `-` keeps; then the path pattern, and behind `?` the parameters with the start of their values.
    const compile = (text) =>
        text.split(" ").map((rule) => {
            const keep = rule[0] === "-";
            const place = keep ? rule.slice(1) : rule;
            const mark = place.indexOf("?");
            const path = mark < 0 ? place : place.slice(0, mark);
            const whole = path.slice(-1) === "$";
            return {
                withheld: !keep,
                path: new RegExp("^" + literal(whole ? path.slice(0, -1) : path) + (whole ? "$" : "")),
                query: mark < 0 ? [] : place.slice(mark + 1).split("&"),
            };
        });

    const answer = (list, url) => {
        for (const rule of list) {
            const parameters = url.search.slice(1).split("&");
            const found = (wanted) => parameters.some((one) => one.lastIndexOf(wanted, 0) === 0);
            if (rule.path.test(url.pathname) && rule.query.every(found)) return rule;
        }
    };

    const onAnyHost = (rules.paths || []).map((rule) => {
        const [path, query] = rule.split("?");
        const parameter = (one) => new RegExp("^" + literal(one).replace(/#/g, "[0-9]"));
        return { path: new RegExp(literal(path) + "$"), query: query ? query.split("&").map(parameter) : [] };
    });

    // `url` is a `URL`. The longest host that has something to say decides; `undefined` if none has.
    const find = (places, url, hashed) => {
        let host = url.hostname.replace(/\.$/, "");
        while (host) {
            if (Object.prototype.hasOwnProperty.call(places, host)) {
                if (typeof places[host] === "string") places[host] = compile(places[host]);
                const found = answer(places[host], url);
                if (found) return found.withheld;
            }
            if (hashed && hashed(host)) return true;
            const dot = host.indexOf(".");
            host = dot < 0 ? "" : host.slice(dot + 1);
        }
    };

    // The operator's word about URLs, then about hosts, then the catalog's about hosts and about paths on the site's own.
    const lookup = (url) => {
        for (const places of tables) {
            const found = find(places, url, places === tables[tables.length - 1] && hosts);
            if (found !== undefined) return found;
        }
        const parameters = url.search.slice(1).split("&");
        return onAnyHost.some(
            ({ path, query }) =>
                path.test(url.pathname) && query.every((one) => parameters.some((given) => one.test(given))),
        );
    };

    return (text, base) => {
        try {
            const url = new URL(text, base);
            return /^(https?|wss?):$/.test(url.protocol) && lookup(url);
        } catch (_) {
            return false;
        }
    };
}
