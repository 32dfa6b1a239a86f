//! Errors as the visitor meets them. Below, errors are typed; here they are mapped once, and the
//! guard ([`super::guard`]) renders them in the layout with a request id and never with a cause.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use crate::store::StoreError;
use crate::workflow::WorkflowError;

/// Result of a handler.
pub type WebResult<T = HttpResponse> = Result<T, WebError>;

/// Why a page could not be given.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Missing, or hidden from this person: the same answer.
    #[error("not found")]
    NotFound,
    #[error("forbidden")]
    Forbidden,
    /// The form did not come from one of our pages.
    #[error("the request does not come from our own page")]
    ForeignForm,
    #[error("bad request")]
    BadRequest,
    #[error("too large")]
    TooLarge,
    /// A file, or all of them together, beyond what is taken at once.
    #[error("file too large")]
    FileTooLarge,
    /// The form did not arrive in time.
    #[error("too slow")]
    TooSlow,
    /// The record is no longer as the page showed it.
    #[error("conflict")]
    Conflict,
    /// The survey does not take this any more.
    #[error("closed")]
    Closed,
    #[error("busy")]
    Busy,
    /// Nobody is signed in; the way back is kept.
    #[error("sign-in required")]
    SignIn { next: String },
    /// Nobody is signed in any more and a form was sent: its text is kept.
    #[error("session ended")]
    SessionEnded { path: String, body: String },
    /// The same for a form with files, which cannot be kept: they have to be chosen again.
    #[error("session ended during an upload")]
    UploadEnded { path: String },
    #[error("internal: {0}")]
    Internal(#[source] anyhow::Error),
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<WorkflowError> for WebError {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::NotFound => Self::NotFound,
            WorkflowError::Forbidden => Self::Forbidden,
            WorkflowError::Closed => Self::Closed,
            WorkflowError::Refused(_)
            | WorkflowError::Conflict(_)
            | WorkflowError::Stale
            | WorkflowError::NeedsSignOff(_)
            | WorkflowError::Unfinished(_)
            | WorkflowError::Unsettled
            | WorkflowError::Unconfirmed(_) => Self::Conflict,
            WorkflowError::Invalid(_) => Self::BadRequest,
            WorkflowError::Busy => Self::Busy,
            WorkflowError::Store(error) => Self::Internal(error.into()),
            error @ WorkflowError::Workbook(_) => Self::Internal(error.into()),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge | Self::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict | Self::Closed => StatusCode::CONFLICT,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
            Self::SessionEnded { .. } | Self::UploadEnded { .. } => StatusCode::UNAUTHORIZED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Heading and explanation of an error page.
pub fn words(status: StatusCode, error: Option<&WebError>) -> (&'static str, Vec<&'static str>) {
    let kept = "保存した内容や提出した回答は、消えていません。";
    match (status, error) {
        (_, Some(WebError::Closed)) => (
            "この操作の受付期間は終わりました",
            vec![
                "締切を過ぎたか、調査回が終了したため、変更できません。",
                kept,
                "変更が必要なときは、とりまとめ先（都道府県または国）の担当へご連絡ください。",
            ],
        ),
        (_, Some(WebError::ForeignForm)) => (
            "この画面からの操作を受け付けられませんでした",
            vec![
                "画面を開いてから時間がたったか、別の画面から送られたため、安全のために止めました。",
                "前の画面に戻って再読み込みし、もう一度操作してください。",
                kept,
            ],
        ),
        (_, Some(WebError::FileTooLarge)) => (
            "ファイルが大きすぎるか、多すぎます",
            vec![
                "一度に受け取れる量を超えたため、受け取りませんでした。自団体の回答は5MBまでのファイルを1つ、まとめての取込みは合計100MB、2,000ファイルまでです。",
                "前の画面に戻り、様式1だけのファイルを選ぶか、いくつかに分けて送ってください。",
                kept,
            ],
        ),
        (StatusCode::NOT_FOUND, _) => (
            "ページが見つかりません",
            vec![
                "アドレスが変わったか、このページを見る権限がありません。",
                "アドレスを確かめるか、ホームからたどってください。",
                kept,
            ],
        ),
        (StatusCode::FORBIDDEN, _) => (
            "この操作はできません",
            vec![
                "いまの状態、またはあなたの役割では、この操作はできません。",
                kept,
            ],
        ),
        (StatusCode::CONFLICT, _) => (
            "ほかの操作と重なりました",
            vec![
                "画面を開いたあとに、ほかの人が内容や状態を変えました。そのため、今回の操作は行っていません。",
                "画面を開き直して、いまの内容を確かめてから、もう一度操作してください。",
                kept,
            ],
        ),
        (StatusCode::PAYLOAD_TOO_LARGE, _) => (
            "送られた内容が大きすぎます",
            vec![
                "入力した文章が長すぎるため、受け取れませんでした。",
                "前の画面に戻り、短くしてからもう一度送ってください。",
                kept,
            ],
        ),
        (StatusCode::REQUEST_TIMEOUT, _) => (
            "送られた内容が時間内に届きませんでした",
            vec![
                "通信が遅いか、途中で切れたため、受け取れませんでした。",
                "前の画面に戻って、もう一度送ってください。",
                kept,
            ],
        ),
        (StatusCode::TOO_MANY_REQUESTS, _) => (
            "いま、たいへん混み合っています",
            vec!["1分ほど待ってから、もう一度操作してください。", kept],
        ),
        (status, _) if status.is_client_error() => (
            "送られた内容を読み取れませんでした",
            vec!["前の画面に戻って、もう一度操作してください。", kept],
        ),
        _ => (
            "処理の途中で問題が起きました",
            vec![
                "今回の操作は完了していません。少し待ってから、もう一度操作してください。",
                kept,
                "くり返し起きるときは、下の番号を問い合わせ先へお知らせください。",
            ],
        ),
    }
}
