//! A page to filter, of our own making.

use std::fmt::Write as _;

use bytes::Bytes;

/// The size in which pages arrive.
pub(crate) const CHUNK: usize = 16 * 1024;

/// The tags of a few vendors, as they tell sites to paste them.
const TRACKERS: [&str; 5] = [
    "<script async src=\"https://connect.facebook.net/en_US/fbevents.js\"></script>\n",
    "<script>\n!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.queue.push(arguments)};n.queue=[];\
     t=b.createElement(e);t.async=!0;t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}\
     (window,document,'script','https://connect.facebook.net/en_US/fbevents.js');\n\
     fbq('init', '000000000000');\nfbq('track', 'PageView');\n</script>\n",
    "<img height=\"1\" width=\"1\" style=\"display:none\" src=\"https://www.facebook.com/tr?id=0&amp;ev=PageView\">\n",
    "<iframe src=\"https://www.googletagmanager.com/ns.html?id=GTM-XXXX\" height=\"0\" width=\"0\"></iframe>\n",
    "<link rel=\"preconnect\" href=\"https://connect.facebook.net\">\n",
];

/// What shop pages hold besides: none of it is withheld.
const OWN: [&str; 4] = [
    "<script>window.shop=window.shop||{};(function(s){s.items=s.items||[];s.add=function(id,n){for(var i=0;i<n;i++)\
     {s.items.push({id:id,at:Date.now()})}document.querySelector('#cart').textContent=s.items.length};\
     s.find=function(id){return s.items.filter(function(item){return item.id===id})}})(window.shop);</script>\n",
    "<script src=\"/assets/shop.3f2a1c.js\" defer></script>\n",
    "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"Product\",\"name\":\"Boots\",\
     \"offers\":{\"@type\":\"Offer\",\"price\":\"89.00\",\"priceCurrency\":\"EUR\"}}</script>\n",
    "<style>.card{display:grid;grid-template-columns:8rem 1fr}.card>img{border-radius:4px}.card a:hover{color:#036}\
     </style>\n",
];

/// A page of about 100 kB with as many trackers as asked for, spread over it.
pub(crate) fn shop(trackers: usize) -> Bytes {
    const CARDS: usize = 180;
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>Boots &amp; more</title>\n");
    let mut put = 0;
    for card in 0..CARDS {
        while put < (card + 1) * trackers / CARDS {
            page.push_str(TRACKERS.iter().cycle().nth(put).copied().unwrap_or_default());
            put += 1;
        }
        if card % 6 == 0 {
            page.push_str(OWN.iter().cycle().nth(card / 6).copied().unwrap_or_default());
        }
        let _ = writeln!(
            page,
            "<div class=\"card card--wide\" id=\"card-{card}\" data-sku='{{\"id\":{card},\"stock\":3}}'>\n\
             <a class=\"card__link\" href=\"/boots/{card}?from=list\"><img src=\"/img/boots-{card}.jpg\" \
             srcset=\"/img/boots-{card}.jpg 1x, /img/boots-{card}@2x.jpg 2x\" loading=\"lazy\" alt=\"Boots no. {card}\">\
             </a>\n<h3>Boots no. {card}</h3><!-- stock: 3 -->\n<p>Made of leather that was tanned in oak bark, with a \
             sole that is sewn on, so that a shoemaker can put on a new one.</p>\n<button type=\"button\" \
             class=\"button button--primary\" aria-label=\"Put into the cart\" onclick=\"shop.add({card}, 1)\">Buy\
             </button>\n</div>"
        );
    }
    page.push_str("</body>\n</html>\n");
    page.into()
}
