//! Commands and events over a WebSocket, as both protocols have them: JSON, where an answer has its command's `id`.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A browser that takes longer for a command hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a browser.
#[derive(Debug)]
pub(super) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    /// Events that came while an answer was waited for.
    events: VecDeque<Value>,
}

impl Socket {
    pub(super) async fn connect(url: &str) -> io::Result<Self> {
        // The browser is ours; what it tells of a page has no bound that we know.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let connected = tokio_tungstenite::connect_async_with_config(url, Some(config), false);
        let (stream, _) = timeout(PATIENCE, connected).await.map_err(late)?.map_err(io::Error::other)?;
        Ok(Self { stream, last: 0, events: VecDeque::new() })
    }

    /// Sends a command, and waits for its result.
    pub(super) async fn call(&mut self, command: Value) -> io::Result<Value> {
        let name = command.get("method").map(Value::to_string).unwrap_or_default();
        let id = self.post(command).await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut message = timeout_at(deadline, self.message()).await.map_err(late)??;
            if message.get("id").and_then(Value::as_u64) != Some(id) {
                self.keep(message);
            } else if let Some(error) = message.get("error") {
                // CDP has an object here, BiDi a word, with the text beside it.
                let text = error.get("message").or_else(|| message.get("message")).unwrap_or(error);
                return Err(io::Error::other(format!("the browser refuses {name}: {text}")));
            } else {
                return Ok(message.get_mut("result").map(Value::take).unwrap_or_default());
            }
        }
    }

    /// Sends a command whose result does not matter.
    pub(super) async fn post(&mut self, mut command: Value) -> io::Result<u64> {
        self.last += 1;
        if let Some(fields) = command.as_object_mut() {
            fields.insert("id".to_owned(), self.last.into());
        }
        self.stream.send(Message::text(command.to_string())).await.map_err(io::Error::other)?;
        Ok(self.last)
    }

    /// The next event; none if there is none until then.
    pub(super) async fn event(&mut self, until: Instant) -> io::Result<Option<Value>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            match timeout_at(until, self.message()).await {
                Ok(message) => self.keep(message?),
                Err(_) => return Ok(None),
            }
        }
    }

    fn keep(&mut self, message: Value) {
        if message.get("id").is_none() || message.get("method").is_some() {
            self.events.push_back(message);
        }
    }

    async fn message(&mut self) -> io::Result<Value> {
        loop {
            let message = self.stream.next().await.ok_or_else(|| io::Error::other("the browser is gone"))?;
            if let Message::Text(text) = message.map_err(io::Error::other)? {
                return serde_json::from_str(&text).map_err(io::Error::other);
            }
        }
    }
}

fn late(_: tokio::time::error::Elapsed) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the browser does not answer")
}
