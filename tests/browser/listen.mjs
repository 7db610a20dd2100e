// A server on a free port of this machine.

export async function listen(server) {
    await new Promise((listening, failed) => server.once("error", failed).listen(0, "127.0.0.1", listening));
    const close = () => {
        server.close();
        server.closeAllConnections();
    };
    return { port: server.address().port, close };
}
