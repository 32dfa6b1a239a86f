//! A form as the browser sent it: names and values in order, nothing interpreted yet.

use std::str::FromStr;

use super::error::{WebError, WebResult};

/// Names and values of a form; unknown names are simply never asked for.
#[derive(Clone, Debug, Default)]
pub struct FormData(Vec<(String, String)>);

impl FormData {
    /// Reads `application/x-www-form-urlencoded`. NUL, which no keyboard makes and PostgreSQL cannot
    /// store, is left out.
    pub fn parse(body: &str) -> WebResult<Self> {
        let fields = serde_urlencoded::from_str(body).map_err(|_| WebError::BadRequest)?;
        Ok(Self::of(fields))
    }

    /// From fields that were read elsewhere, such as those beside files.
    pub fn of(mut fields: Vec<(String, String)>) -> Self {
        for (_, value) in &mut fields {
            value.retain(|c| c != '\0');
        }
        Self(fields)
    }

    /// The first value of a name; empty if it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a name was sent, as a ticked checkbox is.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The names that start with `prefix`, without it, and their values.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(key, value)| {
            key.strip_prefix(prefix).map(|rest| (rest, value.as_str()))
        })
    }

    /// A hidden field our own page wrote, such as a version.
    pub fn value<T: FromStr>(&self, name: &str) -> WebResult<T> {
        self.text(name).parse().map_err(|_| WebError::BadRequest)
    }
}
