//! What is known of files people brought.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, StoreError, Timestamp, UploadId, UserId};
use rf_uploads::{Attachment, Upload, UploadRepository};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    convert::{corrupt, from_json, instant, json, micros},
    dialect::store_error,
    entities::uploads::{self, Column},
    unit::SqlUnit,
};

/// Ids of one statement: SQLite takes 32,766 values.
const IDS_AT_ONCE: usize = 1_000;

fn side(pixels: i64) -> Result<u32, StoreError> {
    u32::try_from(pixels).map_err(|_| corrupt(format!("{pixels} pixels are no picture's")))
}

fn upload(row: &QueryResult) -> Result<Upload, StoreError> {
    let row = uploads::Model::from_query_result(row, "").map_err(store_error)?;
    let attachment = match (row.ai_session_id, row.entry_id, row.attached_at) {
        (Some(session), Some(entry), Some(at)) => {
            Some(Attachment { session_id: session.into(), entry_id: entry.into(), at: instant(at)? })
        }
        _ => None,
    };
    Ok(Upload {
        id: row.id.into(),
        account_id: row.account_id.into(),
        uploaded_by: row.uploaded_by.into(),
        name: row.name,
        kind: row.kind.parse().map_err(corrupt)?,
        bytes: row.bytes,
        sha256: row.sha256,
        size: row
            .width
            .zip(row.height)
            .map(|(w, h)| Ok::<_, StoreError>((side(w)?, side(h)?)))
            .transpose()?,
        log: row.log.as_deref().map(from_json).transpose()?,
        attachment,
        is_kept: row.is_kept,
        created_at: instant(row.created_at)?,
    })
}

#[derive(FromQueryResult)]
struct Sum {
    total: Option<i64>,
}

#[derive(FromQueryResult)]
struct Known {
    id: uuid::Uuid,
}

#[async_trait]
impl UploadRepository for SqlUnit {
    async fn insert_upload(&mut self, upload: &Upload) -> Result<(), StoreError> {
        self.require_write_to(upload.account_id)?;
        let log = upload.log.as_ref().map(json).transpose();
        let log = self.check(log)?;
        let Upload { attachment, .. } = upload;
        self.insert(uploads::Model {
            id: upload.id.into(),
            account_id: upload.account_id.into(),
            uploaded_by: upload.uploaded_by.into(),
            name: upload.name.clone(),
            kind: upload.kind.as_str().to_owned(),
            bytes: upload.bytes,
            sha256: upload.sha256.clone(),
            width: upload.size.map(|(width, _)| width.into()),
            height: upload.size.map(|(_, height)| height.into()),
            log,
            ai_session_id: attachment.map(|to| to.session_id.into()),
            entry_id: attachment.map(|to| to.entry_id.into()),
            attached_at: attachment.map(|to| micros(to.at)),
            is_kept: upload.is_kept,
            created_at: micros(upload.created_at),
        })
        .await
    }

    async fn upload_by_id(&mut self, tenant: AccountId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        let query = uploads::Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Id.eq(id.uuid()))
            .into_query();
        self.read_one(&query, upload).await
    }

    async fn mark_upload_kept(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError> {
        self.require_write()?;
        let update = uploads::Entity::update_many()
            .col_expr(Column::IsKept, Expr::value(true))
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Id.eq(id.uuid()));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn attach_upload(
        &mut self,
        tenant: AccountId,
        id: UploadId,
        to: Attachment,
    ) -> Result<bool, StoreError> {
        self.require_write()?;
        let update = uploads::Entity::update_many()
            .col_expr(Column::AiSessionId, Expr::value(to.session_id.uuid()))
            .col_expr(Column::EntryId, Expr::value(to.entry_id.uuid()))
            .col_expr(Column::AttachedAt, Expr::value(micros(to.at)))
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::IsKept.eq(true))
            .filter(Column::AiSessionId.is_null());
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn uploads_of(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
    ) -> Result<Vec<Upload>, StoreError> {
        let query = uploads::Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::AiSessionId.eq(session.uuid()))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .into_query();
        self.read(&query, upload).await
    }

    async fn loose_uploads(&mut self, tenant: AccountId, person: UserId) -> Result<Vec<Upload>, StoreError> {
        let query = uploads::Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::UploadedBy.eq(person.uuid()))
            .filter(Column::AiSessionId.is_null())
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .into_query();
        self.read(&query, upload).await
    }

    async fn delete_upload(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError> {
        self.require_write()?;
        let gone = uploads::Entity::delete_many()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Id.eq(id.uuid()));
        Ok(self.write(&gone.into_query()).await? > 0)
    }

    async fn uploaded_bytes(&mut self, tenant: AccountId) -> Result<i64, StoreError> {
        // Postgres adds up 64-bit integers into a number without end.
        let total = Expr::col(Column::Bytes).sum().cast_as("bigint");
        let query = uploads::Entity::find()
            .select_only()
            .expr_as(total, "total")
            .filter(self.own(Column::AccountId, tenant))
            .into_query();
        let sum = |row: &QueryResult| Ok(Sum::from_query_result(row, "").map_err(store_error)?.total);
        Ok(self.read_one(&query, sum).await?.flatten().unwrap_or(0))
    }

    async fn sweep_loose_uploads(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.require_write()?;
        let gone = uploads::Entity::delete_many()
            .filter(self.seen(Column::AccountId))
            .filter(Column::AiSessionId.is_null())
            .filter(Column::CreatedAt.lt(micros(before)));
        self.write(&gone.into_query()).await
    }

    async fn known_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<UploadId>, StoreError> {
        let mut known = Vec::new();
        for some in ids.chunks(IDS_AT_ONCE) {
            let query = uploads::Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(self.seen(Column::AccountId))
                .filter(Column::Id.is_in(some.iter().map(|id| id.uuid())))
                .order_by_asc(Column::Id)
                .into_query();
            let id = |row: &QueryResult| -> Result<UploadId, StoreError> {
                Ok(Known::from_query_result(row, "").map_err(store_error)?.id.into())
            };
            known.extend(self.read(&query, id).await?);
        }
        Ok(known)
    }
}
