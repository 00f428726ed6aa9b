//! Which addresses are talked to. A team enters the address of its PSA or of a channel, so it is one somebody else chose:
//! without these checks it could be inside our network, and would be sent credentials there.

use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Which addresses may be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public network, over TLS.
    Public,
    /// This machine, with or without TLS: for the simulator. Never from what somebody entered.
    ThisMachine,
}

/// Why an address is not talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// It cannot be read as one.
    #[error("The address cannot be read.")]
    Unreadable,
    /// It names somebody before the host.
    #[error("The address names somebody before its host.")]
    NamesSomebody,
    /// What is on this machine is at one of its own addresses.
    #[error("The simulator is on this machine: 127.0.0.1 or [::1].")]
    NotThisMachine,
    /// It is not https.
    #[error("The address is talked to over https alone.")]
    NotHttps,
    /// Its port is one of another service.
    #[error("The address's port is not one of the web.")]
    Port,
    /// It is not of the public network.
    #[error("The address is not of the public network.")]
    NotPublic,
}

/// The address somebody entered, as far as it can be judged without asking anybody; without a scheme it is https.
///
/// # Errors
/// [`AddressRefused`], saying what is wrong with it.
pub fn vetted(entered: &str, reach: Reach) -> Result<Url, AddressRefused> {
    let entered = entered.trim();
    let with_scheme = if entered.contains("://") { entered.to_owned() } else { format!("https://{entered}") };
    let url = Url::parse(&with_scheme).map_err(|_| AddressRefused::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused::NamesSomebody);
    }
    match reach {
        Reach::ThisMachine => match url.host() {
            Some(Host::Ipv4(ip)) if ip.is_loopback() => {}
            Some(Host::Ipv6(ip)) if ip.is_loopback() => {}
            _ => return Err(AddressRefused::NotThisMachine),
        },
        Reach::Public => {
            if url.scheme() != "https" {
                return Err(AddressRefused::NotHttps);
            }
            if url.port().is_some_and(|port| port < 1_024) {
                return Err(AddressRefused::Port);
            }
            match url.host() {
                Some(Host::Domain(name)) if is_public_name(name) => {}
                Some(Host::Ipv4(ip)) if is_public(ip.into()) => {}
                Some(Host::Ipv6(ip)) if is_public(ip.into()) => {}
                _ => return Err(AddressRefused::NotPublic),
            }
        }
    }
    Ok(url)
}

/// What is at an address of this machine: one that somebody runs a simulator at, compared as an address and never by
/// name. All else has to be of the public network.
#[must_use]
pub fn reach_of(entered: &str, simulators: impl IntoIterator<Item = SocketAddr>) -> Reach {
    let named = Url::parse(entered.trim()).ok().and_then(|url| {
        let ip = match url.host()? {
            Host::Ipv4(ip) => ip.into(),
            Host::Ipv6(ip) => ip.into(),
            // Names are never this machine, whatever they stand for.
            Host::Domain(_) => return None,
        };
        Some(SocketAddr::new(ip, url.port_or_known_default()?))
    });
    match named {
        Some(named) if simulators.into_iter().any(|one| one == named) => Reach::ThisMachine,
        _ => Reach::Public,
    }
}

/// A name with a dot, and not one that stands for this machine or a network of its own.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_lowercase();
    let inside =
        ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test"];
    match name.rsplit_once('.') {
        Some((_, last)) => !inside.contains(&last),
        None => false,
    }
}

/// Whether an address is of the public network. What is not known to be is not.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        // Carrier-grade NAT, protocol assignments, the old 6to4 relays, benchmarks, and from 224 on multicast and reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // An IPv4 address in another dress: mapped, through NAT64, through 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Protocol assignments (Teredo among them), documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // All that is handed out for the public network so far.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// A name leads somewhere we do not go.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not of the public network")]
pub struct LeadsInside;

/// An answer to a name, in the making.
pub type Lookup = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// What names stand for.
pub trait Names: Send + Sync {
    /// The addresses of a name.
    fn lookup(&self, name: String) -> Lookup;
}

/// As this machine has it.
pub struct System;

