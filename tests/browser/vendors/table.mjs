// The vendors of the test site: who they are in the catalog, and how their tags look, from what their documentation says.
//
// A row: the vendor's id; the script that its tag loads; the global that the tag makes, `name()` for a function that queues,
// `name[]` for an array, `name{}` for an object with `push`; the calls of the tag itself; and a call that the site's own
// code makes later. A `%` stands for the global.

const ROWS = `
meta-pixel            | connect.facebook.net/en_US/fbevents.js                | fbq()      | %('init','1234567890');%('track','PageView') | %('track','Purchase',{value:1,currency:'USD'})
tiktok-pixel          | analytics.tiktok.com/i18n/pixel/events.js?sdkid=C1    | ttq{}      | window.TiktokAnalyticsObject='ttq';%.push(['load','C1']);%.push(['page']) | %.push(['track','AddToCart'])
x-pixel               | static.ads-twitter.com/uwt.js                         | twq()      | %('config','o1') | %('event','tw-o1-o2',{})
microsoft-ads         | bat.bing.com/bat.js                                   | uetq[]     | %.push('pageLoad') | %.push('event','purchase',{revenue_value:1})
snap-pixel            | sc-static.net/scevent.min.js                          | snaptr()   | %('init','id');%('track','PAGE_VIEW') | %('track','ADD_CART')
pinterest-tag         | s.pinimg.com/ct/core.js                               | pintrk()   | %('load','26');%('page') | %('track','checkout')
linkedin-insight      | snap.licdn.com/li.lms-analytics/insight.min.js        | lintrk()   | window._linkedin_partner_id='1' | %('track',{conversion_id:1})
reddit-pixel          | www.redditstatic.com/ads/pixel.js                     | rdt()      | %('init','t2_1');%('track','PageVisit') | %('track','Purchase')
quora-pixel           | a.quora.com/qevents.js                                | qp()       | %('init','1');%('track','ViewContent') | %('track','Purchase')
nextdoor-pixel        | ads.nextdoor.com/public/pixel/ndp.js                  | ndp()      | %('init','1',{});%('track','PAGE_VIEW') | %('track','LEAD')
spotify-pixel         | pixel.byspotify.com/ping.min.js                       | spdt()     | %('conf',{key:'1'});%('view',{}) | %('purchase',{value:1})
google-ads            | www.googletagmanager.com/gtag/js?id=AW-1              | gtag()     | %('js',new Date());%('config','AW-1') | %('event','conversion',{send_to:'AW-1/x',event_callback:function(){document.body.dataset.navigated='yes'}})
google-ad-manager     | securepubads.g.doubleclick.net/tag/js/gpt.js          | googletag{}| %.cmd=%.cmd\\|\\|[];%.cmd.push(function(){}) | %.cmd.push(function(){%.defineSlot('/1/a',[1,1],'a').addService(%.pubads());%.enableServices()})
google-adsense        | pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-1 | adsbygoogle[] | | (window.%=window.%\\|\\|[]).push({})
amazon-ads            | c.amazon-adsystem.com/aat/amzn.js                     | amzn()     | %('setRegion','NA');%('addTag','1') | %('trackEvent','Off-AmazonPurchases',{})
criteo                | dynamic.criteo.com/js/ld/ld.js?a=1                    | criteo_q[] | %.push({event:'setAccount',account:1},{event:'viewHome'}) | %.push({event:'trackTransaction',id:1})
taboola               | cdn.taboola.com/libtrc/unip/1/tfa.js                  | _tfa[]     | %.push({notify:'event',name:'page_view',id:1}) | %.push({notify:'event',name:'lead',id:1})
outbrain              | amplify.outbrain.com/cp/obtp.js                       | obApi()    | %('track','PAGE_VIEW') | %('track','Lead')
adroll                | s.adroll.com/j/roundtrip.js                           |            | window.adroll_adv_id='A';window.adroll_pix_id='B' |
the-trade-desk        | js.adsrvr.org/up_loader.1.1.0.js                      |            | |
yahoo-dsp             | s.yimg.com/wi/ytc.js                                  | dotq[]     | %.push({projectId:'1',properties:{pixelId:'1'}}) | %.push({projectId:'1',properties:{et:'custom'}})
stackadapt            | tags.srv.stackadapt.com/events.js                     | saq()      | %('ts','1') | %('conv','1')
quantcast-measure     | secure.quantserve.com/quant.js                        | _qevents[] | %.push({qacct:'p-1'}) | %.push({qacct:'p-1',event:'click'})
comscore              | sb.scorecardresearch.com/beacon.js                    | _comscore[]| %.push({c1:'2',c2:'1'}) | %.push({c1:'2',c2:'1'})
liveramp              | ats.rlcdn.com/ats.js                                  |            | |
id5                   | cdn.id5-sync.com/api/1.0/id5-api.js                   |            | |
lotame                | tags.crwdcntrl.net/lt/c/1/lt.min.js                   |            | |
liveintent            | b-code.liadm.com/lc2.min.js                           | liQ[]      | %.push({event:'viewHomePage'}) | %.push({event:'conversion'})
adobe-advertising     | www.everestjs.net/static/st.v3.js                     |            | |
sharethis             | platform-api.sharethis.com/js/sharethis.js#property=1 |            | |
bombora               | ml314.com/tag.aspx?1                                  |            | |
6sense                | j.6sc.co/6si.min.js                                   | _6si[]     | %.push(['setToken','1']) | %.push(['send'])
zoominfo              | js.zi-scripts.com/zi-tag.js                           |            | |
demandbase            | tag.demandbase.com/1.min.js                           |            | |
rakuten               | tag.rmp.rakuten.com/1.ct.js                           |            | |
impact                | utt.impactcdn.com/A1.js                               | ire()      | %('identify',{}) | %('trackConversion',1,{})
cj-affiliate          | www.mczbf.com/tags/1/tag.js                           |            | |
awin                  | www.dwin1.com/1.js                                    |            | |
hotjar                | static.hotjar.com/c/hotjar-1.js?sv=6                  | hj()       | window._hjSettings={hjid:1,hjsv:6} | %('event','bought')
fullstory             | edge.fullstory.com/s/fs.js                            | FS()       | window._fs_org='o' | %('trackEvent',{name:'bought'})
contentsquare         | t.contentsquare.net/uxa/1.js                          | _uxa[]     | %.push(['setPath','/']) | %.push(['trackPageview','/x'])
mouseflow             | cdn.mouseflow.com/projects/1.js                       | _mfq[]     | | %.push(['tag','bought'])
logrocket             | cdn.logrocket.io/LogRocket.min.js                     |            | | window.LogRocket&&LogRocket.track('bought')
quantum-metric        | cdn.quantummetric.com/qscripts/quantum-1.js           |            | |
crazy-egg             | script.crazyegg.com/pages/scripts/0001/0001.js        |            | |
lucky-orange          | tools.luckyorange.com/core/lo.js?site-id=1            |            | |
microsoft-clarity     | www.clarity.ms/tag/abc                                | clarity()  | | %('set','bought','yes')
hubspot               | js.hs-scripts.com/1.js                                | _hsq[]     | | %.push(['trackEvent',{id:'bought'}])
marketo               | munchkin.marketo.net/munchkin.js                      |            | |
pardot                | pi.pardot.com/pd.js                                   |            | window.piAId='1';window.piCId='2' |
klaviyo               | static.klaviyo.com/onsite/js/klaviyo.js?company_id=1  | _learnq[]  | | %.push(['track','bought'])
attentive             | cdn.attn.tv/shop/dtag.js                              |            | |
xandr                 | acdn.adnxs.com/dmp/up/pixie.js                        | pixie()    | %('init','1');%('event','PageView') | %('event','Purchase')
mediamath             | pixel.mathtag.com/event/js?mt_id=1                    |            | |
medianet              | contextual.media.net/dmedianet.js?cid=1               |            | |
zeta                  | p.rfihub.com/ca.html?rb=1                             |            | |
neustar               | js.agkn.com/prod/v0/tag.js                            |            | |
addthis               | s7.addthis.com/js/300/addthis_widget.js#pubid=1       |            | |
braze                 | js.appboycdn.com/web-sdk/4.0/braze.min.js             |            | |
podscribe             | d34r8q7sht0t9k.cloudfront.net/tag.js                  | podscribe()| %('init',{}) | %('purchase',{})
yandex-metrica        | mc.yandex.ru/metrika/tag.js                           |            | |
vwo                   | dev.visualwebsiteoptimizer.com/lib/1.js               |            | |
mediaalpha            | insurance.mediaalpha.com/js/serve.js                  |            | |
optimonk              | onsite.optimonk.com/script.js                         |            | |
pubmatic              | ads.pubmatic.com/AdServer/js/pwt/1/1/pwt.js           |            | |
magnite               | ads.rubiconproject.com/header/1.js                    |            | |
openx                 | us-ads.openx.net/w/1.0/jstag                          |            | |
index-exchange        | js-sec.indexww.com/ht/p/1.js                          | headertag{}| %.cmd=[] |
sovrn                 | ap.lijit.com/www/headerauction/1.js                   |            | |
triplelift            | ib.3lift.com/ttj?inv_code=1                           |            | |
33across              | cdn-ima.33across.com/ima.js                           |            | |
teads                 | p.teads.tv/teads-fellow.js                            | teads_e[]  | %.push({command:'call'}) | %.push({})
`;

export const VENDORS = ROWS.trim().split("\n").map((row) => {
    const [id, script, global, own, later] = row.split(/\s*(?<!\\)\|\s*/).map((cell) => cell.replaceAll("\\|", "|").trim());
    const [, name, kind] = /^([\w$]+)(.*)$/.exec(global) ?? [];
    const filled = (code) => (code ?? "").replaceAll("%", name ?? "");
    return { id, script: `https://${script}`, host: script.split("/")[0], name, kind, own: filled(own), later: filled(later) };
});
