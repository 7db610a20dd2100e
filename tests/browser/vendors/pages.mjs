// The pages of the test site: one for each vendor, one for a tag manager, and one with everything.

import { VENDORS } from "./table.mjs";

const QUEUES = {
    "()": (name) => `w.${name}=w.${name}||function(){(w.${name}.queue=w.${name}.queue||[]).push(arguments)};`,
    "[]": (name) => `w.${name}=w.${name}||[];`,
    "{}": (name) => `w.${name}=w.${name}||{queue:[],cmd:[],push:function(entry){this.queue.push(entry)}};`,
};

/** A vendor's tag: it makes its queue, loads its script, and calls. */
export function tag({ script, name, kind, own }) {
    const queue = name ? QUEUES[kind](name) : "";
    const load = "var s=d.createElement('script');s.async=true;s.src=u;var f=d.getElementsByTagName('script')[0];f.parentNode.insertBefore(s,f);";
    return `<script>!function(w,d,u){${queue}${load}}(window,document,'${script}');\n${own}</script>
<noscript><img height="1" width="1" src="${script.replace(/[#?].*/, "")}?noscript=1" alt=""></noscript>`;
}

/** What the site's own code calls once the page is there. */
const later = ({ later }) => (later ? `<script>document.addEventListener("DOMContentLoaded",function(){var basket=1;${later}})</script>` : "");

const document = (title, head, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
${head}</head><body><h1>${title}</h1>${body}</body></html>`;

const MANAGER = `<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-TEST');</script>
<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-TEST" height="0" width="0" style="display:none"></iframe></noscript>`;

/** The same container by a script that blocks, so that it may write into the page. */
const WRITER = `<script src="https://www.googletagmanager.com/gtm.js?id=GTM-WRITE"></script>`;

export const PAGES = new Map([
    ...VENDORS.map((vendor) => [`/vendor/${vendor.id}`, document(vendor.id, tag(vendor), later(vendor))]),
    ["/all", document("All", VENDORS.map(tag).join("\n"), VENDORS.map(later).join("\n"))],
    ["/manager", document("Manager", MANAGER, "<div id=place></div>")],
    ["/external", document("External", '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-TEST" defer></script>', "<div id=place></div>")],
    ["/writer", document("Writer", "", `<div id=place></div>${WRITER}<p>behind it</p>`)],
    ["/plain", document("Plain", "", "<p>Nothing here.</p>")],
]);
