// A page of vendors that are bound by contract, and what their queues hold of it. Their tags have the form that the vendors'
// own documentation gives them, as far as it matters for who is told what first.

const load = (url) => `var s=d.createElement('script');s.async=true;s.src='https://${url}';d.head.appendChild(s);`;
const tag = (url, queue, calls) => `<script>!function(w,d){${queue}${load(url)}}(window,document);${calls}</script>`;

const TAGS = [
    tag(
        "connect.facebook.net/en_US/fbevents.js",
        "if(w.fbq)return;var n=w.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};if(!w._fbq)w._fbq=n;n.push=n;n.loaded=true;n.version='2.0';n.queue=[];",
        "fbq('init','1');fbq('track','PageView');fbq('dataProcessingOptions',[]);fbq.push('track','Pushed');",
    ),
    tag(
        "s.pinimg.com/ct/core.js",
        "if(!w.pintrk){w.pintrk=function(){w.pintrk.queue.push(Array.prototype.slice.call(arguments))};var n=w.pintrk;n.queue=[];n.version='3.0';}",
        "pintrk('load','26');pintrk('page');pintrk('set',{opt_out_type:'',np:'x'});",
    ),
    tag(
        "www.redditstatic.com/ads/pixel.js",
        "if(!w.rdt){var p=w.rdt=function(){p.sendEvent?p.sendEvent.apply(p,arguments):p.callQueue.push(arguments)};p.callQueue=[];}",
        "rdt('init','t2_1',{email:'x'});rdt('track','PageVisit');",
    ),
    tag(
        "static.ads-twitter.com/uwt.js",
        "if(!w.twq){var q=w.twq=function(){q.exe?q.exe.apply(q,arguments):q.queue.push(arguments)};q.version='1.1';q.queue=[];}",
        "twq('config','o1');twq('event','tw-o1-o2',{value:1});",
    ),
    tag(
        "bat.bing.com/bat.js",
        "w.uetq=w.uetq||[];",
        "uetq.push('pageLoad');uetq.push('consent','update',{ad_storage:'granted'});",
    ),
    tag(
        "analytics.tiktok.com/i18n/pixel/events.js",
        "var t=w.ttq=w.ttq||[];['page','track','grantConsent','enableCookie'].forEach(function(name){t[name]=function(){t.push([name].concat([].slice.call(arguments)))}});",
        "ttq.push(['load','C1']);ttq.grantConsent();ttq.push(['enableCookie']);ttq.page();",
    ),
    tag(
        "www.googletagmanager.com/gtag/js?id=AW-1",
        "w.dataLayer=w.dataLayer||[];",
        "function gtag(){dataLayer.push(arguments)}gtag('js',new Date());gtag('config','AW-1');gtag('event','conversion',{send_to:'AW-1/x'});",
    ),
    tag("securepubads.g.doubleclick.net/tag/js/gpt.js", "w.googletag=w.googletag||{cmd:[]};", "googletag.cmd.push(function(){});"),
];

/** Somebody that no rule knows, asked by a style sheet, which no guard sees. */
export const UNKNOWN = "backgrounds.example";

/** Each vendor's script, an image of one for browsers without scripts, and a picture of a style sheet. */
export const RESTRICTED_PAGE = `<!doctype html>
<html lang="en"><head><title>Restricted</title><link rel="icon" href="data:,">
${TAGS.join("\n")}
<noscript><img src="https://www.facebook.com/tr?id=1&ev=PageView&noscript=1" alt=""></noscript>
<style>body{background:url(https://${UNKNOWN}/x.png)}</style>
</head><body><h1>Restricted</h1><img src="https://www.facebook.com/tr?id=1&ev=Image" alt=""></body></html>`;

export const RESTRICTED = [
    "google-ad-manager", "google-ads", "meta-pixel", "microsoft-advertising",
    "pinterest-tag", "reddit-pixel", "tiktok-pixel", "x-pixel",
];

/** The second line: where the page may fetch from. */
export const ALLOWED = [
    "connect.facebook.net", "s.pinimg.com", "www.redditstatic.com", "static.ads-twitter.com", "bat.bing.com",
    "analytics.tiktok.com", "www.googletagmanager.com", "*.doubleclick.net",
];

/** Runs in the page: what each vendor finds, in order. */
export function told() {
    const calls = (queue) => Array.from(queue, (entry) => (Object(entry) === entry && "length" in entry ? Array.from(entry) : entry));
    const settings = [];
    window.googletag.pubads = () => ({ setPrivacySettings: (given) => settings.push(given) });
    for (const command of window.googletag.cmd) command();
    return {
        fbq: calls(window.fbq.queue),
        pintrk: calls(window.pintrk.queue),
        rdt: calls(window.rdt.callQueue),
        twq: calls(window.twq.queue),
        uetq: calls(window.uetq),
        ttq: calls(window.ttq),
        gtag: calls(window.dataLayer).filter(([command]) => command !== "js"),
        googletag: settings,
    };
}
