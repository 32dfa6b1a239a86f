//! 連絡調整担当部署・連絡先, section 1 of Form 1: who the state or the prefecture may call.

use serde::{Deserialize, Serialize};

use super::email_address::EmailAddress;
use super::phone_number::PhoneNumber;
use super::place::Place;
use super::response::Problem;
use super::text;

/// Longest department name, in characters.
pub const DEPARTMENT_MAX: usize = 100;

/// The three fields as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactInput {
    pub department: String,
    pub email: String,
    pub phone: String,
}

/// The three fields as understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoordinationContact {
    /// 部局・課・係など, as the body writes it.
    pub department: String,
    pub email: EmailAddress,
    pub phone: PhoneNumber,
}

/// Reads the section; every problem at once.
pub fn read(input: &ContactInput) -> Result<CoordinationContact, Vec<Problem>> {
    let mut problems = Vec::new();
    let department = text::clean_line(&input.department);
    if department.is_empty() {
        problems.push(Problem::new(
            Place::Department,
            "連絡調整担当部署の名称を入力してください。例：福祉部 障害福祉課 医療助成係",
        ));
    }
    check_text(
        &department,
        DEPARTMENT_MAX,
        Place::Department,
        &mut problems,
    );
    let email = read_field(&input.email, Place::Email, "メールアドレス", &mut problems);
    let phone = read_field(&input.phone, Place::Phone, "電話番号", &mut problems);
    match (email, phone) {
        (Some(email), Some(phone)) if problems.is_empty() => Ok(CoordinationContact {
            department,
            email,
            phone,
        }),
        _ => Err(problems),
    }
}

fn read_field<T>(typed: &str, place: Place, name: &str, problems: &mut Vec<Problem>) -> Option<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    if text::clean_line(typed).is_empty() {
        let example = if place == Place::Email {
            "fukushi@example.lg.jp"
        } else {
            "0138-00-0000"
        };
        problems.push(Problem::new(
            place,
            format!("{name}を入力してください。例：{example}"),
        ));
        return None;
    }
    match typed.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            problems.push(Problem::new(place, error.to_string()));
            None
        }
    }
}

/// The checks every free text shares: its length, and characters only one computer can show.
pub fn check_text(clean: &str, max: usize, place: Place, problems: &mut Vec<Problem>) {
    let length = text::char_len(clean);
    if length > max {
        problems.push(Problem::new(
            place.clone(),
            format!("{max}文字以内で入力してください。いまは{length}文字です。"),
        ));
    }
    if let Some((position, _)) = text::first_private_use(clean) {
        problems.push(Problem::new(
            place,
            format!(
                "{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
            ),
        ));
    }
}
