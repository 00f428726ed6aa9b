//! The threads that hash: as many as may hash at once, and of a lower priority than all else, so that a hundred sign-ins
//! take what the others leave over instead of half of every core.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// How much nicer than the rest of the process (`nice(2)`): about a tenth of the weight where somebody else wants the core.
const NICER: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// Ends with what was handed in done, once it is dropped.
#[derive(Debug)]
pub(super) struct HashingThreads(Sender<Work>);

impl HashingThreads {
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(count: usize) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let receiver = Arc::clone(&receiver);
            thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&receiver))?;
        }
        Ok(Self(sender))
    }

    /// Does it as soon as a thread is free, in the order of the calls. `None`: it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        // Whoever asked may be gone; that nobody listens is no matter of the thread's.
        let work = Box::new(move || drop(answer.send(work())));
        self.0.send(work).ok()?;
        answered.await.ok()
    }
}

fn work(receiver: &Mutex<Receiver<Work>>) {
    // On Linux this is of the thread alone. Where it is refused, hashing takes its equal share as before.
    let _ = rustix::process::nice(NICER);
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(next) = next else { return };
        // A panic is the caller's answer, not the end of the thread.
        drop(catch_unwind(AssertUnwindSafe(next)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priority() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[tokio::test]
    async fn they_give_way_to_the_thread_that_asks() {
        let threads = HashingThreads::start(1).unwrap();
        let own = priority();
        assert_eq!(threads.run(priority).await, Some((own + NICER).min(19)));
        assert_eq!(priority(), own);
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_and_the_thread_goes_on() {
        let threads = HashingThreads::start(1).unwrap();
        assert_eq!(threads.run(|| panic!("on purpose")).await, None::<()>);
        assert_eq!(threads.run(|| 7).await, Some(7));
    }
}
