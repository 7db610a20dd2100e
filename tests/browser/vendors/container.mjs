// What the fake tag manager loads: a vendor by each way that a script has to make a browser request something.

/** Each way: its name, a host of a vendor that is withheld, and the code; `URL` is an address on that host. */
const WAYS = [
    ["element", "connect.facebook.net", "var s=document.createElement('script');s.src=URL;document.head.appendChild(s);"],
    ["attribute", "analytics.tiktok.com", "var s=document.createElement('script');s.setAttribute('src',URL);document.head.appendChild(s);"],
    ["attribute-ns", "static.ads-twitter.com", "var s=document.createElement('script');s.setAttributeNS(null,'src',URL);document.head.appendChild(s);"],
    ["image", "bat.bing.com", "new Image().src=URL;"],
    ["srcset", "sc-static.net", "var i=document.createElement('img');i.srcset=URL+' 1x, '+URL+' 2x';document.body.appendChild(i);"],
    ["inner-html", "ct.pinterest.com", "var d=document.createElement('div');d.innerHTML='<p>a</p><img src=\"'+URL+'\"><iframe src=\"'+URL+'\"></iframe>';document.body.appendChild(d);"],
    ["outer-html", "snap.licdn.com", "var d=document.createElement('div');document.body.appendChild(d);d.outerHTML='<img src='+URL+'>';"],
    ["adjacent-html", "a.quora.com", "document.body.insertAdjacentHTML('beforeend','<img src='+URL+'>');"],
    ["fragment", "ads.nextdoor.com", "document.body.appendChild(document.createRange().createContextualFragment('<script src='+URL+'><\\/script><img src='+URL+'>'));"],
    ["template", "pixel.byspotify.com", "var t=document.createElement('template');t.innerHTML='<img src='+URL+'>';document.body.appendChild(t.content.cloneNode(true));"],
    ["parser", "c.amazon-adsystem.com", "var p=new DOMParser().parseFromString('<img src='+URL+'>','text/html');document.body.appendChild(document.adoptNode(p.body.firstChild));"],
    ["shadow", "dynamic.criteo.com", "var h=document.createElement('div');document.body.appendChild(h);h.attachShadow({mode:'open'}).innerHTML='<img src='+URL+'>';"],
    ["fetch", "cdn.taboola.com", "fetch(URL,{mode:'no-cors'});"],
    ["fetch-request", "amplify.outbrain.com", "fetch(new Request(URL,{mode:'no-cors'}));"],
    ["xhr", "s.adroll.com", "var x=new XMLHttpRequest();x.open('GET',URL);x.setRequestHeader('accept','*/*');x.onerror=function(){};x.send();"],
    ["beacon", "js.adsrvr.org", "navigator.sendBeacon(URL,'x');"],
    ["socket", "tags.srv.stackadapt.com", "var k=new WebSocket(URL.replace('https','wss'));k.onerror=function(){};"],
    ["event-source", "secure.quantserve.com", "var e=new EventSource(URL);e.onerror=function(){e.close()};"],
    ["worker", "sb.scorecardresearch.com", "new Worker(URL_.createObjectURL(new Blob(['fetch(\"'+URL+'\",{mode:\"no-cors\"})'],{type:'text/javascript'})));"],
    ["worker-import", "ats.rlcdn.com", "new Worker(URL_.createObjectURL(new Blob(['try{importScripts(\"'+URL+'\")}catch(e){}'],{type:'text/javascript'})));"],
    ["preload", "cdn.id5-sync.com", "var l=document.createElement('link');l.rel='preload';l.as='script';l.href=URL;document.head.appendChild(l);"],
    ["iframe", "tags.crwdcntrl.net", "var f=document.createElement('iframe');f.src=URL;document.body.appendChild(f);"],
    ["srcdoc", "b-code.liadm.com", "var f=document.createElement('iframe');f.srcdoc='<!doctype html><img src='+URL+'><script>fetch(\"'+URL+'\",{mode:\"no-cors\"});new Image().src=\"'+URL+'\"<\\/script>';document.body.appendChild(f);"],
    ["blank-frame", "www.everestjs.net", "var f=document.createElement('iframe');document.body.appendChild(f);var s=f.contentDocument.createElement('script');s.src=URL;f.contentDocument.body.appendChild(s);"],
    ["frame-write", "ml314.com", "var f=document.createElement('iframe');document.body.appendChild(f);var d=f.contentWindow.document;d.open();d.write('<html><body><img src='+URL+'><script src='+URL+'><\\/script></body></html>');d.close();"],
    ["frame-fetch", "j.6sc.co", "var f=document.createElement('iframe');document.body.appendChild(f);f.contentWindow.fetch(URL,{mode:'no-cors'});"],
    ["video", "js.zi-scripts.com", "var v=document.createElement('video');v.src=URL;document.body.appendChild(v);"],
    ["object", "tag.demandbase.com", "var o=document.createElement('object');o.data=URL;document.body.appendChild(o);"],
    ["embed", "utt.impactcdn.com", "var o=document.createElement('embed');o.src=URL;document.body.appendChild(o);"],
    ["svg-image", "www.dwin1.com", "var v=document.createElementNS('http://www.w3.org/2000/svg','svg'),i=document.createElementNS('http://www.w3.org/2000/svg','image');i.setAttribute('href',URL);v.appendChild(i);document.body.appendChild(v);"],
    ["custom-html", "static.hotjar.com", "var s=document.createElement('script');s.text=\"var t=document.createElement('script');t.src='\"+URL+\"';document.head.appendChild(t)\";document.head.appendChild(s);"],
];

/** What may only be done while the page is still being read. */
const WRITTEN = [
    ["write", "edge.fullstory.com", "document.write('<script src=\"'+URL+'\"><\\/script>');"],
    ["write-image", "t.contentsquare.net", "document.writeln('<p>a</p>','<img src='+URL+'>');"],
    ["write-pieces", "cdn.mouseflow.com", "document.write('<scr');document.write('ipt src=\"'+URL);document.write('\"><\\/script>');"],
];

/** What is kept: it must arrive by whatever way it goes. */
const KEPT = [
    ["kept-script", "js.stripe.com", "var s=document.createElement('script');s.src=URL;document.head.appendChild(s);"],
    ["kept-image", "fonts.gstatic.com", "var d=document.createElement('div');d.innerHTML='<img src='+URL+'>';document.body.appendChild(d);"],
    ["kept-fetch", "api.shop-partner.example", "fetch(URL,{mode:'no-cors'});"],
    ["kept-worker", "cdn.shop-partner.example", "new Worker(URL_.createObjectURL(new Blob(['fetch(\"'+URL+'\",{mode:\"no-cors\"})'],{type:'text/javascript'})));"],
    ["kept-analytics", "www.google-analytics.com", "navigator.sendBeacon(URL.replace('/x.js','/g/collect'));"],
];

export const KEPT_HOSTS = KEPT.map(([, host]) => host);
export const MANAGED_HOSTS = [...WAYS, ...WRITTEN].map(([, host]) => host);

const PATHS = { "sc-static.net": "/scevent/x.js" };

const run = ([name, host, code]) => {
    const url = `https://${host}${PATHS[host] ?? "/x.js"}?way=${name}`;
    return `try{(function(URL_){var URL=${JSON.stringify(url)};${code}})(window.URL)}catch(e){console.error('${name}: '+e)}`;
};

/** The script of a container, by its id. */
export const container = (id) => (id === "GTM-WRITE" ? WRITTEN : [...WAYS, ...KEPT]).map(run).join("\n");
