// Elements that scripts make, and markup that they have parsed, and the handlers of both.
const ELEMENTS =
    "Script.src Image.src Image.srcset IFrame.src IFrame.srcdoc Frame.src Link.href Link.imageSrcset Source.src Source.srcset "
        .concat("Media.src Video.poster Track.src Embed.src Object.data Input.src ")
        .replace(/(\w+)\.(\w+)/g, "HTML$1Element#$2.set:source") +
    "innerHTML.set setHTML setHTMLUnsafe ".replace(/\S+/g, "Element#$&:text ShadowRoot#$&:text") +
    "Element#getAttribute Element#setAttribute:source Element#setAttributeNS:source Element#setAttributeNode:node " +
    "Attr#value.set Element#outerHTML.set:text Element#insertAdjacentHTML:text " +
    "Range#createContextualFragment:text DOMParser#parseFromString:text Document.parseHTML:text " +
    "Document.parseHTMLUnsafe:text Document#execCommand:text Document#write:write Document#writeln:write Document#close:close";

// A source on a withheld host is set to nothing, and markup is changed to that before it is parsed. Browsers then do by
// themselves what a page waits for: an `error` for what is empty, a `load` for an empty frame.
function elements(window, withheld, native, prelude, like) {
    const call = (path, self, ...given) => native[path].call(self, ...given);

    // A document that is made of text begins with the guard, unless no script runs in it.
    const page = (text, sandbox) => {
        const begin = !sandbox || /allow-scripts/i.test(sandbox) ? prelude() : "";
        return clean(text).replace(/^\s*(<!doctype[^>]*>)?/i, (before) => before + begin);
    };
    // The value that an attribute gets in the place of another.
    const instead = (tag, given, value, node, sandbox) => {
        const name = given.toLowerCase().replace(/^.*:/, "");
        if (name === "srcdoc") return page(value, sandbox);
        if (name === "href" ? !/^(script|link|(fe)?image)$/i.test(tag) : !/^((image)?src(set)?|data|poster|background|ping)$/.test(name)) {
            return value;
        }
        // Of a list one is enough.
        const urls = /set|ping/.test(name) ? value.split(/[\s,]+/) : [value];
        if (urls.some((url) => withheld(url, () => Object(node).baseURI || window.document.baseURI))) return "";
        // A script that makes a frame's document puts itself behind the guard's.
        const script = 'try{parent[Symbol.for("tower-gpc guard")](self)}catch(_){};';
        return tag === "iframe" ? value.replace(/^\s*javascript:/i, "$&" + script) : value;
    };
    const change = (node) => (tag, attributes) =>
        attributes.replace(/([^\s"'\/=]+)(?:(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'][^\s]*))?/g, (whole, name, is, text) => {
            if (!is) return whole;
            const value = unescape(/^["']/.test(text) ? text.slice(1, -1) : text);
            const now = instead(tag, name, value, node, /sandbox/i.test(attributes) && attributes);
            return now === value ? whole : name + (now || text !== value ? is + '"' + escape(now) + '"' : "");
        });
    const clean = (text, node) => {
        try {
            return /[\\/]{2}|[&:]|srcdoc/i.test(text) ? markup(text, change(node))[0] : text;
        } catch (_) {
            // More than the engine can take.
            return text;
        }
    };

    // What is set in the place of what was given.
    const set = (element, name, given) => {
        const tag = element.localName;
        const value = String(given);
        const now = instead(tag, String(name), value, element, tag === "iframe" && call("Element#getAttribute", element, "sandbox"));
        if (now === value) return given;
        // The one that says nothing when it is empty.
        if (tag === "link") window.setTimeout(() => element.dispatchEvent(new Event("error")));
        return like(given, now);
    };
    // Calls a function of the browser with another value in the place of the one that counts.
    const changed = (go, given, method, change) => {
        const at = { setAttribute: 1, insertAdjacentHTML: 1, setAttributeNS: 2, execCommand: 2 }[method] || 0;
        return go(given.map((value, place) => (place === at ? change(value, at ? given[at - 1] : method) : value)));
    };

    // What is written may end in the middle of a tag. That waits for the next piece, or for the end of the script.
    const waiting = new WeakMap();
    const taken = (document) => {
        const text = waiting.get(document) || "";
        waiting.delete(document);
        return text;
    };
    const flush = (document, given) => {
        const text = taken(document);
        if (text) call("Document#write", document, like(given, clean(text, document)));
    };
    return {
        source: (go, element, given, method) => changed(go, given, method, (value, name) => set(element, name, value)),
        node(go, element, [node]) {
            if (node && !node.ownerElement) call("Attr#value.set", node, set(element, node.name, node.value));
            return go();
        },
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
            // A script in what was written may have written on, and stands before this.
            waiting.set(document, taken(document) + text.slice(start));
            Promise.resolve().then(() => flush(document, given[0]));
        },
        close(go, document) {
            flush(document);
            return go();
        },
    };
}
