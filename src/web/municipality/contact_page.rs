//! Part 1: 連絡調整担当部署・連絡先.

use super::frame::Showing;
use crate::domain::coordination_contact::{self, ContactInput};
use crate::domain::place::{Place, Section};
use crate::web::form::FormData;
use crate::web::view::TextField;

/// The fields of the contact.
pub struct ContactView {
    pub department: TextField,
    pub email: TextField,
    pub phone: TextField,
}

/// Reads the part from a form.
pub fn read(form: &FormData) -> ContactInput {
    ContactInput {
        department: form.text("department").to_owned(),
        email: form.text("email").to_owned(),
        phone: form.text("phone").to_owned(),
    }
}

/// The part as the page shows it.
pub fn view(showing: &Showing<'_>) -> ContactView {
    let field = |place: Place, label: &str, hint: &str, value: &str| TextField {
        id: place.html_id(),
        name: place.html_id(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        value: value.to_owned(),
        required: true,
        errors: showing.errors_at(&place),
        width: "l",
        prefilled: showing.draft.is_prefilled(Section::Contact),
        reviewer_note: showing.note_at(&place),
        ..TextField::default()
    };
    let input = &showing.draft.input.contact;
    // What was understood is shown where it differs from what was typed.
    let read = coordination_contact::read(input).ok();
    let understood = |value: Option<String>, typed: &str| {
        value.filter(|value| value != typed).unwrap_or_default()
    };
    let email = read.as_ref().map(|contact| contact.email.to_string());
    let phone = read.as_ref().map(|contact| contact.phone.to_string());
    ContactView {
        department: field(
            Place::Department,
            "連絡調整担当部署（部局・課・係など）の名称",
            "例：福祉部 障害福祉課 医療助成係",
            &input.department,
        ),
        email: TextField {
            input_type: "email",
            autocomplete: "email",
            understood: understood(email, &input.email),
            ..field(
                Place::Email,
                "連絡調整担当部署のメールアドレス",
                "部署で共有しているアドレスをおすすめします。1件だけ入力してください。",
                &input.email,
            )
        },
        phone: TextField {
            input_type: "tel",
            autocomplete: "tel",
            understood: understood(phone, &input.phone),
            width: "m",
            ..field(
                Place::Phone,
                "連絡調整担当部署の電話番号",
                "内線があれば続けて入力してください。例：0138-00-0000 内線123",
                &input.phone,
            )
        },
    }
}
