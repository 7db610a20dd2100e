// What the page says, to scripts and to people, as JSON. It runs in the page, after everything else.
(async () => {
    const ask = (name, ...args) =>
        new Promise((answer) => {
            if (typeof window[name] !== "function") return answer(null);
            // Platforms that are not loaded yet keep the question.
            setTimeout(answer, 1000, null);
            try {
                window[name](...args, (data) => answer(data));
            } catch {
                answer(null);
            }
        });
    const text = (value) => (typeof value === "string" ? value : null);
    const usp = await ask("__uspapi", "getUSPData", 1);
    const ping = await ask("__gpp", "ping");
    const words = /opt[- ]?out (preference )?(request|signal)( preference signal)? honou?red/i;
    const ours = document.querySelector("[role=status][data-gpc]");
    const status = words.exec(document.body?.innerText ?? "")?.[0] ?? ours?.innerText ?? null;
    return JSON.stringify({
        property: typeof navigator.globalPrivacyControl === "boolean" ? navigator.globalPrivacyControl : null,
        "us-privacy": text(usp?.uspString),
        gpp: text(ping?.gppString),
        status,
    });
})()
