use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use rf_jobs::{AtOnce, Full, JobSpec, JobState, RetryPolicy};
use rf_kernel::{AccountId, JobId};
use rf_store_memory::MemoryStore;
use tokio::sync::Notify;
use uuid::Uuid;

use super::*;

struct Numbers(AtomicU64);

impl IdSource for Numbers {
    fn new_id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1_000)
    }
}

/// Answers what it is told, job by job, and then that all is well.
#[derive(Default)]
struct Scripted {
    answers: Mutex<Vec<JobError>>,
    ran: AtomicU64,
}

#[async_trait(?Send)]
impl JobHandler for Scripted {
    fn kind(&self) -> &'static str {
        "scripted"
    }
    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 3, first_seconds: 0, longest_seconds: 0 }
    }
    async fn run(&self, _job: &Job) -> Result<(), JobError> {
        self.ran.fetch_add(1, Ordering::SeqCst);
        self.answers.lock().unwrap().pop().map_or(Ok(()), Err)
    }
}

/// Says when it has begun, and ends when it may.
#[derive(Default)]
struct Slow {
    begun: Notify,
    may_end: Notify,
}

#[async_trait(?Send)]
impl JobHandler for Slow {
    fn kind(&self) -> &'static str {
        "slow"
    }
    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 3, first_seconds: 0, longest_seconds: 0 }
    }
    async fn run(&self, _job: &Job) -> Result<(), JobError> {
        self.begun.notify_one();
        self.may_end.notified().await;
        Ok(())
    }
}

fn worker(store: &MemoryStore, handler: Arc<dyn JobHandler>) -> Worker {
    let ids = Arc::new(Numbers(AtomicU64::new(0)));
    let settings = WorkerSettings { look_every: Duration::from_millis(5), ..WorkerSettings::default() };
    Worker::new(Arc::new(store.clone()), ids, vec![handler], settings)
}

async fn enqueue(store: &MemoryStore, number: u128, kind: &str) -> JobId {
    enqueue_of(store, AccountId(Uuid::nil()), number, kind).await
}

async fn enqueue_of(store: &MemoryStore, account_id: AccountId, number: u128, kind: &str) -> JobId {
    let id = JobId(Uuid::from_u128(number));
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    unit.enqueue_job(&JobSpec {
        id,
        account_id,
        kind: kind.into(),
        payload: serde_json::json!({}),
        delay_seconds: 0,
        dedupe_key: None,
    })
    .await
    .unwrap();
    unit.commit().await.unwrap();
    id
}

