//! Schemes by fiscal year: validity and subsidy of any year in place of a column a year.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            // The subsidised fiscal years by the calendar years they begin in, as ranges: 「2023-2025 2027-」.
            string("subsidy_years").default("").to_owned(),
            // First and last fiscal year in which the scheme exists, as calendar years; null is open.
            integer_null("valid_from"),
            integer_null("valid_until"),
            // Grows with every change on the page.
            integer("version").default(1).to_owned(),
        ];
        for column in columns {
            let add = Table::alter().table("scheme").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        // `subsidy_r7` spoke for every year before fiscal 2026, `subsidy_r8` for every year from then on.
        for (r7, r8, years) in [
            (true, true, "2023-"),
            (true, false, "2023-2025"),
            (false, true, "2026-"),
        ] {
            let fill = Query::update()
                .table("scheme")
                .value("subsidy_years", years)
                .and_where(Expr::col("subsidy_r7").eq(r7))
                .and_where(Expr::col("subsidy_r8").eq(r8))
                .to_owned();
            manager.execute(fill).await?;
        }
        // Until now a scheme held from the year of its mark 【R7～】 on.
        for year in 1..=30 {
            let fill = Query::update()
                .table("scheme")
                .value("valid_from", 2018 + year)
                .and_where(Expr::col("first_year").eq(format!("R{year}")))
                .to_owned();
            manager.execute(fill).await?;
        }
        Ok(())
    }
}
