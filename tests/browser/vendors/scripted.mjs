// Pages whose own scripts write, parse, frame and request, in the ways that sites have. Each says what it sees of that: `seen`
// has to be the same with the signal as without it, and what `holds` has to hold with it. `WITHHELD` is an address that is
// asked for without the signal, and not with it.

import { HYDRATED, HYDRATES } from "./hydrated.mjs";

const WITHHELD = "https://bat.bing.com/bat.js";
const IMAGE = `<img alt="a" src="${WITHHELD}">`;

const SCRIPTS = {
    "written-pieces": `
        document.write('<div');document.write(' class="ad" id="slot">');document.write('<b>x</b></div>');
        document.write('<img alt="a > b" ');document.write('src="'+WITHHELD+'">');
        document.write('<p id="open">');document.write(IMAGE+'inside');document.write(' still</p>');
        document.write('<scr'+'ipt>window.ran="',"a<b",'"<\\/script>');document.write('<script>ran+="');document.write('<img src=/scripted/nothing.js>"<\\/scr');document.write('ipt>');
        document.write('<script>document.write("<u>1</u>")<\\/script><u');document.write('>2</u>');
        document.writeln('<i id="line">');document.write('</i>');document.write('<!-- a <im');document.write('g> --><q>3 < 4</q>');
        document.write(undefined,null);
        document.write('<iframe name="early" hidden>');seen.early=!!window.early;document.write('</iframe><textarea id="area">');seen.area=!!document.querySelector('#area');
        for(var n=0,from=performance.now(),c='<!--';n<5000;n++,c=' -- <i '){document.write(c)}document.write('-->');holds.linear=performance.now()-from<2000;
        document.write('x</textarea><svg hidden><style/></svg><p id="there">');seen.there=!!document.querySelector('#there');
        document.write('<!--');
        document.write('-->end<');
        done(function(){seen.slot=document.querySelector('#slot').outerHTML;seen.open=document.querySelector('#open').textContent;
        seen.ran=ran;seen.order=[].map.call(document.querySelectorAll('u'),function(u){return u.textContent}).join();
        seen.text=document.body.textContent.replace(/Opt-Out[^]*/,'').trim()});`,
    "written-documents": `
        var f=frame(),d=f.contentWindow.document;d.open();
        d.write('<!doctype html><html lang="en"><head><title>t</title></head><body class="b"><p>'+IMAGE);d.write('in</p></body></html>');d.close();
        seen.mode=d.compatMode;seen.title=d.title;seen.body=d.body.className;seen.p=d.querySelector('p').textContent;
        var g=frame().contentWindow.document;g.open();g.write('<p>3 <');g.close();seen.unfinished=g.body.textContent;
        var h=frame();h.contentDocument.write('<p>whole</p>');h.contentDocument.close();seen.whole=h.contentDocument.body.innerHTML;`,
    "frames-touched": `
        var f=document.createElement('iframe');f.src='/scripted/inner';document.body.appendChild(f);f.contentWindow.postMessage('x','*');
        var w=window.open('/scripted/inner','popup');seen.popup=!!w;if(w)w.document;
        done(function(){
            [f.contentWindow].concat(w||[]).forEach(function(inner,at){
                seen['there'+at]=inner.document.title;
                holds['signal'+at]=inner.navigator.globalPrivacyControl;
                holds['stub'+at]=typeof inner.fbq==='function'&&inner.fbq('track')!==0;
                holds['denied'+at]=inner.dataLayer[0]?.[2]?.ad_storage==='denied';
                holds['api'+at]=typeof inner.__uspapi==='function';
            });
            if(w)w.close();
        },[f],w);`,
    "frames-scripted": `
        var f=document.createElement('iframe');f.src="javascript:(function(){document.open();document.write('<body>"+IMAGE+"<p>x</p>');document.close()})()";
        document.body.appendChild(f);
        var g=document.createElement('iframe');g.setAttribute('src','javascript:void 0');document.body.appendChild(g);
        done(function(){seen.p=f.contentDocument.body.textContent;seen.empty=g.contentDocument.body.innerHTML});`,
    layers: `
        function tell(){dataLayer.push(arguments)}
        function denied(layer){return layer?.[0]?.[0]==='consent'&&layer[0][1]==='default'&&layer[0][2].ad_storage==='denied'}
        holds.given=denied(window.dataLayer);
        dataLayer=[{event:'a'}];holds.list=denied(dataLayer);
        tell('consent','update',{ad_storage:'granted',analytics_storage:'granted'});
        var last=dataLayer[dataLayer.length-1][2];holds.update=last.ad_storage==='denied';seen.analytics=last.analytics_storage;
        window.dataLayer=dataLayer.concat([{event:'b'}]);holds.concat=denied(dataLayer);
        tell('consent','update',{ad_user_data:'granted'});holds.after=dataLayer[dataLayer.length-1][2].ad_user_data==='denied';
        window.dataLayer=window.dataLayer||[];
        seen.events=dataLayer.map(function(e){return e.event}).filter(Boolean).join();
        (function(){window.dataLayer=[arguments]})('consent','update',{ad_storage:'granted'});
        holds.literal=dataLayer[dataLayer.length-1][2].ad_storage==='denied'&&denied(dataLayer);
        var own=dataLayer.push,heard=[];dataLayer.push=function(){heard.push(arguments[0]);return own.apply(dataLayer,arguments)};
        seen.length=dataLayer.push({event:'c'})-dataLayer.length;seen.heard=heard.length;
        tell('consent','update',Object.freeze({ad_storage:'granted'}));holds.fixed=dataLayer[dataLayer.length-1][2].ad_storage==='denied';
        var given={ad_storage:'granted'};tell('consent','update',given);seen.given=given.ad_storage;
        var pushing=[];pushing.push=function(){return Array.prototype.push.apply(this,arguments)};window.dataLayer=pushing;
        tell('consent','update',{ad_storage:'granted'});holds.pushing=denied(dataLayer)&&dataLayer[dataLayer.length-1][2].ad_storage==='denied';
        tell('set',{allow_google_signals:true,page:'p'});tell('config','G-1',{allow_google_signals:true});tell('config','G-2');
        var off=[].slice.call(dataLayer,-3);holds.features=off[0][1].allow_google_signals===false&&off[1][2].allow_google_signals===false;seen.config=off[0][1].page+off[2].length;
        window.dataLayer=Object.freeze([1]);seen.frozen=dataLayer.length;window.dataLayer=undefined;seen.gone=typeof dataLayer;window.dataLayer=[];`,
    parsers: `
        var x=new DOMParser().parseFromString('<r xmlns="urn:x"><template><a/></template></r>','text/xml');seen.xml=x.documentElement.innerHTML;
        var s=new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg"><template/><image href="'+WITHHELD+'"/></svg>','image/svg+xml');
        document.body.appendChild(document.importNode(s.documentElement,true));
        document.body.insertAdjacentHTML('beforeend','<svg><template></template></svg>'+IMAGE);
        var h=new DOMParser().parseFromString('<!doctype html><title>t</title><template>'+IMAGE+'</template>','text/html');
        seen.title=h.title;document.body.appendChild(document.adoptNode(h.querySelector('template').content));
        var v=document.createElementNS('http://www.w3.org/2000/svg','svg');v.innerHTML='<image href="'+WITHHELD+'"></image><title><b>x</b></title>';document.body.appendChild(v);
        document.body.insertAdjacentHTML('beforeend','<img alt="" src="https:&#x2F;&#47;bat.bing.com&sol;x.gif">');
        document.body.insertAdjacentHTML('beforeend','<img alt=b src="'+WITHHELD+'?a=1&amp;b=2" title=it\\'s><i>i</i>');seen.title2=document.body.lastElementChild.previousElementSibling.title;
        var ends=document.createElement('div');ends.innerHTML='<svg><title/><style/></svg>'+IMAGE;document.body.appendChild(ends);
        var names='';for(var n=0;n<20000;n++)names+=' a'+n+'="b://c"';var started=performance.now();ends.innerHTML='<b'+names+'>'+'<i '.repeat(20000);
        holds.linear=performance.now()-started<2000;seen.names=ends.firstChild.attributes.length;
        if(Document.parseHTMLUnsafe)document.body.appendChild(document.adoptNode(Document.parseHTMLUnsafe(IMAGE).body.firstChild));
        if(document.body.setHTMLUnsafe){var u=document.createElement('div');document.body.appendChild(u);u.setHTMLUnsafe(IMAGE)}
        if(document.body.setHTML){var t=document.createElement('div');document.body.appendChild(t);t.setHTML(IMAGE+'<b>b</b>');seen.safe=t.textContent}`,
    attributes: `
        var v=document.createElementNS('http://www.w3.org/2000/svg','svg'),s=document.createElementNS('http://www.w3.org/2000/svg','script');
        s.setAttributeNS('http://www.w3.org/1999/xlink','xl:href',WITHHELD);v.appendChild(s);document.body.appendChild(v);
        var p=document.createElement('video');p.poster=WITHHELD;document.body.appendChild(p);
        var l=document.createElement('a');l.setAttribute('href',WITHHELD);seen.href=l.href;l.setAttribute('data-src',WITHHELD);seen.data=l.dataset.src;
        var k=document.createElement('img');k.setAttribute('SRC',WITHHELD);document.body.appendChild(k);`,
    texts: `
        var code='var html=\\'<img src="'+WITHHELD+'">\\';window.coded=html.length';
        var s=document.createElement('script');s.innerHTML=code;seen.script=s.textContent;document.head.appendChild(s);seen.coded=window.coded;
        var t=document.createElement('textarea');t.innerHTML='&lt;img src="'+WITHHELD+'"> <img src="'+WITHHELD+'">';seen.textarea=t.value;
        var d=document.createElement('div');d.innerHTML='<script type="text/x-template"><img src="'+WITHHELD+'"><\\/script><style>/* <img src="'+WITHHELD+'"> */</style><!-- <img src="'+WITHHELD+'"> -->';
        document.body.appendChild(d);seen.inside=d.innerHTML;
        var e=document.createElement('div');e.innerHTML=d.firstChild.textContent;document.body.appendChild(e);seen.kinds=e.firstChild.localName;
        var own=document.createElement('my-frame');own.setAttribute('srcdoc','<p>x');seen.own=own.getAttribute('srcdoc');
        var f=document.createElement('div');f.innerHTML='<iframe srcdoc="<p>&#128512; it&#39;s &#146;a&nbsp;b &amp;lt; &copy; &quot;</p><script>window.said=\\'a&nbsp;b\\'<\/script>"></iframe>';document.body.appendChild(f);
        done(function(){var inner=f.firstChild.contentWindow;var grown=f.innerHTML.length;f.innerHTML=f.innerHTML;seen.grown=f.innerHTML.length-grown;seen.p=inner.document.querySelector('p').textContent;seen.said=inner.said},[f.firstChild]);`,
    events: `
        holds.script=holds.image=holds.made=holds.sheet=holds.request=holds.states=false;
        var s=document.createElement('script');s.src=WITHHELD;s.text='window.body=1';s.onerror=function(){holds.script=true};var scripted=arrived(s);document.head.appendChild(s);seen.body=window.body;
        document.body.insertAdjacentHTML('beforeend','<img alt="" src="'+WITHHELD+'" onerror="holds.image=true">');
        var c=new Image();c.onerror=function(){holds.made=true};c.src=WITHHELD+'?made';
        var l=document.createElement('link');l.rel='stylesheet';l.href=WITHHELD;l.onload=l.onerror=function(){holds.sheet=true};document.head.appendChild(l);
        var errors=0,c2=new Image();c2.onerror=function(){if(errors++<3)this.src=this.src};c2.src=WITHHELD+'?more';
        var k=document.createElement('link'),told=0;k.onerror=function(){told++};k.setAttribute('crossorigin','');k.setAttribute('href','');document.head.appendChild(k);
        var m=document.createElement('div');m.innerHTML='<script src="'+WITHHELD+'"><\/script>';holds.reads=m.firstChild.src==='';
        var tries=0,again=document.createElement('script');again.onerror=function(){var next=document.createElement('script');next.onerror=function(){tries++};next.src=again.src+'?again';document.head.appendChild(next)};
        again.src=WITHHELD;document.head.appendChild(again);
        var loads=0,f=document.createElement('iframe'),framed=arrived(f);f.onload=function(){loads++};f.src=WITHHELD;document.body.appendChild(f);
        var states=[],x=new XMLHttpRequest();x.onreadystatechange=function(){states.push(x.readyState)};x.onerror=function(e){holds.request=e instanceof ProgressEvent&&x.status===0};
        x.onloadend=function(){holds.states=states.join()==='1,4'};x.open('GET',WITHHELD);x.send();
        var w=new WebSocket('wss://www.vendors.localhost:1/');seen.identity=w.constructor===WebSocket&&w instanceof WebSocket;w.close();
        seen.rejects=false;fetch(Object.create(null)).catch(function(){seen.rejects=true});
        if('fetchLater' in window)seen.later=typeof fetchLater(WITHHELD,{activateAfter:0}).activated;
        done(function(){
            seen.loads=loads;holds.errors=errors===4;seen.told=told;seen.own=performance.getEntriesByType('resource').filter(function(e){return e.name.indexOf(location.href)===0||e.name.indexOf('again')>0&&e.name.indexOf(location.host)>0}).length;
            var y=new XMLHttpRequest();y.open('GET',WITHHELD,false);try{y.send()}catch(e){}seen.sync=y.readyState;y.open('GET','/plain',false);y.send();seen.again=y.status+' '+y.readyState;
        },[l,framed,scripted]);`,
    workers: `
        function make(code,type){return new Worker(URL.createObjectURL(new Blob([code],type?{type:type}:{})))}
        function heard(worker){return new Promise(function(r){worker.onmessage=function(e){r(e.data)};worker.onerror=function(e){e.preventDefault();r('line '+e.lineno)}})}
        var ask="fetch('"+WITHHELD+"',{mode:'no-cors'}).catch(function(){});";
        var all=[make(ask+"postMessage('plain')",'text/plain'),make(ask+"postMessage('none')"),
        make("var u=URL.createObjectURL(new Blob([\\""+ask+"postMessage('nested')\\"]));new Worker(u).onmessage=function(e){postMessage(e.data)}",'text/javascript'),
        make("\\n\\nnothing.there",'text/javascript')].map(heard);
        done(function(){return Promise.all(all).then(function(said){seen.said=said.join()})});`,
};

