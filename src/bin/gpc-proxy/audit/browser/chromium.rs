//! Chromium, by the Chrome DevTools Protocol.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::Options;
use super::super::visit::{Cookie, Head};
use super::launch::{Process, Start};
use super::socket::Socket;
use super::{Driver, Traffic, cookies, status, text};

/// A running Chromium with one tab.
#[derive(Debug)]
pub(super) struct Chromium {
    process: Process,
    socket: Socket,
    /// The tab, and the session that speaks for it.
    tab: String,
    session: String,
    /// What loaded the document that a request is for. Documents of the visit before send their last words during the next.
    loaders: HashSet<String>,
    left: HashSet<String>,
    /// By request: the status on the wire (a 304 is shown as the page that it stands for), and whether it had the signal.
    on_the_wire: HashMap<String, u16>,
    signalled: HashSet<String>,
    document: String,
}

impl Chromium {
    pub(super) async fn start(program: &Path, options: &Options) -> io::Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut arguments = [
            "--headless=new",
            "--remote-debugging-port=0",
            // The signal is behind a feature; the protocol then switches it.
            "--enable-features=GlobalPrivacyControlTest",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-default-browser-check",
            "--no-first-run",
            "--password-store=basic",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        if let Some((host, port)) = options.proxy() {
            arguments.push(format!("--proxy-server={host}:{port}"));
            // Of itself it would go past the proxy to this machine.
            arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
        }
        if options.insecure {
            arguments.push("--ignore-certificate-errors".to_owned());
        }
        // Its sandbox refuses root, who in a container has no other choice.
        if is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        let start = Start { program, arguments, announces: "DevTools listening on ", profile };
        let (process, address) = Process::start(start).await?;
        let mut socket = Socket::connect(&address).await?;
        // Whatever else the page opens waits until we listen: its workers, its frames, its windows.
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        let made = socket.call(json!({"method": "Target.createTarget", "params": {"url": "about:blank"}})).await?;
        let tab = text(&made, "/targetId").to_owned();
        let params = json!({"targetId": tab, "flatten": true});
        let attached = socket.call(json!({"method": "Target.attachToTarget", "params": params})).await?;
        let session = text(&attached, "/sessionId").to_owned();
        for (method, params) in
            [("Page.enable", json!({})), ("Network.enable", json!({})), ("Target.setAutoAttach", attach)]
        {
            socket.call(json!({"method": method, "params": params, "sessionId": session})).await?;
        }
        Ok(Self {
            process,
            socket,
            tab,
            session,
            loaders: HashSet::new(),
            left: HashSet::new(),
            on_the_wire: HashMap::new(),
            signalled: HashSet::new(),
            document: String::new(),
        })
    }

    async fn page(&mut self, method: &str, params: Value) -> io::Result<Value> {
        self.socket.call(json!({"method": method, "params": params, "sessionId": self.session})).await
    }

    /// A frame, worker or window has come into being, and waits for us.
    async fn attached(&mut self, params: &Value) -> io::Result<()> {
        let session = text(params, "/sessionId");
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        for (method, params) in [
            ("Network.enable", json!({})),
            ("Target.setAutoAttach", attach),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ] {
            self.socket.post(json!({"method": method, "params": params, "sessionId": session})).await?;
        }
        Ok(())
    }

    fn requested(&mut self, params: &Value, traffic: &mut Traffic) {
        let loader = text(params, "/loaderId");
        if self.left.contains(loader) {
            return;
        }
        // Workers have none.
        if !loader.is_empty() {
            self.loaders.insert(loader.to_owned());
        }
        traffic.ask(text(params, "/request/url"));
    }