async fn look(store: &MemoryStore, id: JobId) -> Job {
    store.begin(Access::system_read()).await.unwrap().job_by_id(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_is_due_is_done_once() {
    let store = MemoryStore::new();
    let handler = Arc::new(Scripted::default());
    let mut ids = Vec::new();
    for number in 1..=10 {
        ids.push(enqueue(&store, number, "scripted").await);
    }
    assert_eq!(worker(&store, handler.clone()).run_due().await.unwrap(), 10);
    assert_eq!(handler.ran.load(Ordering::SeqCst), 10);
    for id in ids {
        assert_eq!(look(&store, id).await.state, JobState::Done);
    }
}

#[tokio::test]
async fn a_failure_is_tried_again_and_often_enough_it_is_parked() {
    let store = MemoryStore::new();
    let handler = Arc::new(Scripted::default());
    let retry = || JobError::Retry("away".into());
    handler.answers.lock().unwrap().extend([retry(), retry()]);
    let id = enqueue(&store, 1, "scripted").await;
    worker(&store, handler.clone()).run_due().await.unwrap();
    let job = look(&store, id).await;
    assert_eq!((job.state, job.attempts, job.last_error.as_deref()), (JobState::Done, 3, Some("away")));

    handler.answers.lock().unwrap().extend([retry(), retry(), retry()]);
    let id = enqueue(&store, 2, "scripted").await;
    worker(&store, handler.clone()).run_due().await.unwrap();
    let job = look(&store, id).await;
    assert_eq!((job.state, job.attempts), (JobState::Parked, 3));
    assert_eq!(handler.ran.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn poison_and_strangers_are_parked_at_once() {
    let store = MemoryStore::new();
    let handler = Arc::new(Scripted::default());
    handler.answers.lock().unwrap().push(JobError::Park("nobody has that address".into()));
    let poison = enqueue(&store, 1, "scripted").await;
    let stranger = enqueue(&store, 2, "unheard_of").await;
    worker(&store, handler).run_due().await.unwrap();
    for (id, reason) in [(poison, "nobody has that address"), (stranger, "unheard_of")] {
        let job = look(&store, id).await;
        assert_eq!((job.state, job.attempts), (JobState::Parked, 1));
        assert!(job.last_error.unwrap().contains(reason));
    }
}

#[tokio::test]
async fn a_worker_that_stops_lets_its_jobs_end() {
    let store = MemoryStore::new();
    let handler = Arc::new(Slow::default());
    let id = enqueue(&store, 1, "slow").await;
    let (worker, stop) = (worker(&store, handler.clone()), CancellationToken::new());
    let stopping = async {
        handler.begun.notified().await;
        stop.cancel();
        handler.may_end.notify_one();
    };
    tokio::join!(worker.run(stop.clone()), stopping);
    assert_eq!(look(&store, id).await.state, JobState::Done);
}

#[tokio::test]
async fn what_a_worker_says_after_its_lease_is_lost_does_not_count() {
    let store = MemoryStore::new();
    let handler = Arc::new(Slow::default());
    let id = enqueue(&store, 1, "slow").await;
    let slow = worker(&store, handler.clone());
    let settings = WorkerSettings { lease_seconds: 0, ..slow.settings };
    let slow = Worker { settings, ..slow };
    let other = LeaseId(Uuid::from_u128(77));
    let taken = async {
        handler.begun.notified().await;
        let mut unit = store.begin(Access::system_write()).await.unwrap();
        assert_eq!(unit.claim_jobs(other, 60, 1, &[]).await.unwrap().len(), 1, "the lease had run out");
        unit.commit().await.unwrap();
        handler.may_end.notify_one();
    };
    let (count, ()) = tokio::join!(slow.run_due(), taken);
    assert_eq!(count.unwrap(), 1);
    let job = look(&store, id).await;
    assert_eq!((job.state, job.lease.map(|(lease, _)| lease)), (JobState::Running, Some(other)));
}

/// Never ends by itself; says which jobs are under way.
#[derive(Default)]
struct Hanging {
    begun: Mutex<Vec<(AccountId, JobId)>>,
}

#[async_trait(?Send)]
impl JobHandler for Hanging {
    fn kind(&self) -> &'static str {
        "hanging"
    }
    fn policy(&self) -> RetryPolicy {
        RetryPolicy { max_attempts: 3, first_seconds: 0, longest_seconds: 0 }
    }
    fn at_once(&self) -> AtOnce {
        AtOnce { in_all: 5, of_one_account: 3 }
    }
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        self.begun.lock().unwrap().push((job.account_id, job.id));
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_hangs_keeps_nothing_else_waiting() {
    let store = MemoryStore::new();
    let (hanging, slow) = (Arc::new(Hanging::default()), Arc::new(Slow::default()));
    let [first, second] = [1, 2].map(|number| AccountId(Uuid::from_u128(number)));
    for number in 1..=20 {
        enqueue_of(&store, first, number, "hanging").await;
    }
    let seconds = enqueue_of(&store, second, 50, "hanging").await;
    enqueue_of(&store, first, 51, "slow").await;
    slow.may_end.notify_one();
    let ids = Arc::new(Numbers(AtomicU64::new(0)));
    let stop_within = Duration::from_millis(1);
    let settings =
        WorkerSettings { look_every: Duration::from_millis(5), stop_within, ..WorkerSettings::default() };
    let handlers: Vec<Arc<dyn JobHandler>> = vec![hanging.clone(), slow.clone()];
    let (worker, stop) =
        (Worker::new(Arc::new(store.clone()), ids, handlers, settings), CancellationToken::new());
    let watching = async {
        let begun = tokio::time::timeout(Duration::from_secs(30), slow.begun.notified()).await;
        stop.cancel();
        begun
    };
    let ((), begun) = tokio::join!(worker.run(stop.clone()), watching);
    begun.expect("another kind of job waited for those that hang");
    let begun = hanging.begun.lock().unwrap();
    let of_first = begun.iter().filter(|(account, _)| *account == first).count();
    assert_eq!((of_first, begun.len()), (3, 4));
    assert!(begun.contains(&(second, seconds)));
}

#[test]
fn there_is_room_for_what_is_not_full() {
    let lanes = lanes::Lanes::default();
    let account = |number| AccountId(Uuid::from_u128(number));
    let job = |number, kind: &str| Job {
        id: JobId(Uuid::from_u128(9)),
        account_id: account(number),
        kind: kind.into(),
        payload: serde_json::json!({}),
        dedupe_key: None,
        state: JobState::Running,
        attempts: 1,
        run_at: rf_kernel::Timestamp::from_unix(0).unwrap(),
        lease: None,
        last_error: None,
        created_at: rf_kernel::Timestamp::from_unix(0).unwrap(),
        finished_at: None,
    };
    let kinds = [
        ("mail", AtOnce { in_all: 4, of_one_account: 4 }),
        ("push", AtOnce { in_all: 5, of_one_account: 3 }),
    ];
    let room = || lanes.room(9, &kinds);
    let full = |kind: &str, account_id| Full { kind: kind.into(), account_id };
    assert_eq!(room(), Room { limit: 3, full: vec![] });
    let first = lanes.take(&job(1, "push"));
    assert_eq!(room(), Room { limit: 2, full: vec![] });
    let _more = [lanes.take(&job(1, "push")), lanes.take(&job(1, "push"))];
    assert_eq!(room(), Room { limit: 2, full: vec![full("push", Some(account(1)))] });
    let _others = [lanes.take(&job(2, "push")), lanes.take(&job(3, "push"))];
    assert_eq!(room(), Room { limit: 4, full: vec![full("push", None)] });
    let _mails = [lanes.take(&job(1, "mail")), lanes.take(&job(1, "mail")), lanes.take(&job(1, "mail"))];
    assert_eq!(room(), Room { limit: 1, full: vec![full("push", None)] });
    drop(first);
    assert_eq!(room(), Room { limit: 1, full: vec![] });
}
