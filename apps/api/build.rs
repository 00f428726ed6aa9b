//! Puts the built web app, or a page that says how to build it, where the binary embeds it from.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells build scripts where things are in the environment"
)]

use std::{env, error::Error, fs, path::Path};

const STUB: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ResolutionFlow</title>\
<body><h1>ResolutionFlow</h1><p>This binary was built without the web app. Run <code>scripts/run</code>, or build \
<code>apps/web</code> first. The API is at <a href=\"/api/docs/\">/api/docs</a>.</p></body></html>";

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../web/dist");
    let target = Path::new(&env::var("OUT_DIR")?).join("web");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", dist.display());
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    if dist.join("index.html").exists() {
        copy(&dist, &target)?;
    } else {
        fs::write(target.join("index.html"), STUB)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
