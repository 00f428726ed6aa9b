//! The mail outbox.

use async_trait::async_trait;
use rf_kernel::{MailId, Page, StoreError, Timestamp};
use rf_notifications::{Mail, MailOutbox, MailState};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, sea_query::Expr,
};

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros, named},
    dialect::store_error,
    entities::mails::{Column, Entity, Model},
    unit::SqlUnit,
};

fn mail(row: &QueryResult) -> Result<Mail, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Mail {
        id: row.id.into(),
        account_id: row.account_id.into(),
        to: row.recipient,
        letter: from_json(&row.content)?,
        state: named(&row.state)?,
        attempts: row.attempts,
        created_at: instant(row.created_at)?,
        sent_at: maybe_instant(row.sent_at)?,
        response: row.response,
    })
}

#[async_trait]
impl MailOutbox for SqlUnit {
    async fn insert_mail(&mut self, mail: &Mail) -> Result<(), StoreError> {
        self.require_write_to(mail.account_id)?;
        self.insert(Model {
            id: mail.id.into(),
            account_id: mail.account_id.into(),
            recipient: mail.to.clone(),
            content: json(&mail.letter)?,
            state: mail.state.as_str().to_owned(),
            attempts: mail.attempts,
            created_at: micros(mail.created_at),
            sent_at: maybe_micros(mail.sent_at),
            response: mail.response.clone(),
        })
        .await
    }

    async fn mail_by_id(&mut self, id: MailId) -> Result<Option<Mail>, StoreError> {
        let query = Entity::find_by_id(id.uuid()).filter(self.seen(Column::AccountId)).into_query();
        self.read_one(&query, mail).await
    }

    async fn list_mails(&mut self, state: Option<MailState>, page: Page) -> Result<Vec<Mail>, StoreError> {
        let query = Entity::find()
            .filter(self.seen(Column::AccountId))
            .filter(Condition::all().add_option(state.map(|state| Column::State.eq(state.as_str()))))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, mail).await
    }

    async fn record_mail_attempt(
        &mut self,
        id: MailId,
        became: MailState,
        at: Timestamp,
        response: &str,
    ) -> Result<bool, StoreError> {
        let sent_at = (became == MailState::Sent).then(|| micros(at));
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(became.as_str()))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::SentAt, Expr::value(sent_at))
            .col_expr(Column::Response, Expr::value(response))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.ne(MailState::Sent.as_str()))
            .filter(self.seen(Column::AccountId))
            .into_query();
        Ok(self.write(&update).await? == 1)
    }
}
