//! What a password must be: long, not common, not made of what everybody knows about the body.
//! No composition rules, no expiry (SAFETY, lines 16 and 17).

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 15;
/// Most characters, so that hashing stays bounded.
pub const MAX_CHARS: usize = 256;

/// Why a password is refused; the text says what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    #[error(
        "パスワードは{MIN_CHARS}文字以上にしてください。いくつかの単語をつなげると、長くて覚えやすくなります。"
    )]
    TooShort,
    #[error("パスワードは{MAX_CHARS}文字以内にしてください。")]
    TooLong,
    #[error(
        "このパスワードは推測されやすいため使えません。関係のない単語をいくつかつなげてください。"
    )]
    Guessable,
    #[error(
        "自治体名・コード・メールアドレスなどから作ったパスワードは使えません。関係のない単語をつなげてください。"
    )]
    Personal,
}

/// Words that everybody who knows the survey would try.
const SURVEY_WORDS: [&str; 9] = [
    "意向等調査",
    "とりまとめ",
    "torimatome",
    "kourou",
    "kousei",
    "mhlw",
    "iryou",
    "jichitai",
    "password",
];

/// Checks a new password. `known` is what others know of the person: name and code of the body,
/// mail address, function.
pub fn check(password: &str, known: &[&str]) -> Result<(), PasswordProblem> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(PasswordProblem::TooShort);
    }
    if chars > MAX_CHARS {
        return Err(PasswordProblem::TooLong);
    }
    let mut rest = super::text::fold_width(password).to_lowercase();
    let mut personal = false;
    let parts = known
        .iter()
        .flat_map(|word| word.split(['@', '.', ' ', '-', '_']));
    for word in parts.chain(SURVEY_WORDS) {
        let word = super::text::fold_width(word).to_lowercase();
        if word.chars().count() >= 2 && rest.contains(&word) {
            personal = true;
            rest = rest.replace(&word, "");
        }
    }
    // A long password may mention the body; one that is little else may not.
    if personal && rest.chars().filter(|c| c.is_alphanumeric()).count() < 10 {
        return Err(PasswordProblem::Personal);
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let score = zxcvbn::zxcvbn(&password.chars().take(100).collect::<String>(), known).score();
    if distinct.len() < 6 || score < zxcvbn::Score::Three {
        return Err(PasswordProblem::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["函館市", "012025", "fukushi@hakodate.example"];

    #[test]
    fn long_and_unrelated_is_enough() {
        assert_eq!(check("みかん 電車 ゆうびん 青空 しろくま", &KNOWN), Ok(()));
        assert_eq!(check("correct-umbrella-planet-seven", &KNOWN), Ok(()));
    }

    #[test]
    fn short_common_and_personal_ones_are_refused() {
        assert_eq!(check("k7#Qz!p2", &KNOWN), Err(PasswordProblem::TooShort));
        assert_eq!(
            check("aaaaaaaaaaaaaaaaaaaa", &KNOWN),
            Err(PasswordProblem::Guessable)
        );
        assert_eq!(
            check("password123456789", &KNOWN),
            Err(PasswordProblem::Personal)
        );
        assert_eq!(
            check("123456789012345678", &KNOWN),
            Err(PasswordProblem::Guessable)
        );
        assert_eq!(
            check("函館市012025函館市2027", &KNOWN),
            Err(PasswordProblem::Personal)
        );
        assert_eq!(
            check("hakodate-fukushi-012025", &KNOWN),
            Err(PasswordProblem::Personal)
        );
        assert_eq!(
            check(&"x1y2z3".repeat(60), &KNOWN),
            Err(PasswordProblem::TooLong)
        );
    }
}
