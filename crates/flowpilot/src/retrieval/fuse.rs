//! Two orders made one, by reciprocal ranks.

use rf_kernel::TreeId;

use crate::FlowMatch;

/// The constant of reciprocal rank fusion: how little the very first ranks differ.
pub(crate) const RRF: f32 = 60.0;
/// Surer than that, what words say is not put behind anything.
const CLEAR: f64 = 0.8;
/// How sure one is at most of a flow that words do not name: it is offered, and nobody is led into it.
const BY_MEANING: f64 = 0.6;

/// Reciprocal rank fusion: what stands high in either list stands high in the end; in order of the first list where
/// equal.
#[must_use]
pub fn fused<T: PartialEq + Clone>(lists: &[&[T]]) -> Vec<T> {
    let mut order: Vec<(T, f32)> = Vec::new();
    for list in lists {
        for (rank, item) in list.iter().enumerate() {
            let more = 1.0 / (RRF + rank as f32);
            match order.iter_mut().find(|(known, _)| known == item) {
                Some((_, sum)) => *sum += more,
                None => order.push((item.clone(), more)),
            }
        }
    }
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.into_iter().map(|(item, _)| item).collect()
}

/// Flows ranked by words and by meaning as one list. What words make clear stays first; what meaning alone finds is
/// offered and never led into: so no score is higher than without vectors but that of a flow words would not have found.
#[must_use]
pub fn fuse_flows(by_words: Vec<FlowMatch>, by_meaning: &[(TreeId, String, f32)]) -> Vec<FlowMatch> {
    if by_meaning.is_empty() || by_words.first().is_some_and(|best| best.score > CLEAR) {
        return by_words;
    }
    let ids: Vec<TreeId> = by_words.iter().map(|found| found.tree_id).collect();
    let close: Vec<TreeId> = by_meaning.iter().map(|(id, _, _)| *id).collect();
    let mut least = 1.0_f64;
    let mut fitting = Vec::new();
    for id in fused(&[&ids, &close]) {
        let named = by_words.iter().find(|found| found.tree_id == id);
        let near = by_meaning.iter().find(|(close, _, _)| *close == id);
        let sure = near.map_or(0.0, |(_, _, near)| f64::from(*near).clamp(0.0, 1.0) * BY_MEANING);
        let reason = "Its words differ, and it means something close to what the ticket says.".to_owned();
        let mut found = match (named, near) {
            (Some(named), _) => named.clone(),
            (None, Some((id, name, _))) => {
                FlowMatch { tree_id: *id, name: name.clone(), score: sure, reasons: vec![reason] }
            }
            (None, None) => continue,
        };
        // One that stands behind another is never surer.
        found.score = found.score.max(sure).min(least);
        least = found.score;
        fitting.push(found);
    }
    fitting
}
