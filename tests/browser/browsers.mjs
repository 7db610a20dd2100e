// Real browsers with a profile that outlives them, and with Global Privacy Control as a person would have set it.

import puppeteer from "puppeteer-core";

const PATIENCE = 60_000;

/**
 * Starts a browser. `gpc` is its setting, `profile` the folder where it keeps cookies and its cache, and `outside` the port
 * of the proxy through which it reaches every host but ours; that one may have a certificate of its own if `insecure`.
 */
export async function startBrowser(kind, { program, profile, home, gpc, outside, insecure }) {
    const browser = await puppeteer.launch({
        browser: kind === "firefox" ? "firefox" : "chrome",
        executablePath: program,
        userDataDir: profile,
        env: { ...process.env, HOME: home },
        timeout: PATIENCE,
        acceptInsecureCerts: insecure,
        ...KINDS[kind](gpc, outside),
    });
    if (kind === "chromium") {
        const session = await browser.target().createCDPSession();
        // In force for as long as this session is.
        await session.send("Browser.setGlobalPrivacyControl", { gpc });
    }
    return browser;
}

const KINDS = {
    // The signal is behind a feature that only tests switch on; CDP then says whether it is sent.
    chromium: (_, outside) => ({
        args: [
            "--no-sandbox",
            "--enable-features=GlobalPrivacyControlTest",
            `--proxy-server=127.0.0.1:${outside}`,
            "--proxy-bypass-list=*.localhost",
        ],
    }),
    firefox: (gpc, outside) => ({
        extraPrefsFirefox: {
            "privacy.globalprivacycontrol.enabled": gpc,
            "privacy.globalprivacycontrol.functionality.enabled": true,
            "network.proxy.type": 1,
            "network.proxy.http": "127.0.0.1",
            "network.proxy.http_port": outside,
            "network.proxy.ssl": "127.0.0.1",
            "network.proxy.ssl_port": outside,
            "network.proxy.no_proxies_on": ".localhost",
        },
    }),
};
