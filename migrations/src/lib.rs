//! The schema, one change a file, and the reference data that ships with it.
//!
//! Conventions: codes are text; moments are `bigint` milliseconds since 1970 in UTC; plain dates are
//! text `YYYY-MM-DD` (a day in Japan); documents are JSON text written and read by the application.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261121_000001_reference;
mod m20261121_000002_accounts;
mod m20261121_000003_survey;
mod m20261121_000004_audit;
mod m20261121_000005_intake;
mod m20261121_000006_participation;
mod m20261125_000007_organization_history;
mod m20261125_000008_edition_making;
mod m20261125_000009_scheme_years;
mod m20261125_000010_change_of_intent;
mod m20261126_000011_mail;
mod m20261126_000012_histories;
mod m20261126_000014_deadlines;
mod m20261126_000015_review;
mod m20261126_000016_inquiries;
mod m20261126_000017_proxy_and_handover;
mod m20261126_000018_duties;
mod m20261126_000019_follow_up;
mod m20261126_000030_taking_back;
mod m20261126_000040_deadline_history;
mod m20261126_000045_handover_arrival;
mod m20261126_000052_corrections_seen;
mod m20261126_000053_packed_originals;
mod m20261126_000054_sent_by_offices;

/// Reference data with its source and date (see `data/README.md`).
pub mod data {
    /// 1,788 respondents.
    pub const ORGANIZATIONS: &str = include_str!("../data/organizations.csv");
    /// 29 schemes.
    pub const SCHEMES: &str = include_str!("../data/schemes.csv");
    /// Child-guidance cities with the month since when.
    pub const CHILD_GUIDANCE_CITIES: &str = include_str!("../data/child_guidance_cities.csv");
    /// The national holidays of the years that were announced.
    pub const HOLIDAYS: &str = include_str!("../data/holidays.csv");
    /// The editions, oldest first: key and definition.
    pub const EDITIONS: [(&str, &str); 3] = [
        ("fy2025", include_str!("../data/editions/fy2025.toml")),
        ("fy2026", include_str!("../data/editions/fy2026.toml")),
        ("fy2027", include_str!("../data/editions/fy2027.toml")),
    ];
}

/// Applies the changes in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_reference::Migration),
            Box::new(m20261121_000002_accounts::Migration),
            Box::new(m20261121_000003_survey::Migration),
            Box::new(m20261121_000004_audit::Migration),
            Box::new(m20261121_000005_intake::Migration),
            Box::new(m20261121_000006_participation::Migration),
            Box::new(m20261125_000007_organization_history::Migration),
            Box::new(m20261125_000008_edition_making::Migration),
            Box::new(m20261125_000009_scheme_years::Migration),
            Box::new(m20261125_000010_change_of_intent::Migration),
            Box::new(m20261126_000011_mail::Migration),
            Box::new(m20261126_000014_deadlines::Migration),
            Box::new(m20261126_000012_histories::Migration),
            Box::new(m20261126_000019_follow_up::Migration),
            Box::new(m20261126_000015_review::Migration),
            Box::new(m20261126_000016_inquiries::Migration),
            Box::new(m20261126_000017_proxy_and_handover::Migration),
            Box::new(m20261126_000018_duties::Migration),
            Box::new(m20261126_000030_taking_back::Migration),
            Box::new(m20261126_000045_handover_arrival::Migration),
            Box::new(m20261126_000040_deadline_history::Migration),
            Box::new(m20261126_000052_corrections_seen::Migration),
            Box::new(m20261126_000053_packed_originals::Migration),
            Box::new(m20261126_000054_sent_by_offices::Migration),
        ]
    }
}
