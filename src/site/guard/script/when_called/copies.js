// The guard as markup, for a document made of text.
function prelude(own) {
    if (!own) return "";
    const nonce = own.nonce ? ' nonce="' + own.nonce + '"' : "";
    return "<script" + nonce + (own.src ? ' src="' + own.src + '">' : ">" + own.textContent) + "<\/script>";
}
// The guard as text for a worker, where nothing but requests is to be seen to.
function worker(rules) {
    const withheld = "(" + matcher + ")(" + JSON.stringify(rules) + ")";
    return "(" + hook + ")(self,n=>(" + requests + ")(self," + withheld + ",n)," + JSON.stringify(REQUESTS) + ");";
}
