//! The adapter against the simulator, over real sockets: what is taken, every way to fail, and that nothing leaves by
//! another way.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use rf_channel_webhooks::ChannelWebhooks;
use rf_kernel::ChannelId;
use rf_notifications::{Card, ChannelError, ChannelKind, ChannelPoster};
use rf_outbound::{Lookup, Names, System};
use rf_simulators::channels::{Fault, FaultRule, Simulator};
use serde_json::Value;
use uuid::Uuid;

const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(7));

fn body(kind: ChannelKind) -> Value {
    let card = Card {
        heading: "Escalated",
        title: "Escalation from Jane · #12345: Outlook asks for its password <again>",
        body: Some("Nothing helped.\nSee the log."),
        link: "https://desk.example/pilot/7",
    };
    card.for_chat(kind)
}

fn poster(simulator: &Simulator, deadline: Duration) -> ChannelWebhooks {
    ChannelWebhooks::with(Vec::new(), Some(simulator.address()), Arc::new(System), deadline)
}

fn fails(simulator: &Simulator, fault: Fault) {
    simulator.clear_faults();
    simulator.add_fault(FaultRule { method: None, path: "/services".into(), calls: Vec::new(), fault });
}

#[tokio::test]
async fn both_chats_take_what_we_write() {
    let simulator = Simulator::start().unwrap();
    let poster = poster(&simulator, Duration::from_secs(5));
    for (kind, url) in
        [(ChannelKind::Slack, simulator.slack("a")), (ChannelKind::Teams, simulator.teams("b"))]
    {
        assert_eq!(poster.check(kind, &url).as_deref(), Ok("127.0.0.1"));
        poster.post(CHANNEL, kind, &url.into(), &body(kind)).await.unwrap();
    }
    let posted = simulator.posted();
    assert_eq!(posted.len(), 2);
    assert_eq!(posted[0].body, body(ChannelKind::Slack));
    assert_eq!(posted[1].body, body(ChannelKind::Teams));
    simulator.stop().await.unwrap();
}

#[tokio::test]
async fn each_way_to_fail_is_told_from_the_others() {
    let simulator = Simulator::start().unwrap();
    let poster = poster(&simulator, Duration::from_millis(500));
    let post =
        async |kind: ChannelKind, url: String| poster.post(CHANNEL, kind, &url.into(), &body(kind)).await;
    let slack = || post(ChannelKind::Slack, simulator.slack("s3cret"));
    let told = |answer: Result<(), ChannelError>| {
        let error = answer.unwrap_err();
        assert!(!error.to_string().contains("s3cret") && !error.to_string().contains("127.0.0.1"), "{error}");
        error
    };

    fails(&simulator, Fault::ServerError);
    assert!(matches!(told(slack().await), ChannelError::Later { retry_after: None, .. }));
    fails(&simulator, Fault::Redirect);
    assert!(matches!(told(slack().await), ChannelError::Refused(_)));
    fails(&simulator, Fault::BadGatewayPage);
    assert!(matches!(told(slack().await), ChannelError::Unknown(_)));
    fails(&simulator, Fault::Slow { milliseconds: 1_500 });
    assert!(matches!(told(slack().await), ChannelError::Unknown(_)));
    for fault in [Fault::DropBeforeCommit, Fault::DropAfterCommit] {
        fails(&simulator, fault);
        assert!(matches!(told(slack().await), ChannelError::Unknown(_)), "{fault:?}");
    }
    simulator.clear_faults();
    simulator.close("s3cret");
    assert!(
        matches!(told(slack().await), ChannelError::Refused(words) if words.contains("channel_is_archived"))
    );
    let teams = post(ChannelKind::Teams, simulator.teams("s3cret")).await;
    assert!(matches!(told(teams), ChannelError::Refused(words) if words.contains("no webhook")));
    let paths: Vec<_> = simulator.journal().into_iter().map(|call| call.path).collect();
    assert!(paths.iter().all(|path| !path.starts_with("/sim")), "no redirect was followed: {paths:?}");

    // Last: from here on this chat is left alone for as long as it asked.
    fails(&simulator, Fault::TooManyRequests { retry_after: 30 });
    let calls = simulator.journal().len();
    for _ in 0..2 {
        let open = post(ChannelKind::Slack, simulator.slack("open")).await;
        assert!(matches!(told(open), ChannelError::Later { retry_after: Some(29 | 30), .. }));
    }
    assert_eq!(simulator.journal().len(), calls + 1, "and is not asked meanwhile");
    let url = simulator.slack("open");
    simulator.stop().await.unwrap();
    let other = ChannelId(Uuid::from_u128(8));
    let away = poster.post(other, ChannelKind::Slack, &url.into(), &body(ChannelKind::Slack)).await;
    assert!(matches!(told(away), ChannelError::Later { retry_after: None, .. }), "nobody is there");
}

/// Says that every name is this machine.
struct Inside;

impl Names for Inside {
    fn lookup(&self, _: String) -> Lookup {
        Box::pin(async { Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]) })
    }
}

#[tokio::test]
async fn a_webhook_whose_name_leads_inside_is_not_talked_to() {
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let port = canary.local_addr().unwrap().port();
    let poster = ChannelWebhooks::with(Vec::new(), None, Arc::new(Inside), Duration::from_secs(5));
    let post = async |url: String| {
        let body = body(ChannelKind::Slack);
        poster.post(CHANNEL, ChannelKind::Slack, &url.into(), &body).await.unwrap_err()
    };
    for url in [
        format!("https://hooks.slack.com:{port}/services/T0/B0/x"),
        format!("https://127.0.0.1:{port}/services/T0/B0/x"),
        format!("http://127.0.0.1:{port}/services/T0/B0/x"),
        format!("http://hooks.slack.com:{port}/services/T0/B0/x"),
        format!("https://hooks.slack.com@127.0.0.1:{port}/services/T0/B0/x"),
        format!("https://[::ffff:127.0.0.1]:{port}/services/T0/B0/x"),
    ] {
        assert!(matches!(post(url.clone()).await, ChannelError::Refused(_)), "{url}");
    }
    let nobody = canary.accept().map(drop).unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock, "nobody came");
}
