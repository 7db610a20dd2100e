//! A shared cache for one URL, as RFC 9111 has it, and as eager to store and to answer as it allows.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED};
use http::header::{RANGE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};

use super::site::{MODIFIED, slice};

/// How a cache treats what it has stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Habit {
    /// Uses a stored answer whose `Vary` fits, and asks otherwise.
    Fresh,
    /// Asks each time, with the validators of the answer whose `Vary` fits.
    Revalidate,
    /// Asks each time, with every validator that it has for the URL, and by date too.
    Careless,
}

pub(super) const HABITS: [Habit; 3] = [Habit::Fresh, Habit::Revalidate, Habit::Careless];

/// An answer, and whether the cache gave it out of what it had.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) head: HeaderMap,
    pub(super) body: Bytes,
    pub(super) cached: bool,
}

#[derive(Clone)]
struct Stored {
    request: HeaderMap,
    /// Of a part, which it is.
    range: Option<HeaderValue>,
    reply: Reply,
}

#[derive(Clone)]
pub(super) struct Cache {
    habit: Habit,
    stored: Vec<Stored>,
}

impl Cache {
    pub(super) fn new(habit: Habit) -> Self {
        Self { habit, stored: Vec::new() }
    }

    /// Answers a request, and asks the origin where it has to.
    pub(super) fn ask(&mut self, request: Request<()>, origin: impl FnOnce(Request<()>) -> Reply) -> Reply {
        let asked = request.headers().clone();
        let fitting = self.stored.iter().rposition(|stored| stored.fits(&asked));
        if let (Habit::Fresh, Some(at)) = (self.habit, fitting)
            && !self.stored[at].reply.says("no-cache")
        {
            return self.stored[at].answer(&request);
        }
        let mut onward = request.clone();
        if request.method() == Method::GET && !asked.contains_key(RANGE) {
            self.add_validators(onward.headers_mut(), fitting);
        }
        let reply = origin(onward);
        self.learn(&request, reply)
    }

    /// RFC 9111 §4.3.1: the validators of what is stored, beside those that came.
    fn add_validators(&self, headers: &mut HeaderMap, fitting: Option<usize>) {
        let candidates: Vec<&Stored> = match self.habit {
            // A 304 to the tag of a part would leave the cache without the rest.
            Habit::Careless => self.stored.iter().filter(|stored| stored.range.is_none()).collect(),
            _ => fitting.map(|at| &self.stored[at]).into_iter().collect(),
        };
        let mut tags = list(headers, &IF_NONE_MATCH);
        tags.extend(candidates.iter().filter_map(|stored| Some(stored.reply.head.get(ETAG)?.to_str().unwrap().into())));
        tags.dedup();
        if !tags.is_empty() {
            headers.insert(IF_NONE_MATCH, tags.join(", ").parse().unwrap());
        }
        if candidates.iter().any(|stored| stored.reply.head.contains_key(LAST_MODIFIED)) {
            headers.insert(IF_MODIFIED_SINCE, MODIFIED.parse().unwrap());
        }
    }

    fn learn(&mut self, request: &Request<()>, reply: Reply) -> Reply {
        let asked = request.headers();
        match (reply.status, request.method()) {
            (StatusCode::NOT_MODIFIED, _) => return self.freshen(request, reply),
            (StatusCode::OK, &Method::HEAD) => {
                // RFC 9111 §4.3.5: the head that a GET would get updates what a GET got, or shows that it is old.
                let same = |stored: &Stored| {
                    [ETAG, LAST_MODIFIED].iter().all(|name| stored.reply.head.get(name) == reply.head.get(name))
                };
                self.stored.retain(|stored| !stored.fits(asked) || same(stored));
                for stored in self.stored.iter_mut().filter(|stored| stored.fits(asked)) {
                    stored.update(&reply.head);
                }
            }
            (StatusCode::OK | StatusCode::PARTIAL_CONTENT, &Method::GET) => {
                let range = asked.get(RANGE).cloned().filter(|_| reply.status == StatusCode::PARTIAL_CONTENT);
                self.stored.retain(|stored| !stored.fits(asked) || stored.range != range);
                self.stored.push(Stored { request: asked.clone(), range, reply: reply.clone() });
            }
            _ => {}
        }
        self.forget();
        reply
    }