const TRUSTED = `
    var policy=trustedTypes.createPolicy('app',{createHTML:function(t){return t},createScriptURL:function(u){return u},createScript:function(c){return c}});
    var f=document.createElement('iframe');f.srcdoc=policy.createHTML('<p>one</p>'+IMAGE);document.body.appendChild(f);
    var g=document.createElement('iframe');g.setAttribute('srcdoc',policy.createHTML('<p>two</p>'));document.body.appendChild(g);
    document.body.insertAdjacentHTML('beforeend',policy.createHTML('<b id="b">b</b>'+IMAGE));seen.b=document.querySelector('#b').textContent;
    var d=document.createElement('div');d.innerHTML=policy.createHTML('<i>i</i>'+IMAGE);document.body.appendChild(d);seen.i=d.textContent;
    document.write(policy.createHTML('<u id="u">'),policy.createHTML('u'+IMAGE));document.write(policy.createHTML('</u><s'));document.writeln(policy.createHTML(' id="s">s</s>'));
    document.write(policy.createHTML('3 <'));
    var s=document.createElement('script');s.src=policy.createScriptURL(WITHHELD);document.head.appendChild(s);
    var t=document.createElement('script');t.setAttribute('src',policy.createScriptURL('/scripted/nothing.js'));document.head.appendChild(t);
    var inner=frame().contentDocument;inner.open();inner.write(policy.createHTML('<p>in</p>'+IMAGE));inner.writeln(policy.createHTML('b <c'));inner.close();seen.inner=inner.body.textContent;
    seen.kind=policy.createHTML('x') instanceof TrustedHTML;
    try{d.innerHTML='plain';seen.plain='taken'}catch(e){seen.plain=e.name}
    var w=new Worker(policy.createScriptURL(URL.createObjectURL(new Blob(["postMessage('w')"],{type:'text/javascript'}))));
    var said=new Promise(function(r){w.onmessage=function(e){r(e.data)}});
    done(function(){seen.one=f.contentDocument.body.textContent;seen.two=g.contentDocument.body.textContent;
    seen.u=document.querySelector('#u').textContent;seen.s=document.querySelector('#s').textContent;return said.then(function(w){seen.worker=w})},[f,g]);`;

