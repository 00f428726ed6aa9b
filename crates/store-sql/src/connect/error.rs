//! Why a database cannot be opened, in words for whoever starts the server.

/// Why a database cannot be opened, and what to do. Never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither SQLite nor Postgres.
    #[error(
        "the database address begins with {0:?}; write sqlite:path/to/file.db or \
         postgres://user:password@host:5432/database"
    )]
    WrongScheme(String),
    /// The address cannot be read.
    #[error("the database address cannot be read: {0}. Write {1}")]
    BadAddress(String, &'static str),
    /// SQLite in memory.
    #[error(
        "sqlite in memory gives every connection a database of its own; name a file, such as \
         sqlite:resolutionflow.db"
    )]
    InMemory,
    /// The folder of the file is not there.
    #[error(
        "the folder {0} for the database file does not exist; create it, or correct the database address"
    )]
    ParentMissing(String),
    /// No file, and none is to be made.
    #[error(
        "there is no database file {0}; correct the database address, or end it with ?mode=rwc to make the file"
    )]
    FileMissing(String),
    /// A folder, or something else that holds no bytes.
    #[error("{0} is not a file; name the database file itself")]
    NotAFile(String),
    /// Not ours to write.
    #[error(
        "the database file {0}, or its folder, cannot be written by this user; give it read and write access"
    )]
    NotWritable(String),
    /// Some other file.
    #[error("{0} is not a SQLite database; correct the database address, or move that file away")]
    NotADatabase(String),
    /// Another process has it.
    #[error("the database file {0} is locked by another program; stop that program and try again")]
    Locked(String),
    /// Nobody answers.
    #[error(
        "no Postgres answers at {place}: {cause}. Check that it runs, and host and port of the database address"
    )]
    Unreachable {
        /// Host and port.
        place: String,
        /// What the network says.
        cause: String,
    },
    /// It answers, but not in time.
    #[error(
        "Postgres at {0} did not answer in time; check that it is not overloaded or starting up, and try again"
    )]
    TooSlow(String),
    /// Wrong user or password.
    #[error(
        "Postgres at {place} does not let {user} in: {cause}. Check user and password of the database address"
    )]
    AuthFailed {
        /// Host and port.
        place: String,
        /// Who asked.
        user: String,
        /// What Postgres says.
        cause: String,
    },
    /// No such database.
    #[error("Postgres at {place} has no database {database}; create it: CREATE DATABASE \"{database}\"")]
    DatabaseMissing {
        /// Host and port.
        place: String,
        /// Its name.
        database: String,
    },
    /// Anything else.
    #[error("the database at {place} cannot be opened: {cause}")]
    Other {
        /// File, or host and port.
        place: String,
        /// What the driver says.
        cause: String,
    },
}
