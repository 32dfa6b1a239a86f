//! `torimatome user`: accounts, for operators. The same verbs as in the browser, without its limits.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;

use super::Place;
use crate::app::{open_desk, open_desk_to_read};
use crate::config::Settings;
use crate::domain::account::{AccountScope, Actor};
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::{self, SystemClock};
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::store::accounts::AccountRecord;
use crate::workflow::accounts::{self, AccountError, Invitation, Link};
use crate::workflow::{Desk, WorkflowError};

/// What to do.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Print an invitation link for a new account.
    Invite {
        /// Mail address; the name to sign in with.
        #[arg(long)]
        email: String,
        /// Code of the body, such as 012025.
        #[arg(long, required_unless_present = "ministry")]
        code: Option<String>,
        /// An account of the ministry.
        #[arg(long, conflicts_with = "code")]
        ministry: bool,
        /// May invite and stop accounts.
        #[arg(long)]
        admin: bool,
    },
    /// List the accounts: code, body, name, mail address, rights, state, last sign-in (tab-separated).
    List {
        /// Only those of one body.
        #[arg(long)]
        code: Option<String>,
    },
    /// Stop an account; its sessions end at once.
    Stop { email: String },
    /// Let a stopped account in again.
    Restart { email: String },
    /// Print a link with which the owner chooses a new password.
    Reset { email: String },
}

/// Runs the command.
pub async fn run(place: &Place, command: UserCommand) -> anyhow::Result<()> {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let clock = Arc::new(SystemClock);
    let desk = match command {
        UserCommand::List { .. } => open_desk_to_read(&settings, clock).await?,
        _ => open_desk(&settings, clock).await?,
    };
    let done = act(&settings, &desk, command).await;
    desk.store.close().await?;
    done
}

async fn act(settings: &Settings, desk: &Desk, command: UserCommand) -> anyhow::Result<()> {
    let actor = Actor::operator("cli");
    match command {
        UserCommand::Invite {
            email,
            code,
            ministry: _,
            admin,
        } => {
            let body = match code {
                Some(typed) => Some(read_code(desk, &typed).await?),
                None => None,
            };
            let new = Invitation {
                email: &email,
                body,
                is_admin: admin,
            };
            let link = accounts::invite(desk, &actor, new).await.map_err(explain)?;
            print_link(settings, &link);
        }
        UserCommand::List { code } => {
            let scope = match code {
                Some(typed) => AccountScope::Body(read_code(desk, &typed).await?),
                None => AccountScope::Everyone,
            };
            for account in desk.store.accounts_within(scope).await? {
                println!("{}", line(&account));
            }
        }
        UserCommand::Stop { email } => {
            let account = find(desk, &email).await?;
            accounts::stop_account(desk, &actor, account.id)
                .await
                .map_err(explain)?;
            println!("利用を停止しました。ログイン中の画面も使えなくなりました。");
        }
        UserCommand::Restart { email } => {
            let account = find(desk, &email).await?;
            accounts::restart_account(desk, &actor, account.id)
                .await
                .map_err(explain)?;
            println!("利用を再開しました。");
        }
        UserCommand::Reset { email } => {
            let account = find(desk, &email).await?;
            let link = accounts::reset_link(desk, &actor, account.id)
                .await
                .map_err(explain)?;
            print_link(settings, &link);
        }
    }
    Ok(())
}

/// The one body a typed code means.
async fn read_code(desk: &Desk, typed: &str) -> anyhow::Result<LocalGovernmentCode> {
    let mut found = Vec::new();
    for code in read_code_generously(typed) {
        found.extend(desk.store.organization(code).await?);
    }
    match found.as_slice() {
        [body] => Ok(body.code),
        [] => bail!(
            "コード「{typed}」の団体が見つかりません。6桁の全国地方公共団体コードを指定してください。"
        ),
        _ => bail!("「{typed}」に当てはまる団体が複数あります。6桁のコードを指定してください。"),
    }
}

async fn find(desk: &Desk, typed: &str) -> anyhow::Result<AccountRecord> {
    let email = EmailAddress::parse(typed).map_err(|problem| anyhow!("{problem}"))?;
    desk.store
        .account_by_email(&email.as_str().to_lowercase())
        .await?
        .context("このメールアドレスの利用者が見つかりません。")
}

fn explain(error: AccountError) -> anyhow::Error {
    match error {
        AccountError::Invalid(problems) => {
            let texts: Vec<_> = problems
                .into_iter()
                .map(|problem| problem.message)
                .collect();
            anyhow!(texts.join("\n"))
        }
        AccountError::Refused(refusal) => anyhow!("{refusal}"),
        AccountError::Workflow(WorkflowError::NotFound) => {
            anyhow!("団体か利用者が見つかりません。")
        }
        other => other.into(),
    }
}

fn print_link(settings: &Settings, link: &Link) {
    println!(
        "{}{}",
        settings.address_for_links(settings.listen),
        link.path()
    );
    println!(
        "{}まで有効で、一度だけ使えます。本人だけに渡してください。",
        japan_time::datetime_label(link.expires_at)
    );
    if settings.base_url.is_none() {
        eprintln!(
            "公開のアドレス（base_url）が設定されていないため、このパソコンのアドレスで表示しました。"
        );
    }
}

fn line(account: &AccountRecord) -> String {
    let (code, body) = match &account.home {
        Some((code, name, _)) => (code.to_string(), name.as_str()),
        None => (String::new(), "厚生労働省"),
    };
    let rights = if account.is_admin { "管理者" } else { "" };
    let state = if account.is_active {
        "利用中"
    } else {
        "停止中"
    };
    let seen = account
        .signed_in_at
        .map(japan_time::datetime_label)
        .unwrap_or_default();
    [
        code.as_str(),
        body,
        &account.display_name,
        &account.email,
        rights,
        state,
        &seen,
    ]
    .join("\t")
}
