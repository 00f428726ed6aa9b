//! The bytes of files, in a folder or in a bucket of S3. Each lies under its account and its id, and under nothing a
//! client can choose.
#![warn(missing_docs)]

use std::{
    fmt, fs::DirBuilder, os::unix::fs::DirBuilderExt, path::Path as FsPath, sync::Arc, time::Duration,
};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use object_store::{
    BackoffConfig, ClientOptions, Error, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory, path::Path, prefix::PrefixStore,
};
use rf_kernel::{AccountId, Timestamp, UploadId};
use rf_uploads::{BlobAge, BlobError, BlobStore};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// A bucket that does not answer within that is away; somebody waits.
const DEADLINE: Duration = Duration::from_secs(20);
/// The same, for a connection.
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
/// How often a call that failed on the way is made again.
const RETRIES: usize = 2;

/// A bucket that speaks the wire of S3.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// `s3://bucket` or `s3://bucket/folder`.
    pub url: Url,
    /// Its region.
    pub region: String,
    /// Where it is, for buckets that are not Amazon's.
    pub endpoint: Option<String>,
    /// The name of the key.
    pub key_id: String,
    /// The key.
    pub secret: SecretString,
}

/// Why files cannot be kept there.
#[derive(Debug, thiserror::Error)]
pub enum BlobSetupError {
    /// The folder cannot be made or used.
    #[error("the folder {0} cannot be used: {1}")]
    Folder(String, String),
    /// The bucket's settings make no sense.
    #[error("{0}")]
    Bucket(String),
}

/// Keeps bytes in one place.
#[derive(Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blobs").finish_non_exhaustive()
    }
}

impl Blobs {
    /// In memory; nothing outlives it.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// In a folder, which is made where it can be.
    ///
    /// # Errors
    /// [`BlobSetupError::Folder`].
    pub fn in_folder(folder: &FsPath) -> Result<Self, BlobSetupError> {
        let refused = |error: &dyn fmt::Display| {
            BlobSetupError::Folder(folder.display().to_string(), error.to_string())
        };
        let folder = std::path::absolute(folder).map_err(|error| refused(&error))?;
        // Pictures of clients' screens are for nobody else on this machine. Where it cannot be made now, whoever brings a
        // file hears of it; a server that is asked for none needs no folder.
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).ok();
        let place = Path::from_absolute_path(&folder).map_err(|error| refused(&error))?;
        // What was answered for is on the disk.
        Ok(Self(Arc::new(PrefixStore::new(LocalFileSystem::new().with_fsync(true), place))))
    }

    /// In a bucket.
    ///
    /// # Errors
    /// [`BlobSetupError::Bucket`].
    pub fn in_bucket(settings: &S3Settings) -> Result<Self, BlobSetupError> {
        let refused = |error: &dyn fmt::Display| BlobSetupError::Bucket(error.to_string());
        let bucket = settings.url.host_str().filter(|_| settings.url.scheme() == "s3");
        let bucket = bucket.ok_or_else(|| refused(&"must be s3://bucket or s3://bucket/folder"))?;
        // Plain HTTP is for a bucket on this machine or in its network; the address says so.
        let plain = settings.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let client = ClientOptions::new()
            .with_timeout(DEADLINE)
            .with_connect_timeout(CONNECT_DEADLINE)
            .with_allow_http(plain);
        let retries = RetryConfig {
            backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
            max_retries: RETRIES,
            retry_timeout: DEADLINE,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(settings.secret.expose_secret())
            .with_client_options(client)
            .with_retry(retries);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let store = builder.build().map_err(|error| refused(&error))?;
        let folder = Path::from_url_path(settings.url.path()).map_err(|error| refused(&error))?;
        Ok(Self(Arc::new(PrefixStore::new(store, folder))))
    }
}

/// Where a file lies.
fn place(tenant: AccountId, id: UploadId) -> Path {
    Path::from_iter([tenant.to_string(), id.to_string()])
}

/// Whose file lies there, and which; nothing for what somebody else put there.
fn age(found: &ObjectMeta) -> Option<BlobAge> {
    let (tenant, id) = found.location.as_ref().split_once('/')?;
    Some(BlobAge {
        account_id: tenant.parse().ok()?,
        id: id.parse().ok()?,
        written_at: Timestamp::from_unix(found.last_modified.timestamp())?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn failed(error: Error) -> BlobError {
    BlobError(error.to_string())
}

#[async_trait]
impl BlobStore for Blobs {
    async fn put(&self, tenant: AccountId, id: UploadId, bytes: Vec<u8>) -> Result<(), BlobError> {
        self.0.put(&place(tenant, id), bytes.into()).await.map(drop).map_err(failed)
    }

    async fn get(&self, tenant: AccountId, id: UploadId) -> Result<Option<Vec<u8>>, BlobError> {
        let found = match self.0.get(&place(tenant, id)).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        Ok(Some(found.bytes().await.map_err(failed)?.to_vec()))
    }

    async fn delete(&self, tenant: AccountId, id: UploadId) -> Result<(), BlobError> {
        match self.0.delete(&place(tenant, id)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    async fn list(&self) -> Result<Vec<BlobAge>, BlobError> {
        let found: Vec<ObjectMeta> = self.0.list(None).try_collect().await.map_err(failed)?;
        Ok(found.iter().filter_map(age).collect())
    }
}
