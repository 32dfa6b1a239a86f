//! One mail address, safe to put into a mail header.
//!
//! ```text
//! typed ─ EmailAddress::parse ─> EmailAddress | EmailProblem (says what to write)
//! ```
//! Accepted is what mail servers of public bodies really use: a dot-atom before the @, a host name with a
//! dot after it. Quoted local parts, comments and addresses in other scripts are refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{first_note_mark, fold_width, is_hyphen_like, is_invisible};

/// ASCII, at most 254 long, the part after @ in lower case. Contains no space, comma, bracket, quote, colon
/// or control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not one mail address; the message says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailProblem {
    #[error("メールアドレスを入力してください（例：iryo@city.example）。")]
    Empty,
    #[error("メールアドレスは1件だけ入力してください（例：iryo@city.example）。")]
    Several,
    #[error(
        "メールアドレスの途中に空白や改行があります。空白を除いて入力してください（例：iryo@city.example）。"
    )]
    Space,
    #[error(
        "メールアドレスに使えない制御文字が含まれています。お手数ですが、もう一度入力してください（例：iryo@city.example）。"
    )]
    ControlCharacter,
    #[error("メールアドレスには「@」を1つだけ入れて入力してください（例：iryo@city.example）。")]
    AtSign,
    #[error("メールアドレスの「@」の前を入力してください（例：iryo@city.example）。")]
    MissingLocalPart,
    #[error(
        "メールアドレスの「@」より後ろを、「city.example」のように「.」を含めて入力してください。"
    )]
    Domain,
    #[error(
        "メールアドレスの「.」の位置をお確かめください。先頭や「@」の直前、2つ続けては使えません（例：iryo@city.example）。"
    )]
    Dots,
    #[error(
        "メールアドレスに「{0}」は使えません。半角の英数字と記号で入力してください（例：iryo@city.example）。"
    )]
    Character(char),
    #[error("メールアドレスが長すぎます。254文字までで入力してください。")]
    TooLong,
}

impl EmailAddress {
    /// The longest address a mail server must carry.
    pub const MAX_LEN: usize = 254;

