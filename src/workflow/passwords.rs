//! Password hashing in a bounded pool of its own threads.
//!
//! One Argon2id hash (19 MiB, t = 2) costs about 22 ms of a core. If 1,788 people sign in within a
//! minute, the pages must stay quick: hashing never gets more than its threads, the rest waits in a
//! bounded queue, and beyond that a visitor is asked to try again in a moment.

use std::sync::{Arc, Mutex, mpsc};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

/// Waiting hashes at most; about half a minute of work for one thread.
const QUEUE: usize = 1024;

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many people at once; try again in a moment.
    #[error("the password queue is full")]
    Busy,
    /// The hasher refused; never for a password within the length limits.
    #[error("password hashing failed")]
    Failed,
}

/// Memory in KiB, passes and lanes of a new hash (OWASP's first choice for Argon2id).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Whether a stored hash was made with less or other effort than a new one would be.
pub fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = COST;
    !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

enum Job {
    Hash(String, oneshot::Sender<Result<String, PasswordError>>),
    Verify {
        password: String,
        hash: Option<String>,
        reply: oneshot::Sender<bool>,
    },
}

/// The pool. Clones share it; its threads end with the last clone.
#[derive(Clone)]
pub struct PasswordPool {
    jobs: mpsc::SyncSender<Job>,
}

impl PasswordPool {
    /// A pool of so many threads (at least one).
    pub fn new(threads: usize) -> Self {
        let (jobs, queue) = mpsc::sync_channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || work(&queue));
        }
        Self { jobs }
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Hash(password.to_owned(), reply))?;
        answer.await.map_err(|_| PasswordError::Failed)?
    }

    /// Whether the password fits. Without a hash it takes as long and says no, so that nobody learns
    /// which accounts exist.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, PasswordError> {
        let (reply, answer) = oneshot::channel();
        let hash = hash.map(ToOwned::to_owned);
        self.send(Job::Verify {
            password: password.to_owned(),
            hash,
            reply,
        })?;
        answer.await.map_err(|_| PasswordError::Failed)
    }

    fn send(&self, job: Job) -> Result<(), PasswordError> {
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => PasswordError::Busy,
            mpsc::TrySendError::Disconnected(_) => PasswordError::Failed,
        })
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    let (memory, passes, lanes) = COST;
    let params =
        Params::new(memory, passes, lanes, None).expect("constants within Argon2's bounds");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let nobody = argon2
        .hash_password(b"nobody has this password")
        .map(|hash| hash.to_string());
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        match job {
            Err(_) => return,
            Ok(Job::Hash(password, reply)) => {
                let hash = argon2.hash_password(password.as_bytes());
                // The visitor may have left; then nobody listens.
                let _ = reply.send(
                    hash.map(|h| h.to_string())
                        .map_err(|_| PasswordError::Failed),
                );
            }
            Ok(Job::Verify {
                password,
                hash,
                reply,
            }) => {
                let known = hash.is_some();
                let hash = hash
                    .or_else(|| nobody.as_ref().ok().cloned())
                    .unwrap_or_default();
                let fits = PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok());
                let _ = reply.send(fits && known);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let pool = PasswordPool::new(1);
        let hash = pool
            .hash("みかん 電車 ゆうびん 青空")
            .await
            .expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!is_outdated(&hash));
        assert!(is_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA"));
        assert_eq!(
            pool.verify("みかん 電車 ゆうびん 青空", Some(&hash)).await,
            Ok(true)
        );
        assert_eq!(
            pool.verify("みかん 電車 ゆうびん 赤空", Some(&hash)).await,
            Ok(false)
        );
        assert_eq!(
            pool.verify("nobody has this password", None).await,
            Ok(false)
        );
    }
}
