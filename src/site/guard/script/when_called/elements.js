// Elements that scripts make, and markup that they have parsed, and the handlers of both.
const ELEMENTS =
    "HTMLScriptElement#src.set:source HTMLImageElement#src.set:source HTMLImageElement#srcset.set:source " +
    "HTMLIFrameElement#src.set:source HTMLIFrameElement#srcdoc.set:source HTMLFrameElement#src.set:source " +
    "HTMLLinkElement#href.set:source HTMLLinkElement#imageSrcset.set:source HTMLSourceElement#src.set:source " +
    "HTMLSourceElement#srcset.set:source HTMLMediaElement#src.set:source HTMLVideoElement#poster.set:source " +
    "HTMLTrackElement#src.set:source HTMLEmbedElement#src.set:source HTMLObjectElement#data.set:source " +
    "HTMLInputElement#src.set:source Element#getAttribute Element#removeAttribute Element#setAttribute:attribute " +
    "Element#setAttributeNS:attribute Element#innerHTML.get Element#outerHTML.get Element#innerHTML.set:content " +
    "Element#outerHTML.set:content ShadowRoot#innerHTML.set:content Element#setHTMLUnsafe:text " +
    "ShadowRoot#setHTMLUnsafe:text Element#insertAdjacentHTML:text Range#createContextualFragment:text " +
    "DOMParser#parseFromString:parse Document#write:write Document#writeln:write";

// A source on a withheld host is not set, and markup is cleared of it before it is parsed.
function elements(window, withheld, native, prelude) {
    const document = window.document;
    const SOURCES = {
        script: "src href xlink:href", img: "src srcset", image: "href xlink:href", iframe: "src srcdoc", frame: "src",
        link: "href imagesrcset", source: "src srcset", video: "src poster", audio: "src", track: "src", embed: "src",
        object: "data", input: "src",
    };
    const fetches = (element, name) => (" " + SOURCES[element.localName] + " ").includes(" " + name + " ");
    const blocked = (url) => withheld(url, document.baseURI);
    const call = (path, self, ...given) => native[path].call(self, ...given);
    let policy = null;

    // Of a list of candidates one is enough.
    const candidates = (value) => value.split(/,\s+|,(?=https?:)|,(?=\/\/)/).map((one) => one.trim().split(/\s+/)[0]);
    const refused = (name, value) => (/srcset$/.test(name) ? candidates(value).some(blocked) : blocked(value));

    // What its maker waits for. A frame that stays empty is loaded, as any empty frame is.
    const settle = (element) =>
        window.setTimeout(() => element.dispatchEvent(new Event(/^i?frame$/.test(element.localName) ? "load" : "error")));

    // A document in an attribute begins with the guard, unless no script runs in it.
    const inner = (element, text) => {
        const sandbox = call("Element#getAttribute", element, "sandbox");
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
                const value = call("Element#getAttribute", element, name);
                if (!value) continue;
                const kept = name === "srcdoc" ? inner(element, value) : refused(name, value) ? undefined : value;
                if (kept === value) continue;
                changed = true;
                if (kept === undefined) call("Element#removeAttribute", element, name);
                else call("Element#setAttribute", element, name, kept);
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
                const page = call("DOMParser#parseFromString", new window.DOMParser(), given, "text/html");
                changed = strip(page);
                root = call("Element#outerHTML.get", page.documentElement);
            } else {
                const template = document.createElement("template");
                call("Element#innerHTML.set", template, given);
                changed = strip(template.content);
                root = call("Element#innerHTML.get", template);
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

    const changed = (given, at, value) => [...given.slice(0, at), value, ...given.slice(at + 1)];
    const waiting = new WeakMap();
    return {
        source(set, element, [value], property) {
            const kept = instead(element, property.toLowerCase(), value);
            if (kept !== undefined) set.call(element, kept);
        },
        attribute(set, element, given, method) {
            const at = method === "setAttribute" ? 1 : 2;
            if (at in given) {
                const value = instead(element, String(given[at - 1]).toLowerCase(), given[at]);
                if (value === undefined) return;
                given = changed(given, at, value);
            }
            return Reflect.apply(set, element, given);
        },
        content: (set, self, [value]) => set.call(self, clean(value)),
        text(parse, self, given, method) {
            const at = method === "insertAdjacentHTML" ? 1 : 0;
            return Reflect.apply(parse, self, at in given ? changed(given, at, clean(given[at])) : given);
        },
        parse(parse, self, given) {
            const made = Reflect.apply(parse, self, given);
            strip(made);
            return made;
        },
        // A tag may be written in pieces. What could be a part of one waits for the next piece, or for the end of the script.
        write(_, self, given, method) {
            const line = method === "writeln";
            const text = (waiting.get(self) || "") + given.join("") + (line ? "\n" : "");
            const tail = /<(?:[a-z][^>]*)?$/i.exec(text);
            waiting.delete(self);
            if (tail) {
                waiting.set(self, text.slice(tail.index));
                Promise.resolve().then(() => {
                    const rest = waiting.get(self);
                    waiting.delete(self);
                    if (rest) call("Document#write", self, trusted(rest));
                });
            }
            const whole = tail ? text.slice(0, tail.index) : text;
            const asGiven = !tail && !line && given.length === 1;
            return call("Document#write", self, asGiven ? clean(given[0]) : trusted(String(clean(whole))));
        },
    };
}
