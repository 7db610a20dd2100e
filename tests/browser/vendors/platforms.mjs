// Pages whose consent platform answers the privacy APIs, in each of the ways in which platforms put themselves there, and pages
// where nobody does. Each path ends with who is to speak for `__uspapi` and for `__gpp`.

const stub = "Object.assign(function(){(stub.queue=stub.queue||[]).push(arguments)},{ofPage:true})";

const WAYS = {
    "asks-its-type": `var stub=${stub};["__uspapi","__gpp"].forEach(function(n){if(typeof window[n]!=="function")window[n]=stub})`,
    "asks-whether-it-is-in": `var stub=${stub};["__uspapi","__gpp"].forEach(function(n){
        if(!(n in window)||(typeof window[n]!=="function"&&typeof window[n]!=="object"))window[n]=stub})`,
    or: `var stub=${stub};window.__uspapi=window.__uspapi||stub;window.__gpp=window.__gpp||stub`,
    declares: "function __uspapi(){} function __gpp(){} __uspapi.ofPage=__gpp.ofPage=true",
    "declares-variables": `"use strict";var stub=${stub};var __uspapi=stub;var __gpp=__gpp||stub`,
    defines: `var stub=${stub};["__uspapi","__gpp"].forEach(function(n){Object.defineProperty(window,n,{value:stub})})`,
    "at-the-load-event": `var stub=${stub};addEventListener("load",function(){window.__uspapi=window.__gpp=stub})`,
};

const OTHERS = {
    "tcf/nobody/nobody": "<script>window.__tcfapi=function(){}</script>",
    "its-script/nobody/nobody": '<script type="text/plain" src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"></script>',
    "its-place/nobody/layer": '<iframe name="__uspapiLocator" hidden title="place"></iframe>',
    "taken-away/nobody/layer": "<script>window.__uspapi=function(){};delete window.__uspapi</script>",
    "no-platform/layer/layer": "<script>if(window.__uspapi||window.__gpp)throw Error('nothing is there yet')</script>",
};

const document = (script) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Platform</title><link rel="icon" href="data:,">${script}</head><body><h1>Platform</h1></body></html>`;

export const PLATFORM_PAGES = new Map([
    ...Object.entries(WAYS).map(([way, script]) => [`/platform/${way}/page/page`, document(`<script>${script}</script>`)]),
    ...Object.entries(OTHERS).map(([way, markup]) => [`/platform/${way}`, document(markup)]),
]);

/** In the page: who speaks for each of the two. */
export function speakers() {
    return ["__uspapi", "__gpp"].map((name) => (typeof window[name] !== "function" ? "nobody" : window[name].ofPage ? "page" : "layer"));
}
