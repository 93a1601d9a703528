//! The library as an image: every file read, compiled and compressed, on two threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::compile::compile;
use crate::overlay::{Contents, Files};
use crate::pack::{Blob, Entry, Packed, module_name, pack};
use crate::{Result, lists};

/// Deep enough for the nesting of any source in the library.
const STACK: usize = 64 << 20;

pub fn entries(files: &Files) -> Result<Packed> {
    let work: Vec<_> = files.iter().collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![Entry::default(); work.len()]);
    let worker = || -> Result<()> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((path, contents)) = work.get(at) else { return Ok(()) };
            let entry = entry(path, contents).map_err(|error| format!("{path}: {error}"))?;
            done.lock().map_err(|_| "another thread failed")?[at] = entry;
        }
    };
    let threads = thread::available_parallelism().map_or(1, |n| n.get()).min(2);
    thread::scope(|scope| -> Result<()> {
        let mut running = Vec::new();
        for _ in 0..threads {
            running.push(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?);
        }
        running.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err("compiling the library panicked".into()))
        })
    })?;
    let entries = done.into_inner().map_err(|_| "a thread failed")?;
    pack(files.keys().zip(entries))
}

fn entry(path: &str, contents: &Contents) -> Result<Entry> {
    let source = contents.read()?;
    let mut entry = Entry { source: compressed(&source), ..Entry::default() };
    if let Some((name, _)) = module_name(path) {
        let code = compile(&name, &format!("{}/{path}", lists::ROOT), &source)?;
        let boots = lists::BOOT.contains(&name.as_str());
        entry.code = if boots { plain(code) } else { compressed(&code) };
    }
    Ok(entry)
}

/// Compressed, unless that gains too little to be worth the decoding (a wheel).
fn compressed(bytes: &[u8]) -> Blob {
    let packed = lz4_flex::block::compress(bytes);
    if packed.len() < bytes.len() - bytes.len() / 8 {
        Blob { bytes: packed, raw_len: bytes.len() }
    } else {
        plain(bytes.to_vec())
    }
}

fn plain(bytes: Vec<u8>) -> Blob {
    Blob { raw_len: bytes.len(), bytes }
}
