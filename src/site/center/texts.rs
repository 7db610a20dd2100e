//! What the preference center says, in each language.

use std::collections::BTreeMap;

/// The languages that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    English,
    Spanish,
}

impl Language {
    pub(super) const ALL: [Self; 2] = [Self::English, Self::Spanish];

    pub(super) fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| tag.eq_ignore_ascii_case(language.tag()))
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }
}

/// The texts of one language, by key.
#[derive(Clone, Debug)]
pub(super) struct Texts(BTreeMap<&'static str, String>);

impl Texts {
    pub(super) fn of(language: Language) -> Self {
        let choose = |[english, spanish]: &[&'static str; 2]| match language {
            Language::English => *english,
            Language::Spanish => *spanish,
        };
        Self(TEXTS.iter().map(|(key, texts)| (*key, choose(texts).to_owned())).collect())
    }

    pub(super) fn replace(&mut self, key: &str, text: &str) -> Result<(), String> {
        if text.trim().is_empty() {
            return Err(format!("text {key:?}: expected something to read"));
        }
        match self.0.get_mut(key) {
            Some(slot) => *slot = text.to_owned(),
            None => {
                let keys: Vec<_> = self.0.keys().copied().collect();
                return Err(format!("text {key:?}: expected one of {}", keys.join(", ")));
            }
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }
}

/// Key, English, Spanish. A test holds the keys to those that the page asks for.
const TEXTS: [(&str, [&str; 2]); 44] = [
    ("title", ["Your privacy choices", "Sus opciones de privacidad"]),
    ("language", ["Language", "Idioma"]),
    (
        "intro",
        [
            "Here you can tell this site not to sell or share your personal information, and limit how it uses sensitive information. You need no account, and we ask for no details.",
            "Aquí puede indicar a este sitio que no venda ni comparta su información personal y limitar el uso de la información sensible. No necesita una cuenta ni le pedimos datos.",
        ],
    ),
    ("status", ["What applies to this browser", "Lo que se aplica a este navegador"]),
    ("honored", ["Opt-Out Request Honored", "Solicitud de exclusión respetada"]),
    ("not-opted-out", ["You have not opted out.", "Usted no se ha excluido."]),
    ("heard", ["We heard it from:", "Lo supimos por:"]),
    (
        "heard-gpc",
        ["Global Privacy Control, which your browser sends", "Global Privacy Control, que envía su navegador"],
    ),
    ("heard-choice", ["your choice on this site", "su elección en este sitio"]),
    (
        "heard-banner",
        ["the settings of this site's consent banner", "los ajustes del aviso de consentimiento de este sitio"],
    ),
    ("heard-strings", ["privacy settings kept in your browser", "ajustes de privacidad guardados en su navegador"]),
    ("heard-dnt", ["Do Not Track, which your browser sends", "Do Not Track, que envía su navegador"]),
    ("heard-account", ["your account, or another service of ours", "su cuenta u otro servicio nuestro"]),
    ("heard-age", ["your age", "su edad"]),
    ("sale", ["Sale and sharing of personal information", "Venta y divulgación de información personal"]),
    (
        "sale-about",
        [
            "Sites sell or share information when they pass it to other companies for money, or so that these can show you ads elsewhere. When you opt out, this site does neither.",
            "Los sitios venden o comparten información cuando la entregan a otras empresas por dinero o para que estas le muestren anuncios en otros lugares. Si usted se excluye, este sitio no hace ninguna de las dos cosas.",
        ],
    ),
    ("sale-out", ["Do not sell or share my personal information", "No vender ni compartir mi información personal"]),
    ("sale-is-out", ["Your information is not sold or shared.", "Su información no se vende ni se comparte."]),
    ("sensitive", ["Sensitive personal information", "Información personal sensible"]),
    (
        "sensitive-about",
        [
            "That is, for example, your health, exact location, origin or account log-in. When you limit its use, it is used only for what you asked for, and to keep the service safe.",
            "Se trata, por ejemplo, de su salud, su ubicación exacta, su origen o sus datos de acceso. Si limita su uso, solo se utiliza para lo que usted solicitó y para mantener seguro el servicio.",
        ],
    ),
    ("sensitive-limit", ["Limit the use of my sensitive information", "Limitar el uso de mi información sensible"]),
    (
        "sensitive-is-limited",
        ["The use of your sensitive information is limited.", "El uso de su información sensible está limitado."],
    ),
    ("sensitive-unlimit", ["Remove this limit", "Quitar este límite"]),
    (
        "sensitive-elsewhere",
        [
            "This limit was not set here, and cannot be removed here.",
            "Este límite no se estableció aquí y no puede quitarse aquí.",
        ],
    ),
    ("change", ["Allow sale and sharing again", "Permitir de nuevo la venta y divulgación"]),
    (
        "change-about",
        [
            "You opted out. If you want this site to sell and share your information again, ask for it here; you will then be asked to confirm.",
            "Usted se excluyó. Si desea que este sitio vuelva a vender y compartir su información, solicítelo aquí; después se le pedirá que lo confirme.",
        ],
    ),
    ("change-ask", ["I want to opt in again", "Quiero volver a participar"]),
    ("confirm-title", ["Please confirm", "Confirme, por favor"]),
    (
        "confirm-about",
        [
            "If you confirm, this site may sell your personal information and share it with other companies for advertising. You can opt out again at any time.",
            "Si confirma, este sitio podrá vender su información personal y compartirla con otras empresas con fines publicitarios. Puede volver a excluirse en cualquier momento.",
        ],
    ),
    ("confirm", ["I confirm: allow sale and sharing", "Confirmo: permitir la venta y divulgación"]),
    ("cancel", ["Keep my opt-out", "Mantener mi exclusión"]),
    ("expired-title", ["Nothing was changed", "No se cambió nada"]),
    (
        "expired-about",
        [
            "To opt in again takes two steps, and the first was not taken, or too long ago.",
            "Para volver a participar se necesitan dos pasos, y el primero no se dio o se dio hace demasiado tiempo.",
        ],
    ),
    ("refused-title", ["This did not come from our page", "Esto no vino de nuestra página"]),
    (
        "refused-about",
        [
            "Another site, or a script, tried to make this choice for you. Nothing was changed.",
            "Otro sitio, o un programa, intentó hacer esta elección por usted. No se cambió nada.",
        ],
    ),
    ("back", ["Back to your choices", "Volver a sus opciones"]),
    (
        "conflict",
        [
            "Your browser sends Global Privacy Control. It counts before any choice made here. To allow sale and sharing on this site, switch it off in your browser for this site first.",
            "Su navegador envía Global Privacy Control. Tiene prioridad sobre cualquier elección hecha aquí. Para permitir la venta y divulgación en este sitio, desactívelo primero en su navegador para este sitio.",
        ],
    ),
    (
        "elsewhere",
        [
            "You are opted out by settings that were not made here. Change them where you made them, for example in this site's consent banner.",
            "Usted está excluido por ajustes que no se hicieron aquí. Cámbielos donde los hizo, por ejemplo en el aviso de consentimiento de este sitio.",
        ],
    ),
    (
        "done",
        [
            "Your choice was saved. It applies from the next page on.",
            "Se guardó su elección. Se aplica a partir de la próxima página.",
        ],
    ),
    (
        "not-kept",
        [
            "Your browser did not keep this choice. Allow this site to set cookies, over a secure connection, and try again.",
            "Su navegador no guardó esta elección. Permita que este sitio use cookies, en una conexión segura, y vuelva a intentarlo.",
        ],
    ),
    ("more", ["More", "Más información"]),
    ("policy", ["Privacy policy", "Política de privacidad"]),
    ("daa", ["Ads on other sites: opt out with the DAA", "Anuncios en otros sitios: exclusión con la DAA"]),
    ("nai", ["Ads on other sites: opt out with the NAI", "Anuncios en otros sitios: exclusión con la NAI"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_used_and_every_used_one_is_there() {
        let page = include_str!("page.rs");
        let used: std::collections::BTreeSet<&str> =
            page.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let known: std::collections::BTreeSet<&str> = TEXTS.iter().map(|(key, _)| *key).collect();
        assert_eq!(used, known);
        assert_eq!(known.len(), TEXTS.len());
    }

    #[test]
    fn a_text_can_be_replaced_and_an_unknown_one_says_which_there_are() {
        let mut texts = Texts::of(Language::Spanish);
        assert!(texts.get("title").starts_with("Sus"));
        texts.replace("title", "Privacidad").unwrap();
        assert_eq!(texts.get("title"), "Privacidad");
        assert!(texts.replace("titel", "x").unwrap_err().contains("title, "));
        assert!(texts.replace("title", " ").is_err());
    }
}
