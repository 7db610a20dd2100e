// Puts the privacy APIs where the page has no consent platform of its own: one that is there speaks for its site. It has had
// until the page is loaded to say so.
const PLATFORMS =
    "cookielaw onetrust cookiepro cookiebot didomi usercentrics trustarc consensu privacy-mgmt osano iubenda termly cookieyes " +
    "quantcast sirdata fundingchoices ketch transcend consentmanager cookiefirst axeptio civiccomputing";

const apis = AT_LOAD(function (window, told) {
    const { document } = window;
    const has = AT_LOAD(function (name) {
        return typeof window[name] === "function" || document.querySelector("[name=" + name + "Locator]");
    });
    const scripts = 'script[src*="' + PLATFORMS.split(" ").join('"],script[src*="') + '"]';
    if (has("__tcfapi") || has("__cmp") || document.querySelector(scripts)) return;
    const answer = later(() => privacy(told));
    for (const [name, string] of [["__uspapi", told.usp], ["__gpp", told.gpp]]) {
        if (!string || has(name)) continue;
        const value = (...given) => answer()[name](...given);
        Object.defineProperty(window, name, { value, writable: true, configurable: true, enumerable: true });
    }
});
