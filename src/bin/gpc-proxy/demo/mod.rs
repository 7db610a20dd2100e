//! `gpc-proxy demo`: a small shop full of trackers, with the proxy in front.

mod site;

use std::convert::Infallible;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower_gpc::PreferenceCenter;
use tower_layer::Layer;

use crate::config::{Config, Invalid};
use crate::stop::Stop;
use crate::upstream::Upstream;
use crate::{Failure, announce, server};

/// Starts the shop on a port of its own and the proxy on `listen`, and runs until told to stop.
pub(crate) async fn run(listen: SocketAddr) -> Result<(), Failure> {
    let stop = Stop::new()?;
    let shop = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let upstream = format!("http://{}", shop.local_addr()?).parse().map_err(|error: String| Invalid::new(error))?;
    let mut config = Config::for_upstream(listen, upstream);
    let center = PreferenceCenter::at(CHOICES).map_err(|error| Invalid::new(error.to_string()))?;
    config.layer = config.layer.preference_center(center);
    let listener = server::bind(config.listen).await?;
    announce(&listener, &config)?;
    explain(listener.local_addr()?)?;
    tokio::spawn(open(shop));
    server::serve(listener, config.layer.clone().layer(Upstream::new(&config)), config.grace, stop).await;
    Ok(())
}

/// Runs the shop until the process ends.
async fn open(shop: TcpListener) -> Infallible {
    server::accept(&shop, site::Shop, &GracefulShutdown::new()).await
}

/// Where the preference center is.
const CHOICES: &str = "/privacy-choices";

fn explain(address: SocketAddr) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    write!(
        stdout,
        "
A little shop runs behind the proxy; its pages carry a dozen advertising tags. Try, in another terminal:

  the page as everybody gets it, and as a browser with Global Privacy Control gets it
    curl -s http://{address}/
    curl -s -H 'Sec-GPC: 1' http://{address}/

  what makes the difference
    diff <(curl -s http://{address}/) <(curl -s -H 'Sec-GPC: 1' http://{address}/)

  the same in the header: the Link, Set-Cookie, ETag and Vary fields
    diff <(curl -sI http://{address}/) <(curl -sI -H 'Sec-GPC: 1' http://{address}/)

  an opt-out that only a cookie remembers
    curl -s -b usprivacy=1YYN http://{address}/product

  what an opted-out browser is told to remember: our cookie, and a privacy string that no longer says the contrary
    curl -sI -H 'Sec-GPC: 1' -b usprivacy=1YNN http://{address}/ | grep -i set-cookie

  in a browser: the page, with the status at its end where the signal is on, and the preference center
    http://{address}/
    http://{address}{CHOICES}

  what the site tells the world about it
    curl -s http://{address}/.well-known/gpc.json

Ctrl-C ends it.
"
    )?;
    stdout.flush()
}
