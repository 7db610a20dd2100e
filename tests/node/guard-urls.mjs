// Asks the guard about URLs: reads its script from the file that is named, URLs line by line from the standard input, and
// prints for each whether the guard lets a request go (`1`) or does not start it (`0`).

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import vm from "node:vm";

// As much of a window as the guard needs to put itself before `fetch`.
let asked = false;
const window = { URL, Response, Event, EventTarget, WeakSet, Blob };
window.window = window;
window.document = { baseURI: "https://www.shop.example/dir/page", currentScript: null };
window.location = { href: window.document.baseURI };
window.fetch = () => {
    asked = true;
};
vm.runInNewContext(readFileSync(process.argv[2], "utf8"), window, { filename: "guard.js" });

const lines = [];
for await (const url of createInterface({ input: process.stdin })) {
    asked = false;
    window.fetch(url);
    lines.push(asked ? "1" : "0");
}
console.log(lines.join("\n"));
