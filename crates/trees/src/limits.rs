//! How much of everything a flow may have, in characters or items. Checks, lint and the schema share them.

pub(crate) const NAME: usize = 200;
pub(crate) const DESCRIPTION: usize = 4_000;
pub(crate) const CATEGORY: usize = 100;
pub(crate) const TAGS: usize = 20;
pub(crate) const TAG: usize = 50;
/// Nodes, or steps of all sections.
pub(crate) const STEPS: usize = 2_000;
pub(crate) const FIELDS: usize = 100;
pub(crate) const TARGETS: usize = 100;
pub(crate) const TITLE: usize = 200;
pub(crate) const LABEL: usize = 120;
/// Also a warning's.
pub(crate) const BODY: usize = 8_000;
pub(crate) const SCRIPT: usize = 16_000;
/// Also help texts, defaults and the meaning of outputs.
pub(crate) const NOTE: usize = 1_000;
pub(crate) const EVIDENCE: usize = 500;
/// Of a node, step, section or option id.
pub(crate) const ID: usize = 64;
/// Of a variable's name.
pub(crate) const VARIABLE: usize = 63;