    fn responded(&mut self, params: &Value, traffic: &mut Traffic) {
        if text(params, "/type") != "Document" || text(params, "/frameId") != self.tab {
            return;
        }
        self.document = text(params, "/requestId").to_owned();
        let fields = params.pointer("/response/headers").and_then(Value::as_object);
        traffic.answered(Head {
            url: text(params, "/response/url").to_owned(),
            status: status(params.pointer("/response/status")),
            fields: fields
                .into_iter()
                .flatten()
                // Several fields of a name come as lines of one.
                .flat_map(|(name, value)| {
                    let lines = value.as_str().unwrap_or_default().split('\n');
                    lines.map(|line| (name.to_ascii_lowercase(), line.to_owned()))
                })
                .collect(),
        });
    }

    /// What is known of the page's request comes in any order.
    fn settle(&self, traffic: &mut Traffic) {
        let Some(head) = &mut traffic.head else { return };
        if let Some(status) = self.on_the_wire.get(&self.document) {
            head.status = *status;
        }
        traffic.signalled |= self.signalled.contains(&self.document);
    }

    fn leave(&mut self) {
        self.left.extend(self.loaders.drain());
        self.on_the_wire.clear();
        self.signalled.clear();
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

impl Driver for Chromium {
    async fn name(&mut self) -> io::Result<String> {
        let version = self.socket.call(json!({"method": "Browser.getVersion"})).await?;
        Ok(text(&version, "/product").replace('/', " "))
    }

    async fn signal(&mut self, on: bool) -> io::Result<()> {
        let params = json!({"gpc": on});
        self.socket.call(json!({"method": "Browser.setGlobalPrivacyControl", "params": params})).await.map(drop)
    }

    async fn open(&mut self, url: &str) -> io::Result<Option<String>> {
        self.leave();
        let opened = self.page("Page.navigate", json!({"url": url})).await?;
        Ok(opened.get("errorText").and_then(Value::as_str).map(str::to_owned))
    }

    async fn reload(&mut self) -> io::Result<Option<String>> {
        self.leave();
        self.page("Page.reload", json!({"ignoreCache": false})).await?;
        Ok(None)
    }

    async fn event(&mut self, until: Instant) -> io::Result<Option<Value>> {
        self.socket.event(until).await
    }

    async fn note(&mut self, event: &Value, traffic: &mut Traffic) -> io::Result<()> {
        let Some(params) = event.get("params") else { return Ok(()) };
        match text(event, "/method") {
            "Target.attachedToTarget" => self.attached(params).await?,
            "Network.requestWillBeSent" => self.requested(params, traffic),
            "Network.webSocketCreated" => traffic.ask(text(params, "/url")),
            "Network.requestWillBeSentExtraInfo" => {
                let fields = params.get("headers").and_then(Value::as_object).into_iter().flatten();
                if fields.into_iter().any(|(name, value)| name.eq_ignore_ascii_case("sec-gpc") && value == "1") {
                    self.signalled.insert(text(params, "/requestId").to_owned());
                }
            }
            "Network.responseReceivedExtraInfo" => {
                self.on_the_wire.insert(text(params, "/requestId").to_owned(), status(params.get("statusCode")));
            }
            "Network.responseReceived" => self.responded(params, traffic),
            "Page.loadEventFired" if text(event, "/sessionId") == self.session => traffic.loaded = true,
            "Page.javascriptDialogOpening" => {
                let params = json!({"accept": false});
                let session = text(event, "/sessionId");
                let dismiss = json!({"method": "Page.handleJavaScriptDialog", "params": params, "sessionId": session});
                self.socket.post(dismiss).await?;
            }
            _ => {}
        }
        self.settle(traffic);
        Ok(())
    }

    async fn evaluate(&mut self, script: &str) -> io::Result<Value> {
        let params = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.page("Runtime.evaluate", params).await?;
        Ok(answer.pointer_mut("/result/value").map(Value::take).unwrap_or_default())
    }

    async fn cookies(&mut self) -> io::Result<Vec<Cookie>> {
        let all = self.socket.call(json!({"method": "Storage.getCookies"})).await?;
        Ok(cookies(&all, "/value"))
    }

    async fn close(mut self) -> io::Result<()> {
        self.socket.call(json!({"method": "Browser.close"})).await?;
        self.process.end().await;
        Ok(())
    }
}
