//! A list to choose from, display-ready (`templates/macros/select.html`).

/// A `<select>` with everything around it.
#[derive(Clone, Debug, Default)]
pub struct SelectField {
    /// Id of the control, and its form key.
    pub id: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    /// Says ※必須 or ※任意; filters say neither.
    pub marked: bool,
    pub required: bool,
    pub options: Vec<SelectOption>,
    /// Error texts without the leading `＊`.
    pub errors: Vec<String>,
}

/// One choice.
#[derive(Clone, Debug, Default)]
pub struct SelectOption {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl SelectField {
    /// A filter: 「すべて」 and the choices, of which the one with `value` is chosen.
    pub fn filter<V: Into<String>, L: Into<String>>(
        id: &'static str,
        label: &'static str,
        choices: impl IntoIterator<Item = (V, L)>,
        value: &str,
    ) -> Self {
        Self {
            id,
            label,
            options: options("すべて", choices, value),
            ..Self::default()
        }
    }

    /// The ids for `aria-describedby`, errors first; empty when nothing describes the field.
    pub fn described_by(&self) -> String {
        let parts = [
            (!self.errors.is_empty(), "error"),
            (!self.hint.is_empty(), "hint"),
        ];
        let ids: Vec<String> = parts
            .iter()
            .filter(|(present, _)| *present)
            .map(|(_, suffix)| format!("{}-{suffix}", self.id))
            .collect();
        ids.join(" ")
    }
}

/// Choices behind one with an empty value.
pub fn options<V: Into<String>, L: Into<String>>(
    none: &str,
    choices: impl IntoIterator<Item = (V, L)>,
    value: &str,
) -> Vec<SelectOption> {
    let choices = choices.into_iter().map(|(key, label)| {
        let key = key.into();
        SelectOption {
            selected: key == value,
            value: key,
            label: label.into(),
        }
    });
    std::iter::once(SelectOption {
        value: String::new(),
        label: none.to_owned(),
        selected: false,
    })
    .chain(choices)
    .collect()
}
