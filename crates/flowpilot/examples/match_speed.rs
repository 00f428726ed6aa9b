//! How long it takes to find the flow of a ticket among 10,000, beside how long it takes just to read the places in
//! the index that ranking reads; the memory of the index; and whether the right flow is still found in that crowd.
//!
//! `cargo run --release -p rf-flowpilot --example match_speed [flows]`

use std::{hint::black_box, time::Instant};

use rf_flowpilot::{FlowDoc, FlowIndex, Intake, Reading};
use rf_kernel::TreeId;
use rf_trees::{from_yaml, starter_flows};
use uuid::Uuid;

#[derive(serde::Deserialize)]
struct Ticket {
    flows: Vec<String>,
    text: String,
}

/// Words of a made-up flow that are words of a starter flow; the others are made up, so that the vocabulary grows
/// as that of a real library does.
const REAL: u64 = 85;

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// Some made-up word, the lower numbers more often.
    fn word(&mut self) -> String {
        const PARTS: [&str; 16] =
            ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "xu", "da", "fe", "go", "hi", "ju", "pa"];
        let most = self.below(40_000) + 1;
        let mut number = self.below(most);
        let mut word = String::new();
        for _ in 0..4 {
            word.push_str(PARTS[(number % 16) as usize]);
            number /= 16;
        }
        word
    }

    fn text(&mut self, like: &str) -> String {
        let words =
            like.split(' ').map(|word| if self.below(100) < REAL { word.to_owned() } else { self.word() });
        words.collect::<Vec<_>>().join(" ")
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(10_000), |flows| flows.parse())?;
    let starters: Result<Vec<FlowDoc>, _> = starter_flows()
        .into_iter()
        .zip(1_u128..)
        .map(|(flow, id)| {
            Ok::<_, rf_trees::FlowFileError>(FlowDoc::of(TreeId(Uuid::from_u128(id)), &from_yaml(flow.yaml)?))
        })
        .collect();
    let starters = starters?;
    let mut numbers = Numbers(1);
    let more = count.saturating_sub(starters.len());
    let crowd = (0..more).map(|at| {
        let like = &starters[at % starters.len()];
        FlowDoc {
            id: TreeId(Uuid::from_u128(1_000_000 + at as u128)),
            name: format!("{} {} {}", numbers.word(), numbers.word(), numbers.word()),
            category: like.category.clone(),
            tags: vec![numbers.word(), numbers.word()],
            description: Some((0..20).map(|_| numbers.word()).collect::<Vec<_>>().join(" ")),
            texts: like.texts.iter().map(|text| numbers.text(text)).collect(),
        }
    });
    let before = resident()?;
    let started = Instant::now();
    let mut index = FlowIndex::build(starters.iter().cloned().chain(crowd));
    println!("{} flows: built in {:.1} s", index.len(), started.elapsed().as_secs_f64());
    println!(
        "memory: {:.1} MiB kept by the index, {:.1} MiB more in the process",
        index.bytes() as f64 / 1_048_576.0,
        resident()?.saturating_sub(before) as f64 / 1_048_576.0
    );

    let mut changing: Vec<f64> = Vec::new();
    for n in 0..200_usize {
        let like = &starters[n % starters.len()];
        let id = TreeId(Uuid::from_u128(1_000_000 + (n * 37 % count.max(1)) as u128));
        let texts = like.texts.iter().map(|text| numbers.text(text)).collect();
        let name = format!("{} {}", numbers.word(), numbers.word());
        let doc =
            FlowDoc { id, name, texts, tags: Vec::new(), description: None, category: like.category.clone() };
        let started = Instant::now();
        index.put(doc);
        changing.push(started.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "one flow changed: median {:.3} ms, slowest {:.3} ms",
        median(&mut changing),
        changing[changing.len() - 1]
    );

    let tickets: Vec<Ticket> = serde_saphyr::from_str(include_str!("../eval/tickets.yaml"))?;
    let (mut ranking, mut touching, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let (mut asked, mut first, mut five, mut misguided) = (0_u32, 0_u32, 0_u32, 0_u32);
    let memory: Vec<u64> = vec![1; 64 * 1_024 * 1_024 / 8];
    for ticket in &tickets {
        let reading = Reading::of(&Intake::read(ticket.text.as_bytes())?);
        let started = Instant::now();
        let found = black_box(index.rank(&reading, 5, |_| true));
        ranking.push(started.elapsed().as_secs_f64() * 1e3);
        let cost = index.cost(&reading);
        let started = Instant::now();
        black_box(memory.iter().cycle().take(cost).sum::<u64>());
        touching.push(started.elapsed().as_secs_f64() * 1e3);
        places.push(cost as f64);
        let right = |id: TreeId| {
            let at = usize::try_from(id.0.as_u128()).unwrap_or(usize::MAX) - 1;
            starter_flows().get(at).is_some_and(|flow| ticket.flows.iter().any(|slug| slug == flow.slug))
        };
        misguided += u32::from(found.first().is_some_and(|m| m.score > 0.8 && !right(m.tree_id)));
        if !ticket.flows.is_empty() {
            asked += 1;
            first += u32::from(found.first().is_some_and(|m| right(m.tree_id)));
            five += u32::from(found.iter().any(|m| right(m.tree_id)));
        }
    }
    println!("places read: median {:.0}, most {:.0}", median(&mut places), places[places.len() - 1]);
    println!("ranking: median {:.3} ms, slowest {:.3} ms", median(&mut ranking), ranking[ranking.len() - 1]);
    println!("limit, reading as many places one after the other: median {:.3} ms", median(&mut touching));
    println!(
        "in this crowd: recall@1 {:.3}, recall@5 {:.3} of {asked} tickets; of all {}, {misguided} led into a wrong flow",
        f64::from(first) / f64::from(asked),
        f64::from(five) / f64::from(asked),
        tickets.len()
    );
    Ok(())
}

/// Sorts, and tells the middle one.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Memory of this process that is in use, bytes; 0 where the system does not tell.
fn resident() -> Result<u64, std::num::ParseIntError> {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line.map_or(Ok(0), |line| line.trim().trim_end_matches(" kB").parse())?;
    Ok(kib * 1_024)
}
