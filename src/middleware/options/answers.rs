//! `[answers]`: what an opted-out browser is told to remember.

use serde::Deserialize;
use toml::Spanned;

use super::source::Source;
use crate::answer::{Answers, Persist};
use crate::error::{ConfigError, ConfigErrorKind};
use crate::signal::gpp::{Mspa, UsSection};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AnswerOptions {
    opt_out_cookie: Option<Persist>,
    correct: Option<bool>,
    correct_onetrust: Option<bool>,
    publish_us_privacy: Option<bool>,
    #[serde(default)]
    publish_gpp: Vec<Spanned<String>>,
    notice_given: Option<bool>,
    mspa: Option<MspaOption>,
    cookie_domain: Option<Spanned<String>>,
    secure: Option<Spanned<bool>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MspaOption {
    NotCovered,
    OptOutOption,
    ServiceProvider,
}

type Setter = fn(Answers, bool) -> Answers;

impl AnswerOptions {
    /// Refuses a set-up whose opt-out cookie no browser would keep (RFC 6265bis § 4.1.3: the prefixes ask for `Secure`).
    pub(super) fn check_name(&self, name: &str, source: &Source<'_>) -> Result<(), ConfigError> {
        let prefixed = ["__Host-", "__Secure-"].iter().any(|prefix| name.starts_with(prefix));
        match &self.secure {
            Some(secure) if !secure.get_ref() && prefixed && self.opt_out_cookie != Some(Persist::Never) => {
                let message = format!("the opt-out cookie `{name}` must be secure: expected a name without the prefix");
                source.refuse(secure, Err(ConfigError::new(ConfigErrorKind::Name, message)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn answers(&self, source: &Source<'_>) -> Result<Answers, ConfigError> {
        let settings: [(Option<bool>, Setter); 5] = [
            (self.correct, Answers::correct),
            (self.correct_onetrust, Answers::correct_onetrust),
            (self.publish_us_privacy, Answers::publish_us_privacy),
            (self.notice_given, Answers::notice_given),
            (self.secure.as_ref().map(|secure| *secure.get_ref()), Answers::secure),
        ];
        let mut answers = settings.into_iter().fold(Answers::default(), |answers, (on, set)| match on {
            Some(on) => set(answers, on),
            None => answers,
        });
        if let Some(persist) = self.opt_out_cookie {
            answers = answers.opt_out_cookie(persist);
        }
        let mut sections = Vec::new();
        for name in &self.publish_gpp {
            let section = UsSection::from_name(name.get_ref()).ok_or_else(|| {
                let message = format!("GPP section {:?}: expected a US section such as \"usnat\"", name.get_ref());
                ConfigError::new(ConfigErrorKind::Value, message)
            });
            sections.push(source.refuse(name, section)?);
        }
        answers = answers.publish_gpp(sections);
        if let Some(mspa) = self.mspa {
            answers = answers.mspa(match mspa {
                MspaOption::NotCovered => Mspa::NotCovered,
                MspaOption::OptOutOption => Mspa::OptOutOption,
                MspaOption::ServiceProvider => Mspa::ServiceProvider,
            });
        }
        if let Some(domain) = &self.cookie_domain {
            answers = source.refuse(domain, answers.cookie_domain(domain.get_ref()))?;
        }
        Ok(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ConfigErrorKind::{self, Name, Syntax, Value};
    use crate::middleware::options::tests::check;

    #[test]
    fn every_field_does_what_it_says() {
        let default = Answers::default;
        let table: &[(&str, Answers)] = &[
            ("", default()),
            ("opt-out-cookie = 'never'", default().opt_out_cookie(Persist::Never)),
            ("opt-out-cookie = 'unshared'", default()),
            ("opt-out-cookie = 'always'", default().opt_out_cookie(Persist::Always)),
            ("correct = false", default().correct(false)),
            ("correct-onetrust = true", default().correct_onetrust(true)),
            ("publish-us-privacy = true", default().publish_us_privacy(true)),
            (
                "publish-gpp = ['usnat', 'usca', 'uspv1', 'usmd']",
                default().publish_gpp([
                    UsSection::National,
                    UsSection::California,
                    UsSection::UsPrivacy,
                    UsSection::Maryland,
                ]),
            ),
            ("publish-gpp = []", default()),
            ("notice-given = true", default().notice_given(true)),
            ("notice-given = false", default().notice_given(false)),
            ("mspa = 'not-covered'", default().mspa(Mspa::NotCovered)),
            ("mspa = 'opt-out-option'", default().mspa(Mspa::OptOutOption)),
            ("mspa = 'service-provider'", default().mspa(Mspa::ServiceProvider)),
            ("cookie-domain = 'Shop.Example'", default().cookie_domain("shop.example").unwrap()),
            ("secure = false", default().secure(false)),
        ];
        for (text, want) in table {
            let options: AnswerOptions = toml::from_str(text).unwrap();
            let got = options.answers(&Source { text, file: "gpc.toml" }).unwrap();
            assert_eq!(format!("{got:?}"), format!("{want:?}"), "{text}");
        }
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let table: &[(&str, ConfigErrorKind, &[&str])] = &[
            ("opt-out-cookie = 'sometimes'", Syntax, &["gpc.toml:2: answers.opt-out-cookie: ", "unshared"]),
            ("opt-out-cookie = true", Syntax, &["gpc.toml:2: answers.opt-out-cookie: "]),
            ("correct = 'yes'", Syntax, &["gpc.toml:2: answers.correct: ", "boolean"]),
            ("\ncorrect-onetrust = 1", Syntax, &["gpc.toml:3: answers.correct-onetrust: "]),
            ("correct-one-trust = true", Syntax, &["gpc.toml:2: answers.correct-one-trust: ", "correct-onetrust"]),
            ("publish-us-privacy = '1YYN'", Syntax, &["gpc.toml:2: answers.publish-us-privacy: "]),
            ("publish-gpp = 'usnat'", Syntax, &["gpc.toml:2: answers.publish-gpp: "]),
            ("publish-gpp = [\n 'usnat',\n 'usxx',\n]", Value, &["gpc.toml:4: answers.publish-gpp: ", "usxx", "usnat"]),
            ("publish-gpp = ['tcfeuv2']", Value, &["gpc.toml:2: answers.publish-gpp: ", "tcfeuv2"]),
            ("notice-given = 'Y'", Syntax, &["gpc.toml:2: answers.notice-given: "]),
            ("mspa = 'yes'", Syntax, &["gpc.toml:2: answers.mspa: ", "not-covered"]),
            ("cookie-domain = 'https://shop.example'", Name, &["gpc.toml:2: answers.cookie-domain: ", "host name"]),
            ("cookie-domain = ''", Name, &["gpc.toml:2: answers.cookie-domain: "]),
            ("secure = 0", Syntax, &["gpc.toml:2: answers.secure: "]),
            ("secure = false", Name, &["gpc.toml:2: answers.secure: ", "__Host-privacy-opt-out", "without the prefix"]),
        ];
        for (text, kind, parts) in table {
            check(&format!("[answers]\n{text}"), *kind, parts);
        }
    }

    #[test]
    fn an_opt_out_cookie_that_is_not_secure_needs_a_name_without_a_prefix() {
        for (text, fits) in [
            ("opt-out-cookie = 'mine'\n[answers]\nsecure = false", true),
            ("opt-out-cookie = '__Secure-mine'\n[answers]\nsecure = false", false),
            ("[answers]\nsecure = false\nopt-out-cookie = 'never'", true),
            ("[answers]\nsecure = true", true),
        ] {
            assert_eq!(crate::GpcLayer::from_toml(text, "gpc.toml").is_ok(), fits, "{text}");
        }
    }
}
