// Tells which URLs are withheld: by the hosts of the catalog as hashes (`hosts.rs` says how they are written), and where paths
// take part by patterns (`rules.rs`).
function matcher(rules) {
    const hashes = new Set();
    let sum = 0;
    for (let at = 0; at < rules.high.length; at++) {
        sum += parseInt(rules.high[at] + rules.low.substr(at * 3, 3), 32);
        hashes.add(sum);
    }
    const hash = (text) => {
        let h = rules.seed;
        for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
        return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 4;
    };
    // The patterns of each host.
    const tables = rules.tables.map((text) => {
        const places = new Map();
        const lines = text.split("\n");
        for (let at = 0; at < lines.length; at += 2) for (const host of lines[at + 1].split(" ")) places.set(host, lines[at]);
        return places;
    });
    const last = tables[tables.length - 1];

    // The operator's word about URLs, then about hosts, then the catalog's about hosts and about paths on the site's own. The
    // longest host that has something to say decides; of its patterns, the first: `-` keeps.
    const lookup = (url) => {
        const place = url.pathname + url.search;
        for (const places of tables) {
            let host = url.hostname.replace(/\.$/, "");
            for (; host; host = host.replace(/^[^.]*\.?/, "")) {
                for (const rule of (places.get(host) || "").split(" ")) {
                    const pattern = rule.replace(/^-/, "");
                    if (rule && new RegExp("^" + pattern).test(place)) return rule === pattern;
                }
                if (places === last && hashes.has(hash(host))) return true;
            }
        }
        return (rules.paths || []).some((rule) => new RegExp(rule).test(place));
    };

    return (text, base) => {
        try {
            const url = new URL(text, base());
            return /^(https?|wss?):$/.test(url.protocol) && lookup(url);
        } catch (_) {
            return false;
        }
    };
}
