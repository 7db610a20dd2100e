// What real browsers keep of the cookies that `gpc-proxy` sets, and what they ask for.
//
//   node run.mjs chromium|firefox PROGRAM GPC_PROXY
//
// One line a check; the exit code is not zero if one failed. Nothing leaves this machine.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { begin } from "./begin.mjs";
import { startBrowser } from "./browsers.mjs";
import { withoutSignal, withoutSignalAgain, withSignal } from "./checks.mjs";
import { startGpcProxy } from "./gpc-proxy.mjs";
import { startOutside } from "./outside.mjs";
import { Report } from "./report.mjs";
import { startSite } from "./site.mjs";

const [kind, program, gpcProxy] = process.argv.slice(2);
const DEADLINE = 400_000;

const home = begin(kind, DEADLINE);

const report = new Report(kind);
const site = await startSite();
const outside = await startOutside();
// What is added to pages is checked elsewhere: here they are the site's, byte for byte.
const config = join(home, "gpc-proxy.toml");
writeFileSync(config, "[gpc]\nguard = false\nstatus = false\n");
const proxy = await startGpcProxy(gpcProxy, site.port, config);

for (const [gpc, checks] of [
    [false, withoutSignal],
    [true, withSignal],
    [false, withoutSignalAgain],
]) {
    const profile = join(home, "profile");
    const browser = await startBrowser(kind, { program, profile, home, gpc, outside: outside.port });
    try {
        await checks(report, { browser, site, outside, port: proxy.port });
    } finally {
        await browser.close();
    }
}
process.exit(report.end() ? 0 : 1);
