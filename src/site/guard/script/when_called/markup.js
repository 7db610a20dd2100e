// Elements whose content is text, whatever it looks like.
const RAW = /^(?:script|style|textarea|title|iframe)$/i;

// Goes through markup tag by tag. `change` has the name and the attributes of each, and says what these are to be; all else
// stays as it is. Returns the whole, and if its end is in the middle of a tag, where that begins: in what is returned, and in
// what was given.
function markup(text, change) {
    const token = /<(!--|\/|[a-z][^\s\/>]*|$)/gi;
    let out = "";
    let done = 0;
    // The first of these from `from` on; behind a quote, what ends it is passed over.
    const find = (signs, from) => {
        signs.lastIndex = from;
        let found;
        while ((found = signs.exec(text)) && found[1]) {
            signs.lastIndex = text.indexOf(found[1], signs.lastIndex) + 1 || text.length + 1;
        }
        return found ? found.index : -1;
    };
    for (let found; (found = token.exec(text)); ) {
        const [, name] = found;
        const begin = token.lastIndex;
        // `<!-->` is a whole one.
        const end = name === "!--" ? find(/--!?>/g, begin - 2) : find(/=\s*(["'])|>/g, begin);
        if (end < 0 || !name) {
            // Comments without an end have no tags.
            if (name === "!--") break;
            return [out + text.slice(done), out.length + found.index - done, found.index];
        }
        token.lastIndex = end;
        if (!/^\w/.test(name)) continue;
        const attributes = text.slice(begin, end);
        out += text.slice(done, begin) + change(name.toLowerCase(), attributes);
        done = end;
        // In SVG and in XML, one may end where it begins.
        if (!RAW.test(name) || attributes.slice(-1) === "/") continue;
        const close = find(new RegExp("</" + name + "[\\s/>]", "gi"), end);
        if (close < 0) break;
        token.lastIndex = close;
    }
    return [out + text.slice(done)];
}

// The text of an attribute, and the attribute of a text. A reference to what no URL is told by stays one, behind a sign of ours.
const NAMED = { amp: "&", sol: "/", quot: '"', lt: "<", gt: ">" };
const unescape = (text) =>
    text.replace(/&(?:#(x?)([\da-f]+);?|(\w+);)/gi, (whole, hex, digits, name) => {
        const code = parseInt(digits, hex ? 16 : 10);
        return (code < 128 ? String.fromCharCode(code) : NAMED[name]) || "\x7f" + whole.slice(1);
    });
const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/\x7f/g, "&");
