//! How sure a match is.

/// What is known of a match.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    /// What its words earned it.
    pub points: f32,
    /// The part of what the ticket says that it explains.
    pub explained: f32,
    /// How far the next one is behind, or how far it is behind the best: -1 to 1, in parts of the better one.
    pub margin: f32,
    /// The part of its name the ticket says.
    pub name: f32,
}

/// A lead of less than this part of the points is none.
const CLOSE: f32 = 0.12;
/// What one that has no lead gets at most: people choose between the two.
const UNDECIDED: f64 = 0.79;

impl Features {
    /// Whether another flow fits about as well.
    pub(super) fn is_close(&self) -> bool {
        self.margin.abs() < CLOSE
    }
}

/// The part of matches like this one that are right, 0 to 1.
///
/// A logistic regression over the first matches of the tuning part of `eval/tickets.yaml` (164 tickets), with a
/// wrong match weighing three times a right one: to lead somebody the wrong way costs more than to ask.
pub(super) fn confidence(features: &Features) -> f64 {
    let Features { points, explained, margin, name } = *features;
    let z = -6.3 + 5.05 * points.ln_1p() + 0.61 * explained + 1.37 * margin + 1.73 * name;
    let sure = f64::from(1.0 / (1.0 + (-z).exp()));
    if features.is_close() { sure.min(UNDECIDED) } else { sure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_clear_without_a_lead_and_everything_makes_surer() {
        let some = Features { points: 2.0, explained: 0.5, margin: 0.5, name: 0.5 };
        for more in [
            Features { points: 3.0, ..some },
            Features { explained: 0.9, ..some },
            Features { margin: 0.9, ..some },
            Features { name: 1.0, ..some },
        ] {
            assert!(confidence(&more) > confidence(&some), "{more:?}");
        }
        let all = Features { points: 50.0, explained: 1.0, margin: 0.0, name: 1.0 };
        assert!(confidence(&all) < 0.8);
        assert!(confidence(&Features { margin: 1.0, ..all }) > 0.99);
        assert!(confidence(&Features::default()) < 0.01);
    }
}
