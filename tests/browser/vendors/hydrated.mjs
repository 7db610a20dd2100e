// A page that React has made and takes over, from its `html` on: it compares what is there with what it would have made.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

// Runs here and in the page.
const application = ({ createElement: h, useState, useEffect }) => {
    const Page = () => {
        const [count, set] = useState(0);
        useEffect(() => set(1), []);
        const head = [h("meta", { key: 0, charSet: "utf-8" }), h("title", { key: 1 }, "Hydrated"), h("link", { key: 2, rel: "icon", href: "data:," })];
        const scripts = ["help", "hydrated"].map((name) => h("script", { key: name, src: `/scripted/${name}.js`, defer: true }));
        return h("html", { lang: "en" }, h("head", null, head, scripts), h("body", null, h("p", null, "count ", count)));
    };
    return h(Page);
};

const library = (name) => readFileSync(join(dirname(require.resolve(name)), `umd/${name}.production.min.js`), "utf8");

export const HYDRATED = `<!doctype html>${require("react-dom/server").renderToString(application(require("react")))}`;

/** The page's script: it says what React complains about, and waits until the page is React's. */
export const HYDRATES = `${library("react")};${library("react-dom")};
seen.errors=[];
ReactDOM.hydrateRoot(document,(${application})(React),{onRecoverableError:function(error){seen.errors.push(error.message)}});
done(function(){return new Promise(function wait(r){document.body.textContent.includes("count 1")?r():setTimeout(wait,20,r)})});`;