    /// Reads a typed or pasted address: full-width letters and ＠, any hyphen, `mailto:`, `名前 <…>` and
    /// spaces or a separator around it are read over.
    pub fn parse(typed: &str) -> Result<Self, EmailProblem> {
        // NFKC makes a text up to 18 times longer.
        if typed.len() > 4 * 1024 {
            return Err(EmailProblem::TooLong);
        }
        if let Some(mark) = first_note_mark(typed) {
            return Err(EmailProblem::Character(mark));
        }
        let folded: String = fold_width(typed)
            .chars()
            .filter(|c| !is_invisible(*c))
            .collect();
        let text = unwrap(&folded);
        let ats = text.matches('@').count();
        if text.is_empty() {
            return Err(EmailProblem::Empty);
        }
        if ats > 1 {
            let separator = |c: char| {
                c.is_whitespace() || matches!(c, ',' | ';' | '、' | '/' | '・' | '|' | '<' | '>')
            };
            let addresses = text
                .split(separator)
                .filter(|piece| piece.contains('@'))
                .count();
            return Err(if addresses > 1 {
                EmailProblem::Several
            } else {
                EmailProblem::AtSign
            });
        }
        if text.contains(char::is_whitespace) {
            return Err(EmailProblem::Space);
        }
        if text.contains(char::is_control) {
            return Err(EmailProblem::ControlCharacter);
        }
        let text: String = text
            .chars()
            .map(|c| if is_hyphen_like(c) { '-' } else { c })
            .collect();
        let (local, domain) = text.split_once('@').ok_or(EmailProblem::AtSign)?;
        let domain = domain.to_ascii_lowercase();
        if let Some(c) = local.chars().find(|c| !is_atom(*c)) {
            return Err(EmailProblem::Character(c));
        }
        if let Some(c) = domain
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        {
            return Err(EmailProblem::Character(c));
        }
        if local.is_empty() {
            return Err(EmailProblem::MissingLocalPart);
        }
        if local.split('.').any(str::is_empty) {
            return Err(EmailProblem::Dots);
        }
        let labels: Vec<&str> = domain.split('.').collect();
        let label = |label: &&str| {
            (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        let top = labels.last().is_some_and(|top| {
            top.len() >= 2 && top.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        if labels.len() < 2 || !labels.iter().all(label) || !top {
            return Err(EmailProblem::Domain);
        }
        if local.len() > 64 || local.len() + 1 + domain.len() > Self::MAX_LEN {
            return Err(EmailProblem::TooLong);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address inside `mailto:…?subject=…`, `名前 <…>` and separators left over from a pasted list.
fn unwrap(folded: &str) -> &str {
    let edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '。');
    let mut text = folded.trim_matches(edge);
    if let Some((_, address)) = text
        .strip_suffix('>')
        .and_then(|open| open.rsplit_once('<'))
        && text.matches('@').count() == 1
    {
        text = address.trim_matches(edge);
    }
    if let Some(scheme) = text.get(..7)
        && scheme.eq_ignore_ascii_case("mailto:")
    {
        text = text[7..].split('?').next().unwrap_or_default();
    }
    text.trim_matches(edge)
}

fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

impl FromStr for EmailAddress {
    type Err = EmailProblem;
    fn from_str(typed: &str) -> Result<Self, EmailProblem> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailProblem;
    fn try_from(typed: String) -> Result<Self, EmailProblem> {
        Self::parse(&typed)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> String {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typed_addresses_are_read() {
        for typed in [
            "iryo@city.example",
            " iryo@city.example\u{3000}",
            "ｉｒｙｏ＠ｃｉｔｙ．ｅｘａｍｐｌｅ",
            "mailto:iryo@city.example?subject=x",
            "MAILTO:iryo@City.Example",
            "医療助成係 <iryo@city.example>",
            "＜iryo@city.example＞",
            "iryo@city.example;",
            "iryo\u{200B}@city.example",
        ] {
            assert_eq!(
                EmailAddress::parse(typed).map(String::from),
                Ok("iryo@city.example".to_owned()),
                "{typed}"
            );
        }
        assert_eq!(
            EmailAddress::parse("Shogai_Fukushi−1@pref-a.lg.example").map(String::from),
            Ok("Shogai_Fukushi-1@pref-a.lg.example".to_owned())
        );
    }

    #[test]
    fn problems_say_what_to_write() {
        use EmailProblem::*;
        let long = format!("{}@{}.example", "a".repeat(60), "b.".repeat(95));
        for (typed, problem) in [
            ("", Empty),
            (" ; ", Empty),
            ("a@b.example, c@d.example", Several),
            ("a@b.example\nc@d.example", Several),
            ("a <a@b.example>; c <c@d.example>", Several),
            ("a@b@c.example", AtSign),
            ("a@@b.example", AtSign),
            ("city.example", AtSign),
            ("a b@c.example", Space),
            ("a@b.example\r\nBcc: x", Space),
            ("a\u{0}b@c.example", ControlCharacter),
            ("@city.example", MissingLocalPart),
            ("a@localhost", Domain),
            ("a@", Domain),
            ("a@b..example", Domain),
            ("a@-b.example", Domain),
            ("a@192.0.2.1", Domain),
            (".a@b.example", Dots),
            ("a..b@c.example", Dots),
            ("医療@city.example", Character('医')),
            ("a@市.example", Character('市')),
            ("\"a\"@b.example", Character('"')),
            ("a@b.example(代表)", Character('(')),
            (long.as_str(), Domain),
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(problem), "{typed}");
        }
        assert_eq!(
            EmailAddress::parse(&format!("{}@b.example", "a".repeat(65))),
            Err(TooLong)
        );
        assert_eq!(
            EmailAddress::parse(&format!("a@{}example", "bcd.".repeat(62))),
            Err(TooLong)
        );
        assert!(Several.to_string().starts_with("メールアドレスは1件だけ"));
    }

    proptest! {
        #[test]
        fn what_parses_is_safe_in_a_header(typed in any::<String>(), near in "[a-zA-Z0-9＠@.,<>\"\\r\\n :;ー-]{1,16}@[a-z.＠\\n-]{1,12}") {
            for text in [typed, near] {
                if let Ok(address) = EmailAddress::parse(&text) {
                    let safe = |b: u8| b.is_ascii_graphic() && !b"<>()[]\\,;:\" ".contains(&b);
                    prop_assert!(address.as_str().bytes().all(safe) && address.as_str().len() <= EmailAddress::MAX_LEN);
                    prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
                }
            }
        }
    }
}
