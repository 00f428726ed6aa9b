//! A Redis of a test's own.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
};

/// A Redis that keeps nothing and ends with the test. Needs the program `redis-server`.
#[derive(Debug)]
pub struct RedisServer {
    process: Child,
    port: u16,
    /// Where it is at home.
    _dir: tempfile::TempDir,
}

impl RedisServer {
    /// On a free port. It may not take connections yet; who connects tries again.
    #[must_use]
    pub fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        Self::start_on(port)
    }

    /// On that port.
    #[must_use]
    pub fn start_on(port: u16) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server: install it (Debian: sudo apt-get install redis-server)");
        Self { process, port, _dir: dir }
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // One that has ended already is as good.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
