//! The `Set-Cookie` lines that are sent.

use cookie::time::{Duration, OffsetDateTime};
use cookie::{Cookie, CookieBuilder, SameSite};
use http::HeaderValue;

use super::place::Place;
use super::strings::Change;

/// The line of our own cookie (R20): for this host alone, on all its paths, no identifier in it.
///
/// Scripts of the site may read it, as a consent platform has to, so it is not `HttpOnly`.
pub(super) fn own(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    line(Cookie::build((name, value)).path("/").max_age(OWN_AGE), secure)
}

/// The line that takes our cookie away, for who opted in again.
#[cfg(feature = "center")]
pub(super) fn own_removal(name: &str, secure: bool) -> Option<HeaderValue> {
    removal(name, None, "/", secure)
}

/// The lines that remove every cookie of a name that the browser may hold.
#[cfg(feature = "center")]
pub(super) fn remove<'a>(name: &'a str, place: &'a Place<'_>, secure: bool) -> impl Iterator<Item = HeaderValue> + 'a {
    let domains =
        || [None].into_iter().chain(place.domain.map(Some)).chain(place.others.iter().map(|domain| Some(*domain)));
    let paths = move |domain| place.paths.iter().copied().chain(["/"]).map(move |path| (domain, path));
    domains().flat_map(paths).filter_map(move |(domain, path)| removal(name, domain, path, secure))
}

/// The lines that put one value in the place of every cookie of a name that the browser may hold.
///
/// A cookie is known by name, domain and path (RFC 6265bis § 5.7), of which a request tells only the name. Those that can
/// be there are removed first, then the one is set.
pub(super) fn replace<'a>(
    change: &'a Change,
    place: &'a Place<'_>,
    secure: bool,
) -> impl Iterator<Item = HeaderValue> + 'a {
    let host_only = place.domain.is_some().then_some(None);
    let others = place.others.iter().map(|domain| Some(*domain));
    let at_the_root = host_only.into_iter().chain(others.clone()).map(|domain| (domain, "/"));
    let everywhere = [None].into_iter().chain(place.domain.map(Some)).chain(others);
    // Only where one value was put right before and another is still there: scripts seldom choose a path.
    let deeper =
        change.doubled.then(|| everywhere.flat_map(|domain| place.paths.iter().map(move |path| (domain, *path))));
    let gone = at_the_root.chain(deeper.into_iter().flatten());
    let gone = gone.filter_map(move |(domain, path)| removal(&change.name, domain, path, secure));
    let kept = Cookie::build((&*change.name, &*change.value)).path("/").max_age(STRING_AGE);
    gone.chain(line(with_domain(kept, place.domain), secure))
}

/// The line that removes a cookie from one place.
///
/// RFC 6265bis § 4.1.1 has no `Max-Age=0`, and Firefox keeps what that removes on its books for a second and longer.
fn removal(name: &str, domain: Option<&str>, path: &str, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, "")).path(path).expires(OffsetDateTime::UNIX_EPOCH);
    line(with_domain(cookie, domain), secure)
}

fn with_domain<'a>(builder: CookieBuilder<'a>, domain: Option<&'a str>) -> CookieBuilder<'a> {
    match domain {
        Some(domain) => builder.domain(domain),
        None => builder,
    }
}

/// `None` where no field line may hold it.
fn line(builder: CookieBuilder<'_>, secure: bool) -> Option<HeaderValue> {
    let cookie = builder.same_site(SameSite::Lax).secure(secure).build();
    HeaderValue::try_from(cookie.to_string()).ok()
}

/// As long as browsers keep any (RFC 6265bis § 5.6.2: 400 days), and more than the 12 months of R20.
const OWN_AGE: Duration = Duration::days(400);

/// As consent platforms do.
const STRING_AGE: Duration = Duration::days(365);
