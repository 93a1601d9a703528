//! Format strings, compiled.

use super::error;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

/// One or several values of one kind.
pub struct Item {
    pub code: u8,
    /// Bytes of one value; of the whole text for `s` and `p`.
    pub size: usize,
    pub offset: usize,
    /// Values in a row.
    pub repeat: usize,
}

pub struct Format {
    pub text: Box<str>,
    pub big: bool,
    pub items: Vec<Item>,
    pub size: usize,
    /// Number of Python values.
    pub values: usize,
}

const CACHE_LIMIT: usize = 100;

thread_local! {
    static CACHE: RefCell<HashMap<Box<str>, Rc<Format>>> = RefCell::new(HashMap::new());
}

/// Size and alignment of a code.
fn layout(code: u8, native: bool) -> Option<(usize, usize)> {
    Some(match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' if !native => (4, 4),
        b'l' | b'L' | b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' if native => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        _ => return None,
    })
}

/// A format as ASCII text.
pub fn format_argument(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<String> {
    let bytes = if let Some(s) = o.downcast::<PyStr>() {
        vm.encode(s, "ascii", "strict")?.as_bytes().to_vec()
    } else if let Some(b) = o.downcast::<PyBytes>() {
        b.as_bytes().to_vec()
    } else {
        return Err(vm.type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            o.class(vm).display_name()
        )));
    };
    // Bytes beyond ASCII are no codes, and are refused as such.
    Ok(bytes.iter().map(|b| *b as char).collect())
}

impl Format {
    pub fn clear_cache() {
        CACHE.with_borrow_mut(HashMap::clear);
    }

    pub fn cached(vm: &VirtualMachine, text: &str) -> PyResult<Rc<Format>> {
        if let Some(f) = CACHE.with_borrow(|c| c.get(text).cloned()) {
            return Ok(f);
        }
        let f = Rc::new(Format::parse(vm, text)?);
        CACHE.with_borrow_mut(|c| {
            if c.len() >= CACHE_LIMIT {
                c.clear();
            }
            c.insert(text.into(), f.clone());
        });
        Ok(f)
    }

    fn parse(vm: &VirtualMachine, text: &str) -> PyResult<Format> {
        let too_long = || error(vm, "total struct size too long");
        if text.contains('\0') {
            return Err(error(vm, "embedded null character"));
        }
        let bytes = text.as_bytes();
        let (native, aligned, big, mut at) = match bytes.first() {
            Some(b'@') => (true, true, cfg!(target_endian = "big"), 1),
            Some(b'=') => (false, false, cfg!(target_endian = "big"), 1),
            Some(b'<') => (false, false, false, 1),
            Some(b'>' | b'!') => (false, false, true, 1),
            _ => (true, true, cfg!(target_endian = "big"), 0),
        };
        let mut format = Format { text: text.into(), big, items: Vec::new(), size: 0, values: 0 };
        while let Some(&c) = bytes.get(at) {
            at += 1;
            if c.is_ascii_whitespace() || c == 0x0b {
                continue;
            }
            let mut code = c;
            let mut count = None;
            if c.is_ascii_digit() {
                let mut n = usize::from(c - b'0');
                loop {
                    let Some(&d) = bytes.get(at) else {
                        return Err(error(vm, "repeat count given without format specifier"));
                    };
                    at += 1;
                    if !d.is_ascii_digit() {
                        code = d;
                        break;
                    }
                    n = n
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(usize::from(d - b'0')))
                        .filter(|n| *n <= isize::MAX as usize)
                        .ok_or_else(too_long)?;
                }
                count = Some(n);
            }
            let Some((size, align)) = layout(code, native) else {
                return Err(error(vm, "bad char in struct format"));
            };
            let n = count.unwrap_or(1);
            if aligned {
                format.size = format.size.checked_next_multiple_of(align).ok_or_else(too_long)?;
            }
            let total = n.checked_mul(size).ok_or_else(too_long)?;
            let offset = format.size;
            format.size = offset
                .checked_add(total)
                .filter(|n| *n <= isize::MAX as usize)
                .ok_or_else(too_long)?;
            match code {
                b'x' => {}
                b's' | b'p' => {
                    let item = Item { code, size: n, offset, repeat: 1 };
                    vm.push_to(&mut format.items, item)?;
                    format.values += 1;
                }
                _ if n > 0 => {
                    vm.push_to(&mut format.items, Item { code, size, offset, repeat: n })?;
                    format.values += n;
                }
                _ => {}
            }
        }
        Ok(format)
    }
}
