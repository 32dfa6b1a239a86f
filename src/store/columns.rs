//! Reading single columns: stored text becomes a domain value or an error, never a guess.

use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, StoreResult};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{OrganizationKind, RespondentClass, Route};
use crate::domain::response_status::ResponseStatus;

pub(super) fn code(text: &str) -> StoreResult<LocalGovernmentCode> {
    text.parse()
        .map_err(|_| StoreError::corrupt("code")(text.to_owned()))
}

pub(super) fn prefecture(text: &str) -> StoreResult<PrefectureCode> {
    text.parse()
        .map_err(|_| StoreError::corrupt("prefecture code")(text.to_owned()))
}

pub(super) fn kind(text: &str) -> StoreResult<OrganizationKind> {
    text.parse()
        .map_err(|_| StoreError::corrupt("kind of body")(text.to_owned()))
}

/// The class of a body in an edition, from its four columns.
pub(super) fn class(
    (code_of, kind_of): (&str, &str),
    (health_center_city, child_guidance_city): (bool, bool),
) -> StoreResult<RespondentClass> {
    Ok(RespondentClass {
        code: code(code_of)?,
        kind: kind(kind_of)?,
        health_center_city,
        child_guidance_city,
    })
}

pub(super) fn route(text: &str) -> StoreResult<Route> {
    text.parse()
        .map_err(|_| StoreError::corrupt("route")(text.to_owned()))
}

pub(super) fn status(text: &str) -> StoreResult<ResponseStatus> {
    ResponseStatus::from_stored(text).ok_or_else(|| StoreError::corrupt("status")(text.to_owned()))
}

pub(super) fn document<T: DeserializeOwned>(what: &'static str, text: &str) -> StoreResult<T> {
    // The place only: serde's own words quote the value, and this error goes to the log.
    serde_json::from_str(text).map_err(|e| {
        let (kind, line, column) = (e.classify(), e.line(), e.column());
        StoreError::corrupt(what)(format!("{kind:?} error at line {line}, column {column}"))
    })
}

pub(super) fn to_document<T: Serialize>(what: &'static str, value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|e| StoreError::corrupt(what)(e.to_string()))
}

pub(super) fn optional<T: DeserializeOwned>(
    what: &'static str,
    text: Option<&String>,
) -> StoreResult<Option<T>> {
    text.map(|text| document(what, text)).transpose()
}