impl Names for System {
    fn lookup(&self, name: String) -> Lookup {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// Resolves names for the very connection that is made, and refuses those with any address inside: a name that changes
/// its mind between a check and a call gains nothing.
pub(crate) struct Guard(pub(crate) Arc<dyn Names>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.lookup(name.as_str().to_owned());
        Box::pin(async move {
            let found = lookup.await?;
            if found.iter().all(|address| is_public(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(LeadsInside.into())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sites_of_the_public_network_are_talked_to() {
        for (entered, expected) in [
            (" https://EU.myconnectwise.net/ ", "https://eu.myconnectwise.net/"),
            ("psa.brightwater.example", "https://psa.brightwater.example/"),
            ("https://psa.brightwater.example:8443", "https://psa.brightwater.example:8443/"),
            ("https://93.184.216.34", "https://93.184.216.34/"),
            ("https://[2606:4700::1111]", "https://[2606:4700::1111]/"),
        ] {
            assert_eq!(vetted(entered, Reach::Public).unwrap().as_str(), expected, "{entered}");
        }
    }

    #[test]
    fn no_way_of_writing_an_inner_address_is_talked_to() {
        for entered in [
            "",
            " ",
            "https://",
            "http://na.myconnectwise.net",
            "ftp://na.myconnectwise.net",
            "file:///etc/passwd",
            "gopher://psa.example",
            "javascript:alert(1)",
            "localhost",
            "LOCALHOST.",
            "https://localhost:8443",
            "api.localhost",
            "psa",
            "psa.local",
            "psa.internal",
            "metadata.google.internal",
            "1.0.0.127.in-addr.arpa",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "https://127.0.0.1:8443",
            "0.0.0.0",
            "0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "169.254.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:a00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[100::1]",
            "https://user@na.myconnectwise.net",
            "https://user:pass@na.myconnectwise.net",
            "https://na.myconnectwise.net@127.0.0.1",
            "https://na.myconnectwise.net:22",
            "https://na.myconnectwise.net:25",
            "https://na.myconnectwise.net:80",
            "https://127。0。0。1",
            "https://①②⑦.0.0.1",
            "https://na.myconnectwise.net:99999",
            "https://a b.example",
            "//127.0.0.1",
            "https:///127.0.0.1",
            "https://127.0.0.1\\@na.myconnectwise.net",
        ] {
            assert!(vetted(entered, Reach::Public).is_err(), "{entered:?}");
        }
    }

    /// Says what it likes, every time anew.
    struct Rebinding(std::sync::Mutex<Vec<Vec<&'static str>>>);

    impl Names for Rebinding {
        fn lookup(&self, _: String) -> Lookup {
            let found = self.0.lock().unwrap().pop().unwrap_or_default();
            Box::pin(async move {
                Ok(found.into_iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect())
            })
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed_there() {
        let canary = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        canary.set_nonblocking(true).unwrap();
        let port = canary.local_addr().unwrap().port();
        for found in
            [vec!["127.0.0.1"], vec!["93.184.216.34", "127.0.0.1"], vec!["::ffff:127.0.0.1"], vec!["::1"]]
        {
            let names = Arc::new(Rebinding(vec![found.clone()].into()));
            let way = crate::Outbound::new(Reach::Public, Duration::from_secs(5), names).unwrap();
            let address = format!("https://psa.brightwater.example:{port}/");
            let refused = way.send(|http| http.get(address)).await;
            assert_eq!(refused.unwrap_err(), crate::Trouble::Inside, "{found:?}");
        }
        let nobody = canary.accept().map(drop).unwrap_err();
        assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock, "nobody came");
    }

    #[test]
    fn the_simulator_is_on_this_machine_alone() {
        let simulator = vetted("http://127.0.0.1:4000", Reach::ThisMachine).unwrap();
        assert_eq!(simulator.as_str(), "http://127.0.0.1:4000/");
        for entered in ["http://10.0.0.1", "https://na.myconnectwise.net", "http://localhost:4000"] {
            assert!(vetted(entered, Reach::ThisMachine).is_err(), "{entered}");
        }
    }

    #[test]
    fn this_machine_is_talked_to_at_the_simulators_addresses_alone() {
        let two = [8025, 8026].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        assert_eq!(reach_of(" http://127.0.0.1:8025/ ", two), Reach::ThisMachine);
        assert_eq!(reach_of("http://127.0.0.1:8026", two), Reach::ThisMachine);
        for other in [
            "http://127.0.0.1:8027",
            "https://127.0.0.1",
            "http://localhost:8025",
            "http://127.0.0.2:8025",
            "http://[::1]:8025",
            "127.0.0.1:8025",
            "eu.myconnectwise.net",
        ] {
            assert_eq!(reach_of(other, two), Reach::Public, "{other}");
        }
        assert_eq!(reach_of("http://127.0.0.1:8025", None), Reach::Public);
    }
}
