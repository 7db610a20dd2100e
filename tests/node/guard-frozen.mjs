// Runs the guard from the file that is named where some functions of the browser cannot be replaced, as extensions may have it, and
// prints which of the functions it is in front of.

import { readFileSync } from "node:fs";
import vm from "node:vm";

const window = { URL, Response, Event, EventTarget, WeakSet, Blob };
window.window = window;
window.document = { baseURI: "https://www.shop.example/", currentScript: null };
window.location = { href: window.document.baseURI };

const types = ["XMLHttpRequest", "HTMLScriptElement", "HTMLImageElement"];
const [request, script, image] = types.map((type) => (window[type] = class {}).prototype);
const native = () => {};
Object.defineProperty(window, "fetch", { writable: false, configurable: false, value: native });
Object.defineProperty(request, "open", { writable: true, configurable: true, value: native });
Object.defineProperty(script, "src", { configurable: false, set: native });
Object.defineProperty(image, "src", { configurable: true, set: native });

vm.runInNewContext(readFileSync(process.argv[2], "utf8"), window);

const places = { fetch: [window, "fetch"], open: [request, "open"], script: [script, "src"], image: [image, "src"] };
const isNative = ([owner, name]) => {
    const { value, set } = Object.getOwnPropertyDescriptor(owner, name);
    return (value ?? set) === native;
};
console.log(Object.keys(places).filter((name) => !isNative(places[name])).join(" "));
