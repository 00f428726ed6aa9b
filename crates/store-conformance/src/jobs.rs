//! The job queue: each job is one worker's at a time, and no job is lost.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rf_jobs::{AfterFailure, EnqueueOutcome, Full, Job, JobSpec, JobState};
use rf_kernel::{JobId, LeaseId, Page};
use rf_store::Store;

use crate::fixtures::{self as fx, ALL, Tenant, system, system_read};

async fn enqueue(store: &dyn Store, jobs: &[&JobSpec]) {
    let mut unit = system(store).await;
    for job in jobs {
        assert_eq!(unit.enqueue_job(job).await.unwrap(), EnqueueOutcome::Enqueued);
    }
    unit.commit().await.unwrap();
}

async fn claim(store: &dyn Store, lease: LeaseId, seconds: i64, limit: u64) -> Vec<Job> {
    let mut unit = system(store).await;
    let jobs = unit.claim_jobs(lease, seconds, limit, &[]).await.unwrap();
    unit.commit().await.unwrap();
    jobs
}

async fn look(store: &dyn Store, id: JobId) -> Job {
    system_read(store).await.job_by_id(id).await.unwrap().unwrap()
}

async fn fail(store: &dyn Store, id: JobId, lease: LeaseId, then: AfterFailure) {
    let mut unit = system(store).await;
    assert!(unit.fail_job(id, lease, "the server is away", then).await.unwrap());
    unit.commit().await.unwrap();
}

async fn finish(store: &dyn Store, id: JobId, lease: LeaseId) -> bool {
    let mut unit = system(store).await;
    let held = unit.finish_job(id, lease).await.unwrap();
    unit.commit().await.unwrap();
    held
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

/// All fields come back, as a job goes through its life.
pub async fn a_job_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let spec = JobSpec { dedupe_key: Some("mail:ä".into()), ..fx::job(tenant.id()) };
    enqueue(store, &[&spec]).await;
    let new = look(store, spec.id).await;
    let expected = Job {
        id: spec.id,
        account_id: tenant.id(),
        kind: spec.kind.clone(),
        payload: spec.payload.clone(),
        dedupe_key: spec.dedupe_key.clone(),
        state: JobState::Ready,
        attempts: 0,
        run_at: new.created_at,
        lease: None,
        last_error: None,
        created_at: new.created_at,
        finished_at: None,
    };
    assert_eq!(new, expected);
    let lease = fx::id();
    let claimed = claim(store, lease, 600, 5).await;
    let until = claimed[0].lease.unwrap().1;
    let running = Job { state: JobState::Running, attempts: 1, lease: Some((lease, until)), ..expected };
    assert_eq!(claimed, std::slice::from_ref(&running));
    assert!((590..=660).contains(&until.seconds_since(running.created_at)), "{until}");
    assert!(finish(store, spec.id, lease).await);
    let done = look(store, spec.id).await;
    assert!(done.finished_at.unwrap() >= running.created_at);
    let finished_at = done.finished_at;
    assert_eq!(done, Job { state: JobState::Done, lease: None, finished_at, ..running });
    assert_eq!(system_read(store).await.job_by_id(fx::id()).await.unwrap(), None);
}

/// What is not due yet waits; what is leased or done is not given away.
pub async fn jobs_are_claimed_when_due_longest_due_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let after = |seconds| JobSpec { delay_seconds: seconds, ..fx::job(tenant.id()) };
    let (later, recent, old, oldest) = (after(3_600), after(-10), after(-100), after(-1_000));
    assert!(!system_read(store).await.has_due_jobs(&[]).await.unwrap());
    enqueue(store, &[&later]).await;
    assert!(!system_read(store).await.has_due_jobs(&[]).await.unwrap());
    enqueue(store, &[&recent, &oldest, &old]).await;
    assert!(system_read(store).await.has_due_jobs(&[]).await.unwrap());
    assert_eq!(ids(&claim(store, fx::id(), 60, 2).await), [oldest.id, old.id]);
    assert_eq!(ids(&claim(store, fx::id(), 60, 2).await), [recent.id]);
    assert!(claim(store, fx::id(), 60, 2).await.is_empty());
    assert!(!system_read(store).await.has_due_jobs(&[]).await.unwrap());
}