    /// RFC 9111 §4.3.4: a 304 updates the stored answer with its validator, and stands for it.
    fn freshen(&mut self, request: &Request<()>, reply: Reply) -> Reply {
        let tag = reply.head.get(ETAG).cloned();
        let known = |stored: &&Stored| stored.range.is_none() && stored.reply.head.get(ETAG) == tag.as_ref();
        let Some(mut stored) = self.stored.iter().rev().find(known).cloned() else { return reply };
        stored.update(&reply.head);
        stored.request = request.headers().clone();
        let answer = stored.answer(request);
        self.stored.push(stored);
        self.forget();
        answer
    }

    /// RFC 9111 §3: what a shared cache must not store. Anything else it may, for 200 and 206 are cacheable by themselves.
    fn forget(&mut self) {
        self.stored.retain(|stored| !stored.reply.says("no-store") && !stored.reply.says("private"));
        for Stored { reply, .. } in &self.stored {
            // RFC 9111 §7.3: a `Set-Cookie` does not keep a cache from storing. Ours is for one visitor.
            for line in reply.head.get_all(SET_COOKIE) {
                let line = line.to_str().unwrap();
                assert!(line.starts_with("session=") || line.ends_with("of-the-origin"), "{line} in a shared cache");
            }
        }
    }
}

impl Stored {
    /// RFC 9111 §4.1: the fields that `Vary` names are the same.
    fn fits(&self, request: &HeaderMap) -> bool {
        self.range.as_ref().is_none_or(|range| request.get(RANGE) == Some(range) && !request.contains_key(IF_RANGE))
            && list(&self.reply.head, &VARY).iter().all(|name| {
                name != "*" && self.request.get_all(name.as_str()).iter().eq(request.get_all(name.as_str()).iter())
            })
    }

    /// RFC 9111 §3.2.
    fn update(&mut self, head: &HeaderMap) {
        for name in head.keys().filter(|name| **name != CONTENT_LENGTH) {
            self.reply.head.remove(name);
            for value in head.get_all(name) {
                self.reply.head.append(name, value.clone());
            }
        }
    }

    /// What a browser gets: all of it, a part of it, or the word that it has it already.
    fn answer(&self, request: &Request<()>) -> Reply {
        let mut reply = Reply { cached: true, ..self.reply.clone() };
        let asked = request.headers();
        let tag = reply.head.get(ETAG).map(|tag| tag.to_str().unwrap().to_owned());
        if let Some(tag) = &tag
            && list(asked, &IF_NONE_MATCH).contains(tag)
        {
            reply.status = StatusCode::NOT_MODIFIED;
            reply.body.clear();
        } else if let (Some(range), None) = (asked.get(RANGE), &self.range) {
            // RFC 9110 §13.1.5: by strong comparison.
            let strong = tag.filter(|tag| !tag.starts_with("W/"));
            if asked.get(IF_RANGE).is_none_or(|tag| strong.is_some_and(|strong| strong == *tag)) {
                reply.status = StatusCode::PARTIAL_CONTENT;
                reply.body = slice(&reply.body, range);
            }
        }
        if request.method() == Method::HEAD {
            reply.body.clear();
        }
        reply
    }
}

impl Reply {
    pub(super) fn says(&self, directive: &str) -> bool {
        list(&self.head, &CACHE_CONTROL).iter().any(|member| member == directive)
    }
}

/// The members of a field that is a list without commas in its members.
fn list(headers: &HeaderMap, name: &http::HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap());
    lines.flat_map(|line| line.split(',')).map(|member| member.trim().to_owned()).collect()
}