const POLICIES = {
    "trusted-any": "require-trusted-types-for 'script'",
    "trusted-listed": "require-trusted-types-for 'script'; trusted-types app",
};
for (const name of Object.keys(POLICIES)) SCRIPTS[name] = `if(window.trustedTypes){${TRUSTED}}else seen.trusted='no such browser';`;

// What the pages' scripts have at hand: `done` takes what is to be looked at once the page, and these elements, are loaded.
const HELP = `var WITHHELD=${JSON.stringify(WITHHELD)},IMAGE=${JSON.stringify(IMAGE)},seen={},holds={},finished;
function frame(){return document.body.appendChild(document.createElement('iframe'))}
function arrived(element){return new Promise(function(r){element.addEventListener('load',r);element.addEventListener('error',r)})}
function done(look,frames,other){
    var all=(frames||[]).map(function(one){return one.then?one:arrived(one)}).concat(arrived(window));
    if(other)all.push(new Promise(function wait(r){other.location.href!=='about:blank'&&other.document.readyState==='complete'?r():setTimeout(wait,20,r)}));
    finished=Promise.all(all).then(look)}`;

const document = (name) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Scripted</title><link rel="icon" href="data:,">
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script></head>
<body><script src="/scripted/help.js"></script><script src="/scripted/${name}.js"></script></body></html>`;

const INNER = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Inner</title><link rel="icon" href="data:,"></head>
<body><script src="/scripted/inner.js"></script></body></html>`;

/** By path: the body, its type, and the policy that comes with it. */
export const SCRIPTED = new Map([
    ["/scripted/inner", { body: INNER }],
    ["/scripted/inner.js", { body: "new Image().src='//bat.bing.com/x.gif';window.dataLayer=window.dataLayer||[];", type: "text/javascript" }],
    ["/scripted/help.js", { body: HELP, type: "text/javascript" }],
    ["/scripted/hydrated", { body: HYDRATED }],
    ["/scripted/hydrated.js", { body: HYDRATES, type: "text/javascript" }],
    ["/scripted/nothing.js", { body: "", type: "text/javascript" }],
    ...Object.entries(SCRIPTS).flatMap(([name, body]) => [
        [`/scripted/${name}`, { body: document(name), policy: POLICIES[name] }],
        [`/scripted/${name}.js`, { body, type: "text/javascript" }],
    ]),
]);

export const SCRIPTED_PAGES = [...Object.keys(SCRIPTS), "hydrated"].map((name) => `/scripted/${name}`);

/** In the page: what it has to say. */
export async function told() {
    await window.finished;
    return { seen: window.seen, holds: window.holds };
}
