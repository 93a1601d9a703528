//! Edits: what a packaged module needs changed, as data.
//!
//! An edit file names the module, the SHA-256 of the packaged file it was
//! written for, and steps.  Text follows a directive on lines that begin with
//! `|`; a `#` line says why.
//!
//! ```text
//! module io.py            sha256 44e1...
//! find / put              replaces lines that must occur exactly once
//! cut / until             drops from one line up to another, or to the end
//! ```

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Result;
use crate::overlay::{Contents, Files};

pub fn apply_all(folder: &Path, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            apply_all(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "edit") {
            let edit = fs::read_to_string(&path)?;
            apply(&edit, files).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}

fn apply(edit: &str, files: &mut Files) -> Result<()> {
    let mut steps = Steps::parse(edit)?;
    let module = steps.word("module")?;
    let hash = steps.word("sha256")?;
    let contents = files.get(&module).ok_or_else(|| format!("no packaged {module}"))?;
    let bytes = contents.read()?;
    let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    if found != hash {
        return Err(format!("{module} changed: its hash is now {found}").into());
    }
    let mut text = String::from_utf8(bytes.into_owned())?;
    while let Some(step) = steps.next() {
        let old = step.text;
        text = match step.name.as_str() {
            "find" => replace(&text, &old, &steps.text("put")?)?,
            "cut" => cut(&text, &old, &steps.text("until")?)?,
            other => return Err(format!("unknown step {other:?}").into()),
        };
    }
    files.insert(module, Contents::Made(text.into_bytes()));
    Ok(())
}

fn replace(text: &str, old: &str, new: &str) -> Result<String> {
    let (before, after) = split_at_only(text, old)?;
    Ok(format!("{before}{new}{after}"))
}

fn cut(text: &str, from: &str, until: &str) -> Result<String> {
    let (before, rest) = split_at_only(text, from)?;
    if until.is_empty() {
        return Ok(before.trim_end().to_owned() + "\n");
    }
    let end = rest.find(until).ok_or_else(|| format!("not found: {until}"))?;
    Ok(format!("{before}{}", &rest[end..]))
}

/// The text before the only place where `what` stands (for a cut to the end,
/// the first), and the text after it.
fn split_at_only<'t>(text: &'t str, what: &str) -> Result<(&'t str, &'t str)> {
    text.split_once(what).ok_or_else(|| format!("not found: {what}").into())
}

struct Step {
    name: String,
    argument: String,
    text: String,
}

struct Steps(std::vec::IntoIter<Step>);

impl Steps {
    fn parse(edit: &str) -> Result<Self> {
        let mut steps: Vec<Step> = Vec::new();
        for line in edit.lines() {
            if let Some(text) = line.strip_prefix('|') {
                let step = steps.last_mut().ok_or("text before any step")?;
                step.text.push_str(text);
                step.text.push('\n');
            } else if !line.is_empty() && !line.starts_with('#') {
                let (name, argument) = line.split_once(' ').unwrap_or((line, ""));
                steps.push(Step {
                    name: name.to_owned(),
                    argument: argument.trim().to_owned(),
                    text: String::new(),
                });
            }
        }
        Ok(Steps(steps.into_iter()))
    }

    fn next(&mut self) -> Option<Step> {
        self.0.next()
    }

    fn named(&mut self, name: &str) -> Result<Step> {
        match self.next() {
            Some(step) if step.name == name => Ok(step),
            Some(step) => Err(format!("{:?} where {name:?} belongs", step.name).into()),
            None => Err(format!("{name:?} is missing").into()),
        }
    }

    fn word(&mut self, name: &str) -> Result<String> {
        Ok(self.named(name)?.argument)
    }

    fn text(&mut self, name: &str) -> Result<String> {
        Ok(self.named(name)?.text)
    }
}
