//! What became of a batch's files, to take away: `report.xlsx` for people, `report.json` for programs.

use super::batch::Path;
use super::{State, batch_of};
use crate::web::download::attachment;
use crate::web::error::WebResult;
use crate::web::session::Session;
use crate::workflow::intake::{ReportFormat, batch_report};

/// GET `/editions/{key}/intake/{batch}/report.xlsx`.
pub async fn workbook(state: State, session: Session, path: Path) -> WebResult {
    send(&state, &session, &path, ReportFormat::Workbook).await
}

/// GET `/editions/{key}/intake/{batch}/report.json`.
pub async fn json(state: State, session: Session, path: Path) -> WebResult {
    send(&state, &session, &path, ReportFormat::Json).await
}

async fn send(state: &State, session: &Session, path: &Path, format: ReportFormat) -> WebResult {
    let view = batch_of(state, session, &path.0, &path.1).await?;
    let file = batch_report(&state.desk, &session.actor, view.batch.id, format).await?;
    Ok(attachment(file.bytes, &file.name))
}
