//! The mail outbox.

use async_trait::async_trait;
use rf_kernel::{MailId, Page, StoreError, Timestamp};
use rf_notifications::{Mail, MailOutbox, MailState};

use crate::{jobs::paged, unit::MemoryUnit};

#[async_trait]
impl MailOutbox for MemoryUnit {
    async fn insert_mail(&mut self, mail: &Mail) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(mail.account_id)?;
            state.require_account(mail.account_id, "fk_mails_account")?;
            state.mails.insert("pk_mails", mail.id, mail.clone())
        })
    }

    async fn mail_by_id(&mut self, id: MailId) -> Result<Option<Mail>, StoreError> {
        self.read(|state, view| Ok(state.mails.get(&id).filter(|mail| view.covers(mail.account_id)).cloned()))
    }

    async fn list_mails(&mut self, wanted: Option<MailState>, page: Page) -> Result<Vec<Mail>, StoreError> {
        self.read(|state, view| {
            let takes = |mail: &&Mail| {
                view.covers(mail.account_id) && wanted.is_none_or(|wanted| mail.state == wanted)
            };
            let mut mails: Vec<Mail> = state.mails.values().filter(takes).cloned().collect();
            mails.sort_by_key(|mail| std::cmp::Reverse((mail.created_at, mail.id)));
            Ok(paged(mails, page))
        })
    }

    async fn record_mail_attempt(
        &mut self,
        id: MailId,
        became: MailState,
        at: Timestamp,
        response: &str,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let open = |mail: &&Mail| view.covers(mail.account_id) && mail.state != MailState::Sent;
            let Some(mail) = state.mails.get(&id).filter(open).cloned() else { return Ok(false) };
            let sent_at = (became == MailState::Sent).then_some(at);
            let (attempts, response) = (mail.attempts + 1, Some(response.to_owned()));
            state.mails.put(id, Mail { state: became, attempts, sent_at, response, ..mail });
            Ok(true)
        })
    }
}
