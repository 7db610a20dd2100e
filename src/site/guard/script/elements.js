// Elements that scripts make: a source on a withheld host is not set, and markup is cleared of it before it is parsed.
function elements(window, withheld, prelude) {
    const document = window.document;
    const SOURCES = {
        script: "src href xlink:href", img: "src srcset", image: "href xlink:href", iframe: "src srcdoc", frame: "src",
        link: "href imagesrcset", source: "src srcset", video: "src poster", audio: "src", track: "src", embed: "src",
        object: "data", input: "src",
    };
    const fetches = (element, name) => (" " + SOURCES[element.localName] + " ").includes(" " + name + " ");
    const blocked = (url) => withheld(url, document.baseURI);
    const native = (owner, name) => Object.getOwnPropertyDescriptor(owner, name);
    const getAttribute = window.Element.prototype.getAttribute;
    const setAttribute = window.Element.prototype.setAttribute;
    const removeAttribute = window.Element.prototype.removeAttribute;
    const innerHTML = native(window.Element.prototype, "innerHTML");
    const parse = window.DOMParser.prototype.parseFromString;
    let policy = null;

    // Of a list of candidates one is enough.
    const candidates = (value) => value.split(/,\s+|,(?=https?:)|,(?=\/\/)/).map((one) => one.trim().split(/\s+/)[0]);
    const refused = (name, value) => (/srcset$/.test(name) ? candidates(value).some(blocked) : blocked(value));

    // What its maker waits for. A frame that stays empty is loaded, as any empty frame is.
    const settle = (element) =>
        window.setTimeout(() => element.dispatchEvent(new Event(/^i?frame$/.test(element.localName) ? "load" : "error")));

    // A document in an attribute begins with the guard, unless no script runs in it.
    const inner = (element, text) => {
        const sandbox = getAttribute.call(element, "sandbox");
        const runs = sandbox === null || /(^|\s)allow-scripts(\s|$)/i.test(sandbox);
        return (runs ? prelude() : "") + clean(text);
    };

    // The value that is set in the place of another; `undefined` sets none.
    const instead = (element, name, value) => {
        if (!fetches(element, name)) return value;
        if (name === "srcdoc") return inner(element, String(value));
        if (!refused(name, String(value))) return value;
        settle(element);
    };

    const strip = (root) => {
        let changed = false;
        for (const element of root.querySelectorAll(Object.keys(SOURCES).join())) {
            for (const name of SOURCES[element.localName].split(" ")) {
                const value = getAttribute.call(element, name);
                if (!value) continue;
                const kept = name === "srcdoc" ? inner(element, value) : refused(name, value) ? undefined : value;
                if (kept === value) continue;
                changed = true;
                if (kept === undefined) removeAttribute.call(element, name);
                else setAttribute.call(element, name, kept);
            }
        }
        for (const template of root.querySelectorAll("template")) changed = strip(template.content) || changed;
        return changed;
    };

    // Text without `//` names no other host.
    const clean = (given) => {
        const text = String(given);
        if (!/[\\/]{2}|[\\/]&|srcdoc/i.test(text)) return given;
        try {
            let changed, root;
            if (/<(!doctype|html|head|body|frameset)[\s>]/i.test(text)) {
                const page = parse.call(new window.DOMParser(), given, "text/html");
                changed = strip(page);
                root = native(window.Element.prototype, "outerHTML").get.call(page.documentElement);
            } else {
                const template = document.createElement("template");
                innerHTML.set.call(template, given);
                changed = strip(template.content);
                root = innerHTML.get.call(template);
            }
            return changed ? trusted(root) : given;
        } catch (_) {
            return given;
        }
    };
    // Where a page takes no plain text for markup, it is made the way that it asks for.
    const trusted = (text) => {
        if (!window.trustedTypes) return text;
        try {
            policy = policy || window.trustedTypes.createPolicy("gpc-guard", { createHTML: (text) => text });
            return policy.createHTML(text);
        } catch (_) {
            return text;
        }
    };

    const setter = (type, property, change) => {
        const owner = window[type] && window[type].prototype;
        const found = owner && native(owner, property);
        if (!found || !found.set) return;
        Object.defineProperty(owner, property, {
            ...found,
            set(value) {
                const changed = change(this, value);
                if (changed !== undefined) found.set.call(this, changed);
            },
        });
    };
    const source = (type, property) => setter(type, property, (element, value) => instead(element, property.toLowerCase(), value));
    source("HTMLScriptElement", "src");
    source("HTMLImageElement", "src");
    source("HTMLImageElement", "srcset");
    source("HTMLIFrameElement", "src");
    source("HTMLIFrameElement", "srcdoc");
    source("HTMLFrameElement", "src");
    source("HTMLLinkElement", "href");
    source("HTMLLinkElement", "imageSrcset");
    source("HTMLSourceElement", "src");
    source("HTMLSourceElement", "srcset");
    source("HTMLMediaElement", "src");
    source("HTMLVideoElement", "poster");
    source("HTMLTrackElement", "src");
    source("HTMLEmbedElement", "src");
    source("HTMLObjectElement", "data");
    source("HTMLInputElement", "src");

    const method = (type, name, change) => {
        const owner = window[type] && window[type].prototype;
        if (!owner || typeof owner[name] !== "function") return;
        owner[name] = new Proxy(owner[name], {
            apply(target, self, given) {
                const changed = change(self, given);
                if (changed) return Reflect.apply(target, self, changed);
            },
        });
    };
    const attribute = (at) => (element, given) => {
        if (given.length < at + 2) return given;
        const value = instead(element, String(given[at]).toLowerCase(), given[at + 1]);
        if (value === undefined) return null;
        return value === given[at + 1] ? given : [...given.slice(0, at + 1), value];
    };
    method("Element", "setAttribute", attribute(0));
    method("Element", "setAttributeNS", attribute(1));

    const markup = (_, value) => (value === null || value === undefined ? value : clean(value));
    for (const type of ["Element", "ShadowRoot"]) {
        // `undefined` is text here, and not the sign to set nothing.
        setter(type, "innerHTML", (self, value) => (value === undefined ? "undefined" : markup(self, value)));
        method(type, "setHTMLUnsafe", (_, given) => [clean(given[0]), ...given.slice(1)]);
    }
    setter("Element", "outerHTML", (self, value) => (value === undefined ? "undefined" : markup(self, value)));
    method("Element", "insertAdjacentHTML", (_, given) => [given[0], clean(given[1])]);
    method("Range", "createContextualFragment", (_, given) => [clean(given[0])]);
    window.DOMParser.prototype.parseFromString = new Proxy(parse, {
        apply(_, self, given) {
            const made = Reflect.apply(parse, self, given);
            strip(made);
            return made;
        },
    });

    // A tag may be written in pieces. What could be a part of one waits for the next piece, or for the end of the script.
    const write = (line) => {
        const own = window.Document.prototype[line ? "writeln" : "write"];
        const plain = window.Document.prototype.write;
        window.Document.prototype[line ? "writeln" : "write"] = new Proxy(own, {
            apply(_, self, given) {
                const text = (waiting.get(self) || "") + given.join("") + (line ? "\n" : "");
                const tail = /<(?:[a-z][^>]*)?$/i.exec(text);
                waiting.delete(self);
                if (tail) {
                    waiting.set(self, text.slice(tail.index));
                    Promise.resolve().then(() => {
                        const rest = waiting.get(self);
                        waiting.delete(self);
                        if (rest) plain.call(self, trusted(rest));
                    });
                }
                const whole = tail ? text.slice(0, tail.index) : text;
                return plain.call(self, !tail && !line && given.length === 1 ? clean(given[0]) : trusted(String(clean(whole))));
            },
        });
    };
    const waiting = new WeakMap();
    write(true);
    write(false);
}
