// Elements whose content is text, whatever it looks like.
const RAW = /^(?:script|style|textarea|title|xmp|iframe|noembed|noframes)$/i;

// Goes through markup tag by tag. `change` has the name and the attributes of each, and says what these are to be; all else
// stays as it is. Returns the whole, and if its end is in the middle of a tag, a comment or a text, where that begins: in
// what is returned, and in what was given.
function markup(text, change) {
    const token = /<(?:!--|\/[a-z][^>]*>|([a-z][^\s\/>]*)((?:[^>=]|=\s*(?:"[^"]*"|'[^']*'|(?=[^"'\s])))*)>|(?=\/?[a-z]|\/?$))/gi;
    let out = "";
    let done = 0;
    for (let found; (found = token.exec(text)); ) {
        const [tag, name, attributes] = found;
        const start = found.index;
        const at = out.length + start - done;
        let end = "";
        if (name) {
            out += text.slice(done, start) + "<" + name + change(name.toLowerCase(), attributes) + ">";
            done = token.lastIndex;
            if (RAW.test(name)) end = "</" + name + "[\\s/>]";
        } else if (tag === "<!--") end = "^-?>|--!?>";
        else if (tag === "<") end = "[]";
        const length = text.slice(token.lastIndex).search(new RegExp(end, "i"));
        if (length < 0) return [out + text.slice(done), at, start];
        token.lastIndex += length;
    }
    return [out + text.slice(done)];
}

// The text of an attribute, and the attribute of a text.
const NAMED = { amp: "&", sol: "/", colon: ":", period: ".", quot: '"', apos: "'", lt: "<", gt: ">" };
const unescape = (text) =>
    text.replace(/&(?:#(x?)([\da-f]+)|(\w+));?/gi, (whole, hex, digits, name) =>
        digits ? String.fromCharCode(parseInt(digits, hex ? 16 : 10)) : NAMED[name] || whole,
    );
const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