/// Of a kind, or of an account's jobs of a kind, that nobody wants just now, none is given away; all else is.
pub async fn what_is_full_is_passed_over(store: &dyn Store) {
    let (one, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let of = |tenant: &Tenant, kind: &str, seconds| JobSpec {
        kind: kind.into(),
        delay_seconds: seconds,
        ..fx::job(tenant.id())
    };
    let (push, mail) = (of(&one, "push", -100), of(&one, "mail", -90));
    let (others_push, others_mail) = (of(&other, "push", -80), of(&other, "mail", -70));
    enqueue(store, &[&push, &mail, &others_push, &others_mail]).await;
    let full = |kind: &str, account_id| Full { kind: kind.into(), account_id };
    let given = async |full: &[Full]| {
        let mut unit = system(store).await;
        let due = unit.has_due_jobs(full).await.unwrap();
        // Not committed: nobody has them afterwards.
        let jobs = unit.claim_jobs(fx::id(), 60, 10, full).await.unwrap();
        assert_eq!(due, !jobs.is_empty());
        ids(&jobs)
    };
    assert_eq!(given(&[full("push", None)]).await, [mail.id, others_mail.id]);
    assert_eq!(given(&[full("push", Some(one.id()))]).await, [mail.id, others_push.id, others_mail.id]);
    let both = [full("push", Some(one.id())), full("mail", Some(other.id()))];
    assert_eq!(given(&both).await, [mail.id, others_push.id]);
    assert!(given(&[full("push", None), full("mail", None)]).await.is_empty());
    assert_eq!(given(&[full("pus", None)]).await.len(), 4, "by its whole name");
}

/// A second job with the key is an outcome and not an error, for as long as the first is there.
pub async fn a_key_is_taken_once_in_an_account(store: &dyn Store) {
    let tenants = [Tenant::keep(store).await, Tenant::keep(store).await];
    let keyed = |tenant: &Tenant| JobSpec { dedupe_key: Some("cron:1".into()), ..fx::job(tenant.id()) };
    for tenant in &tenants {
        let first = keyed(tenant);
        enqueue(store, &[&first, &fx::job(tenant.id()), &fx::job(tenant.id())]).await;
        let mut unit = system(store).await;
        assert_eq!(unit.enqueue_job(&keyed(tenant)).await.unwrap(), EnqueueOutcome::Duplicate);
        unit.commit().await.unwrap();
        let lease = fx::id();
        claim(store, lease, 60, 10).await;
        assert!(finish(store, first.id, lease).await);
        let mut unit = tenant.write(store).await;
        assert_eq!(unit.enqueue_job(&keyed(tenant)).await.unwrap(), EnqueueOutcome::Duplicate, "done, too");
        unit.commit().await.unwrap();
    }
    assert_eq!(system_read(store).await.list_jobs(None, ALL).await.unwrap().len(), 6);
}

/// Six workers, sixty jobs: each job has one of them, and none is left.
pub async fn of_simultaneous_workers_one_gets_each_job(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let jobs: Vec<_> = (0..60).map(|_| fx::job(tenant.id())).collect();
    enqueue(store, &jobs.iter().collect::<Vec<_>>()).await;
    let worker = async |_| {
        let mut mine = Vec::new();
        loop {
            let got = claim(store, fx::id(), 600, 3).await;
            if got.is_empty() && !system_read(store).await.has_due_jobs(&[]).await.unwrap() {
                return mine;
            }
            mine.extend(got);
        }
    };
    let claimed: Vec<Job> = join_all((0..6).map(worker)).await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 60, "no job twice");
    assert_eq!(ids(&claimed).into_iter().collect::<BTreeSet<_>>().len(), 60);
    assert!(claimed.iter().all(|job| job.attempts == 1));
}

/// Counted as another attempt.
pub async fn a_lease_that_ran_out_is_another_worker_s(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let job = fx::job(tenant.id());
    enqueue(store, &[&job]).await;
    let (first, second) = (fx::id(), fx::id());
    assert_eq!(claim(store, first, -1, 1).await.len(), 1);
    assert!(system_read(store).await.has_due_jobs(&[]).await.unwrap());
    let taken = claim(store, second, 600, 1).await;
    assert_eq!((taken[0].attempts, taken[0].lease.unwrap().0), (2, second));
    // One that was extended in time is not.
    let mut unit = system(store).await;
    assert!(unit.extend_lease(job.id, second, -1).await.unwrap());
    assert!(unit.extend_lease(job.id, second, 600).await.unwrap());
    unit.commit().await.unwrap();
    assert!(claim(store, fx::id(), 600, 1).await.is_empty());
}

/// Whoever lost it can neither finish, fail nor keep the job.
pub async fn a_lost_lease_changes_nothing(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let job = fx::job(tenant.id());
    enqueue(store, &[&job]).await;
    let (lost, held) = (fx::id(), fx::id());
    claim(store, lost, -1, 1).await;
    claim(store, held, 600, 1).await;
    let before = look(store, job.id).await;
    let mut unit = system(store).await;
    assert!(!unit.finish_job(job.id, lost).await.unwrap());
    assert!(!unit.extend_lease(job.id, lost, 600).await.unwrap());
    for then in [AfterFailure::Retry(0), AfterFailure::Park] {
        assert!(!unit.fail_job(job.id, lost, "late", then).await.unwrap());
    }
    unit.commit().await.unwrap();
    assert_eq!(look(store, job.id).await, before);
    assert!(finish(store, job.id, held).await);
    assert!(!finish(store, job.id, held).await, "a job is finished once");
}

