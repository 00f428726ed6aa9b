//! The table of figures: what was measured, its aim, and the limit from the same run.

use std::{fs, path::Path};

use anyhow::Context;
use serde_json::Value;

#[derive(Debug)]
struct Row {
    what: String,
    figure: String,
    aim: String,
    limit: String,
    holds: bool,
}

/// The figures of one run.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// A figure that should not be above its aim.
    pub(crate) fn at_most(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        aim: f64,
        unit: &str,
        limit: String,
    ) {
        self.row(what, figure, aim, unit, limit, "≤", figure <= aim);
    }

    /// A figure that should not be below its aim.
    pub(crate) fn at_least(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        aim: f64,
        unit: &str,
        limit: String,
    ) {
        self.row(what, figure, aim, unit, limit, "≥", figure >= aim);
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of a row, from the two above alone")]
    fn row(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        aim: f64,
        unit: &str,
        limit: String,
        sign: &str,
        holds: bool,
    ) {
        let digits = if figure < 1.0 {
            4
        } else if figure < 100.0 {
            2
        } else {
            0
        };
        self.0.push(Row {
            what: what.into(),
            figure: format!("{figure:.digits$} {unit}"),
            aim: format!("{sign} {aim} {unit}"),
            limit,
            holds,
        });
    }

    /// What criterion measured of pure code.
    pub(crate) fn pure(&mut self, folder: &Path) -> anyhow::Result<()> {
        let mean_ms = |name: &str| -> anyhow::Result<f64> {
            let file = folder.join(name).join("new/estimates.json");
            let text =
                fs::read_to_string(&file).with_context(|| format!("no estimate in {}", file.display()))?;
            let estimates: Value = serde_json::from_str(&text)?;
            let nanoseconds = estimates["mean"]["point_estimate"].as_f64().context("no mean")?;
            Ok(nanoseconds / 1e6)
        };
        let none = || "one core".to_owned();
        self.at_least("redaction", 1_000.0 / mean_ms("redaction/1_MB")?, 50.0, "MB/s", none());
        self.at_most("note of a 500-step session", mean_ms("note_500_steps")?, 5.0, "ms", none());
        self.at_most("lint of a 1,000-node flow", mean_ms("lint_1000_nodes")?, 10.0, "ms", none());
        Ok(())
    }

    /// Prints it in columns, as Markdown.
    pub(crate) fn print(&self) {
        println!("| what | measured | aim | | limit, same run |\n|---|---:|---:|---|---|");
        for Row { what, figure, aim, limit, holds } in &self.0 {
            println!("| {what} | {figure} | {aim} | {} | {limit} |", if *holds { "holds" } else { "MISSED" });
        }
        let missed = self.0.iter().filter(|row| !row.holds).count();
        println!("\n{} figures, {missed} missed their aim", self.0.len());
    }
}
