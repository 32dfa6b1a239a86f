//! Deadlines and reminders, mail, accounts, questions, help.

use actix_web::web::{ServiceConfig, get, post};

use crate::web::accounts::{
    addresses, digest, duties, edit, handover, invitation, invite, list, own,
};
use crate::web::inquiries::{list as inquiry_list, new as new_inquiry, one as one_inquiry};
use crate::web::ministry::mail::{list as mail_list, one as one_mail, texts as mail_texts};
use crate::web::ministry::{holidays, reminder_plan};
use crate::web::review::extending;
use crate::web::{help, published, reminders};

/// More time for one body, reminders, the calendar they are counted in.
pub(super) fn deadlines(config: &mut ServiceConfig) {
    config
        .route(
            "/editions/{key}/answers/{code}/extend",
            get().to(extending::form),
        )
        .route(
            "/editions/{key}/answers/{code}/extend",
            post().to(extending::send),
        )
        .route("/editions/{key}/reminders", get().to(reminders::list))
        .route("/editions/{key}/reminders", post().to(reminders::change))
        .route(
            "/editions/{key}/settings/reminders",
            get().to(reminder_plan::form),
        )
        .route(
            "/editions/{key}/settings/reminders",
            post().to(reminder_plan::save),
        )
        .route("/holidays", get().to(holidays::list))
        .route("/holidays", post().to(holidays::change))
        .route("/account/digest", get().to(own::resumed))
        .route("/account/digest", post().to(digest::choose));
}

/// The outbox and the texts of mails.
pub(super) fn mail(config: &mut ServiceConfig) {
    config
        .route("/mail", get().to(mail_list::list))
        .route("/mail", post().to(mail_list::send_failed_again))
        .route("/mail/texts", get().to(mail_texts::texts))
        .route("/mail/texts/{kind}", get().to(mail_texts::text))
        .route("/mail/texts/{kind}", post().to(mail_texts::save))
        .route(r"/mail/{mail:\d+}", get().to(one_mail::one))
        .route(r"/mail/{mail:\d+}", post().to(one_mail::decide));
}

/// Accounts, invitations, one's own settings.
pub(super) fn accounts(config: &mut ServiceConfig) {
    config
        .route("/invitation/{token}", get().to(invitation::show))
        .route("/invitation/{token}", post().to(invitation::accept))
        .route("/account", get().to(own::own))
        .route("/account", post().to(own::rename))
        .route("/account/password", get().to(own::resumed))
        .route("/account/password", post().to(own::change_password))
        .route("/account/sessions/end", get().to(own::resumed))
        .route("/account/sessions/end", post().to(own::end_others))
        .route("/account/handover", get().to(handover::form))
        .route("/account/handover", post().to(handover::send))
        .route("/account/duties", get().to(duties::form))
        .route("/account/duties", post().to(duties::save))
        .route("/account/addresses", get().to(addresses::list))
        .route("/account/addresses", post().to(addresses::change))
        .route("/accounts", get().to(list::list))
        .route("/accounts/invite", get().to(invite::resumed))
        .route("/accounts/invite", post().to(invite::invite))
        .route("/accounts/invite/cancel", get().to(invite::resumed))
        .route("/accounts/invite/cancel", post().to(invite::cancel))
        .route("/accounts/bodies/{code}", get().to(list::body))
        .route("/accounts/{id}", get().to(edit::edit))
        .route("/accounts/{id}", post().to(edit::save))
        .route("/accounts/{id}/{what}", get().to(edit::resumed))
        .route("/accounts/{id}/{what}", post().to(edit::act));
}

/// 質問・連絡, and the answers published for all: before the topics of help, one of which they are not.
pub(super) fn inquiries(config: &mut ServiceConfig) {
    config
        .route("/inquiries", get().to(inquiry_list::list))
        .route("/inquiries/new", get().to(new_inquiry::form))
        .route("/inquiries/new", post().to(new_inquiry::send))
        .route(r"/inquiries/{inquiry:\d+}", get().to(one_inquiry::inquiry))
        .route(r"/inquiries/{inquiry:\d+}", post().to(one_inquiry::step))
        .route("/help/answers", get().to(published::list::list))
        .route("/help/answers/new", get().to(published::edit::new))
        .route("/help/answers/new", post().to(published::edit::publish))
        .route(
            r"/help/answers/{answer:\d+}",
            get().to(published::edit::one),
        )
        .route(
            r"/help/answers/{answer:\d+}",
            post().to(published::edit::change),
        );
}

/// Help and statements.
pub(super) fn help(config: &mut ServiceConfig) {
    config
        .route("/help", get().to(help::index))
        .route("/help/{topic}", get().to(help::topic))
        .route("/accessibility", get().to(help::accessibility));
}
