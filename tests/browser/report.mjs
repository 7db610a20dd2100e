// One line a check.

import { isDeepStrictEqual } from "node:util";

export class Report {
    #failed = 0;
    #passed = 0;

    constructor(browser) {
        this.browser = browser;
    }

    /** Says whether `got` is `want`, and both where it is not. */
    check(what, got, want) {
        if (isDeepStrictEqual(got, want)) {
            this.#passed += 1;
            console.log(`ok    ${this.browser}: ${what}`);
        } else {
            this.#failed += 1;
            console.log(`FAIL  ${this.browser}: ${what}\n      got  ${JSON.stringify(got)}\n      want ${JSON.stringify(want)}`);
        }
    }

    /** The last line, and whether all is well. */
    end() {
        console.log(`${this.browser}: ${this.#passed} checks passed, ${this.#failed} failed`);
        return this.#failed === 0 && this.#passed > 0;
    }
}
