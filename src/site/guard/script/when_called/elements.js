// Elements that scripts make, and markup that they have parsed, and the handlers of both.
const ELEMENTS =
    "Script.src Image.src Image.srcset IFrame.src IFrame.srcdoc Frame.src Link.href Link.imageSrcset Source.src Source.srcset "
        .concat("Media.src Video.poster Embed.src Object.data Input.src ")
        .replace(/(\w+)\.(\w+)/g, "HTML$1Element#$2.set:source") +
    "innerHTML.set setHTML setHTMLUnsafe ".replace(/\S+/g, "Element#$&:text ShadowRoot#$&:text") +
    "HTMLScriptElement#src.get:read HTMLImageElement#src.get:read Element#getAttribute Element#setAttribute:source " +
    "Element#setAttributeNS:source Element#outerHTML.set:text Element#insertAdjacentHTML:text " +
    "Range#createContextualFragment:text DOMParser#parseFromString:text Document.parseHTML:text " +
    "Document.parseHTMLUnsafe:text Document#write:write Document#writeln:write Document#close:close";

// A source on a withheld host is set to nothing, and markup is changed to that before it is parsed. Browsers then do by
// themselves what a page waits for: an `error` for what is empty, a `load` for an empty frame.
function elements(window, withheld, native, prelude, like) {
    const SOURCES = /^((image)?src(set)?|data|poster|background|ping)$/;
    const call = (path, self, ...given) => native[path].call(self, ...given);

    // A document that is made of text begins with the guard, unless no script runs in it.
    const page = (text, attributes) => {
        const begin = /sandbox(?!null|.*allow-scripts)/is.test(attributes) ? "" : prelude();
        if (!text || text.includes(begin)) return clean(text);
        return clean(text).replace(/^\s*(<!doctype[^>]*>)?/i, (before) => before + begin);
    };

    // What an attribute is called without its namespace, if browsers fetch what it says.
    const source = (tag, given) => {
        const name = given.toLowerCase().replace(/^.*:/, "");
        const tags = { href: /^(script|link|(fe)?image)$/i, srcdoc: /^iframe$/ }[name];
        return (tags ? tags.test(tag) : SOURCES.test(name)) && name;
    };
    // The value that it gets in the place of another.
    const instead = (tag, name, value, node, attributes) => {
        if (name === "srcdoc") return page(value, attributes);
        // Of a list one is enough.
        const urls = /set|ping/.test(name) ? value.split(/[\s,]+/) : [value];
        if (urls.some((url) => withheld(url, () => Object(node).baseURI || window.document.baseURI))) return "";
        // A script that makes a frame's document puts itself behind the guard's.
        const script = 'try{parent[Symbol.for("tower-gpc guard")](self)}catch(_){};';
        return tag === "iframe" ? value.replace(/^\s*javascript:/i, "$&" + script) : value;
    };
    const change = (node) => (tag, attributes) =>
        attributes.replace(/([^\s"'\/=]+)(?:(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'][^\s]*))?/g, (whole, given, is, text) => {
            const name = is && source(tag, given);
            if (!name) return whole;
            const value = unescape(/^["']/.test(text) ? text.slice(1, -1) : text);
            const now = instead(tag, name, value, node, attributes);
            return now === value ? whole : given + (now || text !== value ? is + '"' + escape(now) + '"' : "");
        });
    const clean = (text, node) => {
        try {
            return /src|href|data|poster|background|ping/i.test(text) ? markup(text, change(node))[0] : text;
        } catch (_) {
            // More than the engine can take.
            return text;
        }
    };

    // What is set in the place of what was given.
    const meant = new WeakMap();
    const set = (element, attribute, given) => {
        const tag = element.localName;
        const name = source(tag, String(attribute));
        if (!name) return given;
        const value = String(given);
        const now = instead(tag, name, value, element, name === "srcdoc" && "sandbox" + call("Element#getAttribute", element, "sandbox"));
        if (now === value) return given;
        meant.set(element, value);
        // The one that says nothing when it is empty.
        if (tag === "link") window.setTimeout(() => element.dispatchEvent(new Event("error")));
        return like(given, now);
    };
    // Calls a function of the browser with another value in the place of the one that counts.
    const changed = (go, given, method, change) => {
        const at = { setAttribute: 1, insertAdjacentHTML: 1, setAttributeNS: 2 }[method] || 0;
        return go(given.map((value, place) => (place === at ? change(value, at ? given[at - 1] : method) : value)));
    };

    // What is written may end in the middle of a tag. That waits for the next piece, or for the end of the script.
    const waiting = new WeakMap();
    const taken = (document) => {
        const text = waiting.get(document) || "";
        waiting.delete(document);
        return text;
    };
    let kind;
    const flush = (document) => {
        const text = taken(document);
        if (text) call("Document#write", document, like(kind, clean(text, document)));
    };
    return {
        source: (go, element, given, method) => changed(go, given, method, (value, name) => set(element, name, value)),
        // Libraries load what they read here once more, and an empty one would read as the page's own address.
        read: (go, element) => (call("Element#getAttribute", element, "src") ? go() : meant.get(element) || ""),
        text: (go, self, given, method) =>
            changed(go, given, method, (value) =>
                method === "innerHTML" && RAW.test(self.localName) ? value : like(value, clean(String(value), self)),
            ),
        write(_, document, given, method) {
            const text = taken(document).concat(...given, method === "writeln" ? "\n" : "");
            const [now, end, start] = markup(text, change(document));
            const whole = now.slice(0, end);
            if (whole || !text) call("Document#write", document, like(given[0], whole));
            if (start === undefined) return;
            kind = given[0];
            // A script in what was written may have written on, and stands before this.
            waiting.set(document, taken(document) + text.slice(start));
            Promise.resolve().then(() => flush(document));
        },
        close(go, document) {
            flush(document);
            return go();
        },
    };
}
