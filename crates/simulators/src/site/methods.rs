//! What every simulator has.

/// What every simulator has, whatever is on it: the type has a field `site`.
macro_rules! site_methods {
    ($simulator:ident) => {
        impl $simulator {
            /// Starts one on a free port of this machine.
            ///
            /// # Errors
            /// When there is no port to listen on.
            pub fn start() -> std::io::Result<Self> {
                Self::start_at(std::net::SocketAddr::from(([127, 0, 0, 1], 0)))
            }

            /// Starts one at an address of this machine.
            ///
            /// # Errors
            /// When it cannot listen there, or the address is one that others can reach.
            pub fn start_at(address: std::net::SocketAddr) -> std::io::Result<Self> {
                Ok(Self { site: crate::site::Site::start_at(address)? })
            }

            /// Where it listens.
            #[must_use]
            pub const fn address(&self) -> std::net::SocketAddr {
                self.site.address()
            }

            /// What to enter as the site of a connection.
            #[must_use]
            pub fn url(&self) -> String {
                self.site.url()
            }

            /// Listens at another address of this machine as well and speaks TLS there, with a certificate made now. Within a
            /// runtime; until what is given back is dropped.
            ///
            /// # Errors
            /// As [`Self::start_at`]; when it listens over TLS already.
            pub fn listen_tls(&self, address: std::net::SocketAddr) -> std::io::Result<crate::site::Tls> {
                self.site.listen_tls(address)
            }

            /// Everything as at the start; the journal is empty and no fault is left.
            pub fn reset(&self) {
                self.site.reset();
            }

            /// Lets something go wrong.
            pub fn add_fault(&self, rule: FaultRule) {
                self.site.add_fault(rule);
            }

            /// Lets nothing go wrong any more.
            pub fn clear_faults(&self) {
                self.site.clear_faults();
            }

            /// Does what [`Fault::DropAndCommitLater`] held back; how many requests that were.
            pub fn release(&self) -> usize {
                self.site.release()
            }

            /// All calls since the start or the last reset, in the order they came.
            #[must_use]
            pub fn journal(&self) -> Vec<Call> {
                self.site.journal()
            }

            /// Waits until the journal has so many calls.
            pub async fn calls(&self, at_least: usize) {
                self.site.calls(at_least).await;
            }

            /// Waits until nobody is connected any more: what was sent before has been met, or never will be.
            pub async fn disconnected(&self) {
                self.site.disconnected().await;
            }

            /// Answers what has begun and ends.
            ///
            /// # Errors
            /// When the server had ended with an error before.
            pub async fn stop(self) -> std::io::Result<()> {
                self.site.stop().await
            }
        }
    };
}
pub(crate) use site_methods;
