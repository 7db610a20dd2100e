// Two hosts of one made-up site for an audit from outside: `www.bare.example` as it is, and `www.boots.example` with gpc-proxy
// in front. Prints the port of the proxy through which both, and everybody else, are reached, and stays until its standard
// input ends.
//
//   node vendors/audited.mjs GPC_PROXY PAGE

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { startGpcProxy } from "../gpc-proxy.mjs";
import { listen } from "../listen.mjs";
import { startWorld } from "./world.mjs";

const [gpcProxy, file] = process.argv.slice(2);
const page = readFileSync(file);

const site = await listen(
    createServer((request, response) => {
        const { pathname } = new URL(request.url, "http://site");
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.setHeader("cache-control", "private, no-cache");
        response.setHeader("etag", '"1"');
        if (pathname === "/moved") {
            response.writeHead(302, { location: "/" }).end();
        } else if (pathname === "/plain") {
            response.end("<!doctype html><title>Plain</title><link rel=icon href=data:,><p>Nothing here.");
        } else if (pathname !== "/") {
            response.writeHead(404).end("<!doctype html><title>Not here</title><p>Not here.");
        } else if (request.headers["if-none-match"] === '"1"') {
            response.writeHead(304).end();
        } else {
            // As a platform's server does that was never told of the signal.
            if (!(request.headers.cookie ?? "").includes("usprivacy=")) {
                response.setHeader("set-cookie", "usprivacy=1YNN; Path=/; Max-Age=31536000");
            }
            response.end(page);
        }
    }),
);
const proxy = await startGpcProxy(gpcProxy, site.port);
const own = new Map([["www.bare.example", site.port], ["www.boots.example", proxy.port]]);
const world = await startWorld({ own, silent: true });

console.log(world.port);
process.stdin.on("end", () => process.exit(0)).resume();
