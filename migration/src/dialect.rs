//! The few words in which the engines differ.

use sea_orm_migration::sea_orm::DbBackend;

/// Fills in the engine's words: `{uuid}`, `{int}`, `{real}`, `{bool}`, `{bytes}`, `{key}` (text compared by code point), `{strict}` (the
/// end of a table), `{nulls_last}` (in indexes; SQLite puts them last in descending order by itself) and `{open}` (in
/// indexes of open sessions; SQLite chooses by how many of their columns a query fixes, Postgres by what they hold).
pub(crate) fn fill_in(text: &str, engine: DbBackend) -> String {
    let words = match engine {
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{int}", "bigint"),
            ("{real}", "double precision"),
            ("{bool}", "boolean"),
            ("{bytes}", "bytea"),
            ("{key}", "text COLLATE \"C\""),
            ("{strict}", ""),
            ("{nulls_last}", "NULLS LAST"),
            ("{open}", ""),
        ],
        _ => [
            ("{uuid}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{real}", "REAL"),
            ("{bool}", "INTEGER"),
            ("{bytes}", "BLOB"),
            ("{key}", "TEXT"),
            ("{strict}", "STRICT"),
            ("{nulls_last}", ""),
            ("{open}", "completed_at, "),
        ],
    };
    words.iter().fold(text.to_owned(), |text, (word, meaning)| text.replace(word, meaning))
}
