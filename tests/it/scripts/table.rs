//! Inline scripts as sites have them, in the shape of the vendors' published snippets, with what must become of each.

/// What is to be done, and a script in which `⟦` and `⟧` enclose what goes. `site('x')` is the site's own code, which must
/// still run; `later('x')` stands where nothing calls it.
pub(crate) const SCRIPTS: &[(&str, &str)] = &[
    // Vendors' snippets, alone.
    (
        "withhold",
        "!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};if(!f._fbq)f._fbq=n;n.push=n;n.loaded=!0;n.version='2.0';n.queue=[];t=b.createElement(e);t.async=!0;t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');\nfbq('set', 'autoConfig', false, '1');\nfbq('init', '1');\nfbq('track', 'PageView');",
    ),
    (
        "withhold",
        "(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-0');",
    ),
    (
        "withhold",
        "window.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\ngtag('config', 'AW-1');\ngtag('event', 'conversion', {'send_to': 'AW-1/x'});",
    ),
    (
        "withhold",
        "!function (w, d, t) {w.TiktokAnalyticsObject=t;var ttq=w[t]=w[t]||[];ttq.methods=['page','track'],ttq.setAndDefer=function(t,e){t[e]=function(){t.push([e].concat(Array.prototype.slice.call(arguments,0)))}};for(var i=0;i<ttq.methods.length;i++)ttq.setAndDefer(ttq,ttq.methods[i]);ttq.load=function(e,n){var i='https://analytics.tiktok.com/i18n/pixel/events.js';ttq._i=ttq._i||{},ttq._i[e]=[];var o=document.createElement('script');o.type='text/javascript',o.async=!0,o.src=i+'?sdkid='+e+'&lib='+t;var a=document.getElementsByTagName('script')[0];a.parentNode.insertBefore(o,a)};ttq.load('C1');ttq.page();}(window, document, 'ttq');",
    ),
    (
        "withhold",
        "(function(e,t,n){if(e.snaptr)return;var a=e.snaptr=function(){a.handleRequest?a.handleRequest.apply(a,arguments):a.queue.push(arguments)};a.queue=[];var s='script';r=t.createElement(s);r.async=!0;r.src=n;var u=t.getElementsByTagName(s)[0];u.parentNode.insertBefore(r,u);})(window,document,'https://sc-static.net/scevent.min.js');\nsnaptr('init', '1', {'user_email': ''});\nsnaptr('track', 'PAGE_VIEW');",
    ),
    (
        "withhold",
        "!function(e){if(!window.pintrk){window.pintrk=function(){window.pintrk.queue.push(Array.prototype.slice.call(arguments))};var n=window.pintrk;n.queue=[],n.version='3.0';var t=document.createElement('script');t.async=!0,t.src=e;var r=document.getElementsByTagName('script')[0];r.parentNode.insertBefore(t,r)}}('https://s.pinimg.com/ct/core.js');\npintrk('load', '1');\npintrk('page');",
    ),
    (
        "withhold",
        "_linkedin_partner_id = '1';\nwindow._linkedin_data_partner_ids = window._linkedin_data_partner_ids || [];\nwindow._linkedin_data_partner_ids.push(_linkedin_partner_id);\n(function(l) {\nif (!l){window.lintrk = function(a,b){window.lintrk.q.push([a,b])};\nwindow.lintrk.q=[]}\nvar s = document.getElementsByTagName('script')[0];\nvar b = document.createElement('script');\nb.type = 'text/javascript';b.async = true;\nb.src = 'https://snap.licdn.com/li.lms-analytics/insight.min.js';\ns.parentNode.insertBefore(b, s);})(window.lintrk);",
    ),
    (
        "withhold",
        "!function(e,t,n,s,u,a){e.twq||(s=e.twq=function(){s.exe?s.exe.apply(s,arguments):s.queue.push(arguments);},s.version='1.1',s.queue=[],u=t.createElement(n),u.async=!0,u.src='https://static.ads-twitter.com/uwt.js',a=t.getElementsByTagName(n)[0],a.parentNode.insertBefore(u,a))}(window,document,'script');\ntwq('config','o1');",
    ),
    (
        "withhold",
        "!function(w,d){if(!w.rdt){var p=w.rdt=function(){p.sendEvent?p.sendEvent.apply(p,arguments):p.callQueue.push(arguments)};p.callQueue=[];var t=d.createElement('script');t.src='https://www.redditstatic.com/ads/pixel.js',t.async=!0;var s=d.getElementsByTagName('script')[0];s.parentNode.insertBefore(t,s)}}(window,document);rdt('init','t2_1');rdt('track', 'PageVisit');",
    ),
    (
        "withhold",
        "(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:'1', enableAutoSpaTracking: true};o.q=w[u],w[u]=new UET(o),w[u].push('pageLoad')},n=d.createElement(t),n.src=r,n.async=1,n.onload=n.onreadystatechange=function(){var s=this.readyState;s&&s!=='loaded'&&s!=='complete'||(f(),n.onload=n.onreadystatechange=null)},i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,'script','//bat.bing.com/bat.js','uetq');",
    ),
    (
        "withhold",
        "(function(c,l,a,r,i,t,y){c[a]=c[a]||function(){(c[a].q=c[a].q||[]).push(arguments)};t=l.createElement(r);t.async=1;t.src='https://www.clarity.ms/tag/'+i;y=l.getElementsByTagName(r)[0];y.parentNode.insertBefore(t,y);})(window, document, 'clarity', 'script', 'x');",
    ),
    (
        "withhold",
        "(function(h,o,t,j,a,r){h.hj=h.hj||function(){(h.hj.q=h.hj.q||[]).push(arguments)};h._hjSettings={hjid:1,hjsv:6};a=o.getElementsByTagName('head')[0];r=o.createElement('script');r.async=1;r.src=t+h._hjSettings.hjid+j+h._hjSettings.hjsv;a.appendChild(r);})(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=');\nhj('identify', '1');",
    ),
    (
        "withhold",
        "window.criteo_q = window.criteo_q || [];\nwindow.criteo_q.push({ event: 'setAccount', account: 1 }, { event: 'viewHome' });",
    ),
    (
        "withhold",
        "window._tfa = window._tfa || [];\nwindow._tfa.push({notify: 'event', name: 'page_view', id: 1});\n!function (t, f, a, x) {if (!document.getElementById(x)) {t.async = 1;t.src = a;t.id=x;f.parentNode.insertBefore(t, f);}}(document.createElement('script'),document.getElementsByTagName('script')[0],'//cdn.taboola.com/libtrc/unip/1/tfa.js','tb_tfa_script');",
    ),
    (
        "withhold",
        "var _hsq = window._hsq = window._hsq || [];\n_hsq.push(['setPath', '/home']);\n_hsq.push(['trackPageView']);",
    ),
    (
        "withhold",
        "!function(){var analytics=window.analytics=window.analytics||[];if(!analytics.initialize)if(analytics.invoked)window.console&&console.error&&console.error('Segment snippet included twice.');else{analytics.invoked=!0;analytics.methods=['page','track'];analytics.factory=function(e){return function(){var t=Array.prototype.slice.call(arguments);t.unshift(e);analytics.push(t);return analytics}};for(var e=0;e<analytics.methods.length;e++){var key=analytics.methods[e];analytics[key]=analytics.factory(key)}analytics.load=function(key,e){var t=document.createElement('script');t.type='text/javascript';t.async=!0;t.src='https://cdn.segment.com/analytics.js/v1/'+key+'/analytics.min.js';var n=document.getElementsByTagName('script')[0];n.parentNode.insertBefore(t,n)};analytics.SNIPPET_VERSION='4.15.3';analytics.load('K');analytics.page();}}();",
    ),
    (
        "withhold",
        "window['_fs_host'] = 'fullstory.com';\nwindow['_fs_script'] = 'edge.fullstory.com/s/fs.js';\nwindow['_fs_org'] = 'X';\nwindow['_fs_namespace'] = 'FS';\n(function(m,n,e,t,l,o,g,y){if (e in m) {return;}g=m[e]=function(a,b,s){g.q?g.q.push([a,b,s]):g._api(a,b,s);};g.q=[];o=n.createElement(t);o.async=1;o.src='https://'+_fs_script;y=n.getElementsByTagName(t)[0];y.parentNode.insertBefore(o,y);})(window,document,window['_fs_namespace'],'script','user');",
    ),
    (
        "withhold",
        "!function(q,e,v,n,t,s){if(q.qp) return; n=q.qp=function(){n.qp?n.qp.apply(n,arguments):n.queue.push(arguments);}; n.queue=[];t=document.createElement(e);t.async=!0;t.src=v; s=document.getElementsByTagName(e)[0]; s.parentNode.insertBefore(t,s);}(window, 'script', 'https://a.quora.com/qevents.js');\nqp('init', '1');\nqp('track', 'ViewContent');",
    ),
    (
        "withhold",
        "!function(a9,a,p,s,t,A,g){if(a[a9])return;function q(c,r){a[a9]._Q.push([c,r])}a[a9]={init:function(){q('i',arguments)},fetchBids:function(){q('f',arguments)},_Q:[]};A=p.createElement(s);A.async=!0;A.src=t;g=p.getElementsByTagName(s)[0];g.parentNode.insertBefore(A,g)}('apstag',window,document,'script','//c.amazon-adsystem.com/aax2/apstag.js');\napstag.init({pubID: '1', adServer: 'googletag'});",
    ),
    (
        "withhold",
        "var googletag = googletag || {};\ngoogletag.cmd = googletag.cmd || [];\ngoogletag.cmd.push(function() { googletag.defineSlot('/1/a', [300, 250], 'div-1').addService(googletag.pubads()); googletag.enableServices(); });",
    ),
    (
        "withhold",
        "google_ad_client = 'ca-pub-1';\ngoogle_ad_slot = '2';\n(adsbygoogle = window.adsbygoogle || []).push({});",
    ),
    ("withhold", "document.write('<script src=\"//static.criteo.net/js/ld/ld.js\"><\\/script>');"),
    ("withhold", "document.write(\"<img src='//ib.adnxs.com/px?id=1' width=1 height=1>\");"),
    (
        "withhold",
        "var s = document.createElement('script');\ns.async = true;\ns.src = 'https://static.criteo.net/js/ld/ld.js';\ndocument.head.appendChild(s);",
    ),
    (
        "withhold",
        "var u = 'https://static.criteo.net/js/ld/ld.js';\nvar s = document.createElement('script');\ns.src = u;\ndocument.head.appendChild(s);",
    ),
    (
        "withhold",
        "if (!window.fbq) { !function(f,b,e,v){var t=b.createElement(e);t.src=v;b.head.appendChild(t)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js'); fbq('init', '1'); }",
    ),
    ("withhold", "typeof fbq === 'function' && fbq('track', 'PageView');"),
    ("withhold", "fbq('init','1'),fbq('track','PageView')"),
    ("withhold", "try { fbq('track', 'PageView'); } catch (e) {}"),
    ("withhold", "new Image().src = 'https://ib.adnxs.com/px?id=1&r=' + Math.random();"),
    ("withhold", "navigator.sendBeacon('https://ib.adnxs.com/px?id=1');"),
    ("withhold", "import('https://static.criteo.net/js/ld/ld.js');"),
    // Vendors whose loaders name no URL of theirs: by names that nobody else has.
    (
        "withhold",
        "(function(g,d,o){g._ltq=g._ltq||[];g._lt=g._lt||function(){g._ltq.push(arguments)};var h=location.protocol==='https:'?'https://d.line-scdn.net':'http://d.line-cdn.net';var s=d.createElement('script');s.src=o||h+'/n/line_tag/public/release/v1/lt.js';d.getElementsByTagName('script')[0].parentNode.insertBefore(s,null)})(window,document);\n_lt('init', {customerType: 'lap', tagId: '1'});\n_lt('send', 'pv', ['1']);",
    ),
    (
        "withhold",
        "piAId = '1';\npiCId = '2';\npiHostname = 'go.shop.example';\n(function() {\nfunction async_load(){ var s = document.createElement('script'); s.src = ('https:' == document.location.protocol ? 'https://' : 'http://') + piHostname + '/pd.js'; var c = document.getElementsByTagName('script')[0]; c.parentNode.insertBefore(s, c); }\nif(window.attachEvent) { window.attachEvent('onload', async_load); }\nelse { window.addEventListener('load', async_load, false); }\n})();",
    ),
    (
        "withhold",
        "(function(){\"use strict\";var n='1',l=Math.random(),c=document.createElement('script'),h=null;h='dx.mountain.com/spx?'+'shaid='+n+'&cb='+l;c.src=('https:'===document.location.protocol?'https://':'http://')+h;document.getElementsByTagName('script')[0].parentNode.insertBefore(c,null)})();",
    ),
    (
        "withhold",
        "window.TriplePixelData={TripleName:'shop.example',ver:'2'},function(W,H,A,E,O){O=function(U,T){T=new XMLHttpRequest,T.open('GET',U,!0),T.send(null)};if(!window[H]){E=window[H]=function(t,e){return (E._q=E._q||[]).push([t,e])};A&&A.setItem(H,1),O('https://conf.config-security.com/model')}}('','TriplePixel',window.localStorage);",
    ),
    (
        "withhold",
        "(function(w,d,n){w[n]=w[n]||[];w[n].push({id:1});var l='a.mgid.com';var s=d.createElement('script');s.src='https://'+l+'/mgsensor.js?d='+Date.now();d.head.appendChild(s)})(window,document,'MgSensorData');",
    ),
    (
        "withhold",
        "(function(w,d,o,b,t,s,r){w[o]=w[o]||{};s=d.createElement(t);s.src='//go.shop.example/cdnr/1/acton/bn/tracker/1';r=d.getElementsByTagName(t)[0];r.parentNode.insertBefore(s,r)})(window,document,'ActOn','Beacon','script');ActOn.Beacon.track();",
    ),
    (
        "withhold",
        "(self.__next_s=self.__next_s||[]).push([\"https://connect.facebook.net/en_US/fbevents.js\",{\"id\":\"fb\"}])",
    ),
    // The site's own, which mentions a vendor.
    (
        "keep",
        "function renderDescription() {} function initSubscription() {}\nrenderDescription({text: 'See https://connect.facebook.net/en_US/fbevents.js'}); initSubscription({pixel: 'https://ib.adnxs.com/px?id=1'}); site('a');",
    ),
    (
        "keep",
        "function loadApp() {}\nloadApp({locale: 'en', csp: ['https://connect.facebook.net', 'https://ib.adnxs.com']}); site('a');",
    ),
    (
        "keep",
        "var player = {load() {}};\nplayer.load({file: '/v.mp4', advertising: {client: 'vast', tag: 'https://pubads.g.doubleclick.net/gampad/ads?iu=1'}}); site('a');",
    ),
    (
        "keep",
        "window.__STATE__ = {\"html\":\"<script src=\\\"https://connect.facebook.net/en_US/sdk.js\\\">\", \"n\": 1}; site('a');",
    ),
    ("keep", "var cfg = {fbUrl: 'https://connect.facebook.net/en_US/sdk.js'}; site('a');"),
    ("keep", "// fbq('init', '1')\nsite('a'); /* fbq('track', 'PageView') */"),
    ("keep", "site('a');\n<!-- fbq('init', '1')\n--> fbq('track', 'x')\nsite('b');"),
    ("keep", "if (window._hsq) { later('x'); } site('a');"),
    ("keep", "site('a'); var has = typeof uetq !== 'undefined';"),
    ("keep", "var blocked = [/connect\\.facebook\\.net\\//, /static\\.hotjar\\.com\\//]; site('a');"),
    ("keep", "site('a'); var names = ['adsbygoogle', \"fbq('init'\"];"),
    (
        "keep",
        "window.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\ngtag('config', 'G-1');\nsite('a');",
    ),
    (
        "keep",
        "window.googletag = window.googletag || {};\nwindow.googletag.cmd = window.googletag.cmd || [];\nsite('a');",
    ),
    // Loaders that no signature knows: by the URL that they load, and only if they load it.
    (
        "withhold",
        "(function(d){var s=d.createElement('script');s.src='//cdn.krxd.net/controltag/x.js';d.head.appendChild(s)})(document);",
    ),
    ("withhold", "new Image().src = \"https:\\/\\/pixel.rubiconproject.com\\/tap.php?v=1\";"),
    ("withhold", "document.write('<img src=//pixel.rubiconproject.com/tap.php width=1 height=1>');"),
    ("withhold", "fetch(`https://pixel.rubiconproject.com/tap.php?${Date.now()}`);"),
    ("parts", "site('a'); ⟦navigator.sendBeacon('https://pixel.rubiconproject.com/b')⟧; site('b');"),
    ("keep", "var partner = 'https://pixel.rubiconproject.com/'; site('a');"),
    ("keep", "site('a'); // new Image().src = 'https://pixel.rubiconproject.com/tap.php'"),
    (
        "keep",
        "(function(d){var s=d.createElement('script');s.src='https://js.stripe.com/v3/';d.head.appendChild(s)})(document);",
    ),
    // The site's own around a vendor's.
    ("calls", "function buy() { later('x'); fbq('track', 'AddToCart'); }\nsite('a');"),
    ("calls", "document.addEventListener('click', function() { fbq('track', 'Lead'); }); site('a');"),
    ("calls", "site('a'); setTimeout(function() { if (window.fbq) { fbq('track', 'Lead'); } later('x') }, 10);"),
    ("calls", "site('a'); var track = () => fbq('trackCustom', 'x', later('x'));"),
    ("parts", "site('a');\n⟦fbq('track', 'PageView')⟧;\nsite('b');"),
    ("parts", "site('a')\n⟦fbq('track', 'PageView')⟧\nsite('b')"),
    ("parts", "⟦fbq('track', 'PageView')⟧;(function() { site('a') })()"),
    ("parts", "var n = 0; for (var k in {a: 1}) ++n;\n⟦fbq('track', 'PageView')⟧;\nsite('b');"),
    ("parts", "⟦loadScript({src: 'https://static.criteo.net/js/ld/ld.js'})⟧; function loadScript() {}; site('a');"),
    ("parts", "⟦injectScripts(['https://static.criteo.net/js/ld/ld.js'])⟧; function injectScripts() {}; site('a');"),
    // The name of a queue that only the loader knows, and a call behind code of the site's.
    (
        "parts",
        "⟦!function(a,b,c){var e=a.scimhtiraidem||{};a[c]=e[c]=e[c]||{};e[c].push=function(){};var h=b.createElement('script');h.src='//static.mediarithmics.com/tag/1/tag.min.js';b.getElementsByTagName('script')[0].parentNode.appendChild(h)}(window,document,'gravity')⟧;\nvar page = site('x');\n⟦gravity.push('view', page)⟧;",
    ),
    (
        "parts",
        "site('a');\n⟦!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.queue.push(arguments)};n.queue=[];t=b.createElement(e);t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js')⟧;\n⟦fbq('init', '1')⟧;\nsite('b');",
    ),
    (
        "parts+calls",
        "⟦(function(){var s=document.createElement('script');s.src='https://connect.facebook.net/en_US/fbevents.js';document.head.appendChild(s)})()⟧;\nfunction buy() { fbq('track', 'Buy'); later('x'); }\nsite('a');",
    ),
    (
        "parts",
        "window.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\ngtag('config', 'G-1');\n⟦gtag('config', 'AW-1')⟧;\nsite('a');",
    ),
    (
        "parts",
        "window.dataLayer = window.dataLayer || [];\ndataLayer.push({page: 'home'});\n⟦(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.src='https://www.googletagmanager.com/gtm.js?id='+i;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-0')⟧;\nsite('a');",
    ),
    (
        "parts",
        "site('a');\nwindow.addEventListener('load', function() {\n  ⟦!function(f,b,e,v){var t=b.createElement(e);t.src=v;b.head.appendChild(t)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js')⟧;\n  later('x');\n});",
    ),
    (
        "parts",
        "site('a'); setTimeout(function(){var s=document.createElement('script');⟦s.src='https://static.criteo.net/js/ld/ld.js'⟧;document.head.appendChild(s)}, 100);",
    ),
    (
        "parts",
        "function loadPixel() { var s = document.createElement('script'); ⟦s.src = 'https://static.criteo.net/js/ld/ld.js'⟧; document.head.appendChild(s); }\nloadPixel(); site('a');",
    ),
    (
        "parts",
        "if (site('a') !== 1) {\n  ⟦(function(){var s=document.createElement('script');s.src='//static.criteo.net/js/ld/ld.js';document.head.appendChild(s)})()⟧;\n} else { later('x') }",
    ),
    ("parts", "site('a'); if (window) ⟦fbq('track', 'PageView')⟧; else later('x');"),
    (
        "parts",
        "var s = document.createElement('script'); ⟦s.src = 'https://static.criteo.net/js/ld/ld.js'⟧; s.onload = function() { later('x') }; document.head.appendChild(s); site('a');",
    ),
    (
        "parts",
        "site('a'); function loadScript(u) { later(u) } ⟦loadScript('https://static.criteo.net/js/ld/ld.js')⟧; site('b');",
    ),
    (
        "parts",
        "!function(){site('a');var e=document.createElement('script');⟦e.async=!0,e.src='https://static.criteo.net/js/ld/ld.js',document.head.appendChild(e)⟧;site('b')}();",
    ),
    ("parts", "site('a');\n⟦document.write('<script src=\"//static.criteo.net/js/ld/ld.js\"><\\/script>')⟧;"),
    ("parts", "site('a'); ⟦googletag.cmd.push(function() { googletag.display('x'); })⟧;"),
    ("parts", "site(`a`); ⟦fbq('track', `P${1}`)⟧; var t = `fbq('track'${site('b')}`;"),
    // Lists of URLs that the site loads one after the other.
    (
        "parts",
        "(function(){var isLoaded=false;function asyncLoad(){if(isLoaded)return;isLoaded=true;var urls=[⟦\"https:\\/\\/static.klaviyo.com\\/onsite\\/js\\/klaviyo.js?company_id=1\\u0026shop=x\",⟧\"https:\\/\\/cdn.judge.me\\/loader.js?shop=x\",⟦\"https:\\/\\/cdn.attn.tv\\/x\\/dtag.js?shop=x\"⟧];for(var i=0;i<urls.length;i++){var s=document.createElement('script');s.src=urls[i];var x=document.getElementsByTagName('script')[0];x.parentNode.insertBefore(s,x)}}if(window.attachEvent){window.attachEvent('onload',asyncLoad)}else{window.addEventListener('load',asyncLoad,false)}})();",
    ),
    (
        "parts",
        "[⟦'https://connect.facebook.net/en_US/fbevents.js',⟧ 'https://cdn.shop.example/own.js'].forEach(function(u) { var s = document.createElement('script'); s.src = u; document.head.appendChild(s); }); site('a');",
    ),
    (
        "parts",
        "const all = ['https://cdn.shop.example/own.js', ⟦'https://connect.facebook.net/en_US/fbevents.js'⟧];\nfor (const u of all) { const s = document.createElement('script'); s.src = u; document.head.append(s); }\nsite('a');",
    ),
    (
        "parts",
        "function loadScripts() {} loadScripts([⟦'https://static.criteo.net/js/ld/ld.js',⟧ '//cdn.shop.example/own.js']); site('a');",
    ),
    ("keep", "var allowed = ['https://connect.facebook.net', '//cdn.shop.example']; site('a');"),
    (
        "keep",
        "function init() {} init({denyUrls: ['https://connect.facebook.net', '//cdn.shop.example'], send: function() { fetch('/own') }}); site('a');",
    ),
    (
        "parts",
        "function loadScripts() {} ⟦loadScripts(['//cdn.shop.example/own.js', 'https://static.criteo.net/js/ld/ld.js'], new Image().src = 'https://ib.adnxs.com/px?id=' + 1)⟧; site('a');",
    ),
    (
        "parts",
        "var s = {}; ⟦s.src = 'https://ib.adnxs.com/px?id=1', function() { ['https://static.criteo.net/js/ld/ld.js', '//cdn.shop.example/own.js'].forEach(later) }⟧; site('a');",
    ),
    ("keep", "var hosts = ['connect.facebook.net', 'x']['connect.facebook.net'.length]; site('a');"),
    // Loaders that cannot be cut out have nothing to load.
    (
        "parts",
        "const go = () => loadScript('⟦https://connect.facebook.net/en_US/fbevents.js⟧'); function loadScript() {} site('a'); void go;",
    ),
    ("parts", "function go() { return loadScript('⟦https://connect.facebook.net/en_US/fbevents.js⟧'); } site('a');"),
    (
        "parts",
        "const all = {meta: () => loadScript(\"⟦//connect.facebook.net/en_US/fbevents.js⟧\"), own: () => loadScript('/own.js')}; site('a'); void all;",
    ),
    (
        "parts",
        "switch (1) { case 2: loadScript('⟦https://connect.facebook.net/en_US/fbevents.js⟧'); break; } site('a');",
    ),
    ("parts", "if (window.never) loadScript('⟦https://connect.facebook.net/en_US/fbevents.js⟧')\nsite('a')"),
    (
        "parts",
        "site('a'); var go = x => ({src: '⟦https://connect.facebook.net/en_US/fbevents.js⟧', on: loadScript(x)}); site('b'); void go;",
    ),
    ("withhold", "const go = () => fetch('https://ib.adnxs.com/px?id=1'); site('a'); void go;"),
    ("withhold", "const go = x => loadScript('https://ib.adnxs.com/px?id=' + x); site('a'); void go;"),
    // Consent managers.
    (
        "parts",
        "window.__tcfapi = window.__tcfapi || function() { later('x') };\n⟦(function(){var s=document.createElement('script');s.src='https://static.criteo.net/js/ld/ld.js';document.head.appendChild(s)})()⟧;",
    ),
    ("parts", "function OptanonWrapper() { later('x'); } ⟦fbq('init', '1')⟧; site('a');"),
    (
        "parts",
        "window.addEventListener('CookiebotOnAccept', function() { ⟦!function(f,b,e,v){var t=b.createElement(e);t.src=v;b.head.appendChild(t)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js')⟧; }); site('a');",
    ),
    (
        "parts",
        "window.__uspapi && window.__uspapi('getUSPData', 1, function(d) { later(d); var s = document.createElement('script'); ⟦s.src = 'https://static.criteo.net/js/ld/ld.js'⟧; document.head.appendChild(s); }); site('a');",
    ),
    (
        "calls",
        "if (window.OneTrust) { OneTrust.OnConsentChanged(function() { fbq('consent', 'grant'); fbq('track', 'x'); }); } site('a');",
    ),
    // Not understood: what loads goes, what calls is kept.
    ("withhold", "@broken var s = document.createElement('script'); s.src = 'https://static.criteo.net/js/ld/ld.js';"),
];
