//! Clients that are gone without a word: a laptop whose lid is closed, a phone out of reach, a firewall that forgot.
//!
//! No FIN comes, so a stream of events would keep its slot until the kernel gives up, which takes a quarter of an hour for what
//! was sent and two hours where nothing was. With these options the connection ends within about a minute: a heartbeat
//! every 25 seconds, and half a minute for it to be acknowledged.

use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::{SockRef, TcpKeepalive};

/// Without a word for so long, the other end is asked.
const IDLE: Duration = Duration::from_secs(20);
/// And again, so often.
const BETWEEN: Duration = Duration::from_secs(10);
/// Questions that may stay unanswered.
const QUESTIONS: u32 = 3;
/// What was sent has to be acknowledged within that time.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Lets the kernel notice that the other end of a connection has vanished.
pub(crate) fn notice_who_vanishes(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(IDLE).with_interval(BETWEEN).with_retries(QUESTIONS);
    let mut set = socket.set_tcp_keepalive(&keepalive);
    #[cfg(target_os = "linux")]
    {
        set = set.and_then(|()| socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED)));
    }
    if let Err(error) = set {
        // It is served all the same.
        tracing::debug!(%error, "a connection cannot be watched for a client that vanishes");
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use actix_web::rt::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_connection_is_watched() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        notice_who_vanishes(&accepted);
        let socket = SockRef::from(&accepted);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), IDLE);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), BETWEEN);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), QUESTIONS);
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(UNACKNOWLEDGED));
    }
}
