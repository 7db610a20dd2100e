// The guard as markup, for a document made of text.
function prelude(own) {
    if (!own) return "";
    const nonce = own.nonce ? ' nonce="' + own.nonce + '"' : "";
    return "<script" + nonce + (own.src ? ' src="' + own.src + '">' : ">" + own.textContent) + "<\/script>";
}
// The guard as text for workers, where nothing but requests is to be seen to, and for the workers that these make.
function worker(hook, matcher, requests, places, rules, global) {
    const text = () =>
        `(${worker})(${hook},${matcher},${requests},${JSON.stringify(places)},${JSON.stringify(rules)},self);`;
    if (global) hook(global, (native) => requests(global, matcher(rules), native, text, (_, given) => given), places);
    return text;
}