/// The next time is moved; a parked job is nobody's.
pub async fn a_failed_job_waits_or_is_parked(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let job = fx::job(tenant.id());
    enqueue(store, &[&job]).await;
    let lease = fx::id();
    claim(store, lease, 600, 1).await;
    fail(store, job.id, lease, AfterFailure::Retry(3_600)).await;
    let waiting = look(store, job.id).await;
    assert_eq!((waiting.state, waiting.attempts, waiting.lease), (JobState::Ready, 1, None));
    assert_eq!(waiting.last_error.as_deref(), Some("the server is away"));
    assert!((3_590..=3_660).contains(&waiting.run_at.seconds_since(waiting.created_at)));
    assert!(claim(store, fx::id(), 600, 1).await.is_empty());

    let job = fx::job(tenant.id());
    enqueue(store, &[&job]).await;
    for attempt in 1..=2 {
        let lease = fx::id();
        assert_eq!(claim(store, lease, 600, 1).await[0].attempts, attempt);
        let then = if attempt == 1 { AfterFailure::Retry(0) } else { AfterFailure::Park };
        fail(store, job.id, lease, then).await;
    }
    let parked = look(store, job.id).await;
    assert_eq!((parked.state, parked.lease), (JobState::Parked, None));
    assert!(parked.finished_at.is_some());
    assert!(claim(store, fx::id(), 600, 1).await.is_empty());
}

/// Due at once, with all its attempts before it; jobs in any other state stay as they are.
pub async fn a_parked_job_is_retried_by_hand(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let job = fx::job(tenant.id());
    enqueue(store, &[&job]).await;
    let retry = async |expected: bool| {
        let mut unit = system(store).await;
        assert_eq!(unit.retry_job(job.id).await.unwrap(), expected);
        unit.commit().await.unwrap();
    };
    retry(false).await;
    let lease = fx::id();
    claim(store, lease, 600, 1).await;
    retry(false).await;
    fail(store, job.id, lease, AfterFailure::Park).await;
    retry(true).await;
    retry(false).await;
    let ready = look(store, job.id).await;
    assert_eq!((ready.state, ready.attempts, ready.finished_at), (JobState::Ready, 0, None));
    assert_eq!(claim(store, fx::id(), 600, 1).await.len(), 1);
    assert!(!system(store).await.retry_job(fx::id()).await.unwrap());
}

/// Only those that were done, and long enough ago.
pub async fn old_done_jobs_are_pruned(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (done, parked, waiting) = (fx::job(tenant.id()), fx::job(tenant.id()), fx::job(tenant.id()));
    enqueue(store, &[&done, &parked]).await;
    let lease = fx::id();
    claim(store, lease, 600, 2).await;
    assert!(finish(store, done.id, lease).await);
    fail(store, parked.id, lease, AfterFailure::Park).await;
    enqueue(store, &[&waiting]).await;
    let prune = async |seconds| {
        let mut unit = system(store).await;
        let count = unit.prune_jobs(seconds).await.unwrap();
        unit.commit().await.unwrap();
        count
    };
    assert_eq!(prune(3_600).await, 0);
    assert_eq!(prune(-5).await, 1);
    let mut unit = system_read(store).await;
    let left: BTreeSet<_> = ids(&unit.list_jobs(None, ALL).await.unwrap()).into_iter().collect();
    assert_eq!(left, BTreeSet::from([parked.id, waiting.id]));
}

/// Of every account, in one state or in all, page by page.
pub async fn jobs_are_listed_newest_first(store: &dyn Store) {
    let tenants = [Tenant::keep(store).await, Tenant::keep(store).await];
    let mut expected = Vec::new();
    for n in 0..5 {
        let job = fx::job(tenants[n % 2].id());
        enqueue(store, &[&job]).await;
        expected.insert(0, job.id);
    }
    let lease = fx::id();
    let running = claim(store, lease, 600, 1).await[0].id;
    let mut unit = system_read(store).await;
    assert_eq!(ids(&unit.list_jobs(None, ALL).await.unwrap()), expected);
    let page = Page { skip: 1, limit: 2 };
    assert_eq!(ids(&unit.list_jobs(None, page).await.unwrap()), expected[1..3]);
    assert_eq!(ids(&unit.list_jobs(Some(JobState::Running), ALL).await.unwrap()), [running]);
    expected.retain(|id| *id != running);
    assert_eq!(ids(&unit.list_jobs(Some(JobState::Ready), ALL).await.unwrap()), expected);
    assert_eq!(unit.list_jobs(Some(JobState::Parked), ALL).await.unwrap(), []);
}

/// A change that does not happen asks for nothing.
pub async fn a_job_is_kept_with_its_unit_or_not_at_all(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.write(store).await;
    unit.enqueue_job(&fx::job(tenant.id())).await.unwrap();
    unit.insert_mail(&fx::mail(tenant.id())).await.unwrap();
    drop(unit);
    let mut unit = system_read(store).await;
    assert_eq!(unit.list_jobs(None, ALL).await.unwrap(), []);
    assert_eq!(unit.list_mails(None, ALL).await.unwrap(), []);
}
