//! Methods of `str`: case, searching, replacing, padding, encoding.

use super::{Bound, clamp};
use crate::prelude::*;
use text::utf8::{self, Str, case, replace, search};

/// The bytes that `find` and friends look at, with where they start; `None` when the
/// start lies past the end, where not even the empty string is found.
fn window(s: &PyStr, start: Option<Bound>, end: Option<Bound>) -> Option<(&[u8], usize)> {
    if start.is_none() && end.is_none() {
        return Some((s.as_bytes(), 0));
    }
    let (start, end) = clamp(start, end, s.char_len());
    if start > end {
        return None;
    }
    let (a, b) = (s.byte_offset(start), s.byte_offset(end));
    Some((&s.as_bytes()[a..b.max(a)], a))
}

type Finder = fn(&[u8], &[u8]) -> Option<usize>;

fn locate(
    s: &PyStr,
    sub: &PyStr,
    start: Option<Bound>,
    end: Option<Bound>,
    find: Finder,
) -> Option<usize> {
    let (text, from) = window(s, start, end)?;
    find(text, sub.as_bytes()).map(|at| s.char_offset(from + at))
}

/// Positions of Python's, -1 for none.
fn position(found: Option<usize>) -> isize {
    found.map_or(-1, |i| i as isize)
}

/// `startswith` and `endswith`.
fn tail_match(
    vm: &VirtualMachine,
    s: &PyStr,
    what: PyObject<'_>,
    start: Option<Bound>,
    end: Option<Bound>,
    name: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let text = window(s, start, end).map(|(text, _)| text);
    let try_one = |t: &Py<PyStr>| text.is_some_and(|text| test(text, t.as_bytes()));
    if let Some(t) = what.downcast::<PyStr>() {
        return Ok(try_one(t));
    }
    let Some(all) = what.downcast::<PyTuple>() else {
        return Err(vm.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {}",
            what.class(vm).display_name()
        )));
    };
    for t in all.as_slice() {
        let Some(t) = t.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "tuple for {name} must only contain str, not {}",
                t.class(vm).display_name()
            )));
        };
        if try_one(t) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fill character of the padding methods.
struct Fill(u32);

impl<'a> FromArg<'a> for Fill {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let Some(s) = obj.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "The fill character must be a unicode character, not {}",
                obj.class(vm).display_name()
            )));
        };
        s.single()
            .map(Fill)
            .ok_or_else(|| vm.type_error("The fill character must be exactly one character long"))
    }
}

/// `left` fill characters, the text, `right` fill characters.
fn pad(
    vm: &VirtualMachine,
    s: &Py<PyStr>,
    left: usize,
    right: usize,
    fill: u32,
) -> PyResult<PyRef<PyStr>> {
    if left == 0 && right == 0 {
        return Ok(s.to_exact(vm));
    }
    let total = left.saturating_add(right).saturating_add(s.char_len());
    if total > isize::MAX as usize {
        return Err(vm.overflow_error("padded string is too long"));
    }
    let (bytes, n) = utf8::encode(fill);
    let unit = &bytes[..n];
    let len = (left + right).saturating_mul(n).saturating_add(s.byte_len());
    vm.check_room(len)?;
    let ascii = s.is_ascii() && fill < 0x80;
    let typ = &vm.types().str;
    Ok(crate::containers::str_data::new_str_with(vm, typ, len, ascii, |w| {
        w.push_repeated(unit, left);
        w.push(s.as_bytes());
        w.push_repeated(unit, right);
    }))
}

fn room_for(width: isize, s: &PyStr) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(s.char_len())
}

impl VirtualMachine {
    /// The text of a mapping that may have left it as it was.
    fn mapped(&self, s: &Py<PyStr>, mapped: &[u8]) -> PyRef<PyStr> {
        self.new_str_piece(mapped, s.is_ascii())
    }
}

#[pymethods(name = methods)]
impl PyStr {
    /// Encodes the text into bytes.
    #[method(sig = "(self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult {
        vm.encode_object(zelf, encoding, errors)
    }

    /// The text with every character in uppercase.
    #[method(sig = "(self, /)")]
    fn upper(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::upper(zelf.as_bytes()))
    }

    /// The text with every character in lowercase.
    #[method(sig = "(self, /)")]
    fn lower(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::lower(zelf.as_bytes()))
    }

    /// The text in a form for comparisons that ignore case.
    #[method(sig = "(self, /)")]
    fn casefold(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::casefold(zelf.as_bytes()))
    }

    /// The text with upper and lower case exchanged.
    #[method(sig = "(self, /)")]
    fn swapcase(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::swapcase(zelf.as_bytes()))
    }

    /// The text with its first character in titlecase and the rest in lowercase.
    #[method(sig = "(self, /)")]
    fn capitalize(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::capitalize(zelf.as_bytes()))
    }

    /// The text with every word starting in titlecase and going on in lowercase.
    #[method(sig = "(self, /)")]
    fn title(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.mapped(zelf, &case::title(zelf.as_bytes()))
    }

    /// The lowest position where sub occurs in self[start:end], or -1.
    #[method(
        sig = "(self, sub, start=None, end=None, /)",
        text = "($self, sub[, start[, end]], /)"
    )]
    fn find(&self, sub: &Py<PyStr>, start: Option<Bound>, end: Option<Bound>) -> isize {
        position(locate(self, sub, start, end, search::find))
    }

    /// The highest position where sub occurs in self[start:end], or -1.
    #[method(
        sig = "(self, sub, start=None, end=None, /)",
        text = "($self, sub[, start[, end]], /)"
    )]
    fn rfind(&self, sub: &Py<PyStr>, start: Option<Bound>, end: Option<Bound>) -> isize {
        position(locate(self, sub, start, end, search::rfind))
    }

    /// As find, but ValueError when sub does not occur.
    #[method(
        sig = "(self, sub, start=None, end=None, /)",
        text = "($self, sub[, start[, end]], /)"
    )]
    fn index(
        &self,
        vm: &VirtualMachine,
        sub: &Py<PyStr>,
        start: Option<Bound>,
        end: Option<Bound>,
    ) -> PyResult<usize> {
        locate(self, sub, start, end, search::find)
            .ok_or_else(|| vm.value_error("substring not found"))
    }

    /// As rfind, but ValueError when sub does not occur.
    #[method(
        sig = "(self, sub, start=None, end=None, /)",
        text = "($self, sub[, start[, end]], /)"
    )]
    fn rindex(
        &self,
        vm: &VirtualMachine,
        sub: &Py<PyStr>,
        start: Option<Bound>,
        end: Option<Bound>,
    ) -> PyResult<usize> {
        locate(self, sub, start, end, search::rfind)
            .ok_or_else(|| vm.value_error("substring not found"))
    }

    /// How often sub occurs in self[start:end] without overlapping.
    #[method(
        sig = "(self, sub, start=None, end=None, /)",
        text = "($self, sub[, start[, end]], /)"
    )]
    fn count(&self, sub: &Py<PyStr>, start: Option<Bound>, end: Option<Bound>) -> usize {
        match window(self, start, end) {
            Some((text, _)) if sub.byte_len() == 0 && self.is_ascii() => text.len() + 1,
            Some((text, _)) => search::count::<Str>(text, sub.as_bytes()),
            None => 0,
        }
    }

    /// Whether self[start:end] starts with the prefix, or one of a tuple of them.
    #[method(
        sig = "(self, prefix, start=None, end=None, /)",
        text = "($self, prefix[, start[, end]], /)"
    )]
    fn startswith(
        &self,
        vm: &VirtualMachine,
        prefix: PyObject<'_>,
        start: Option<Bound>,
        end: Option<Bound>,
    ) -> PyResult<bool> {
        tail_match(vm, self, prefix, start, end, "startswith", |t, p| t.starts_with(p))
    }

    /// Whether self[start:end] ends with the suffix, or one of a tuple of them.
    #[method(
        sig = "(self, suffix, start=None, end=None, /)",
        text = "($self, suffix[, start[, end]], /)"
    )]
    fn endswith(
        &self,
        vm: &VirtualMachine,
        suffix: PyObject<'_>,
        start: Option<Bound>,
        end: Option<Bound>,
    ) -> PyResult<bool> {
        tail_match(vm, self, suffix, start, end, "endswith", |t, p| t.ends_with(p))
    }

    /// The text with old replaced by new, count times at most unless it is negative.
    #[method(sig = "(self, old, new, /, count=-1)")]
    fn replace(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        old: &Py<PyStr>,
        new: &Py<PyStr>,
        count: isize,
    ) -> PyResult<PyRef<PyStr>> {
        let max = usize::try_from(count).unwrap_or(usize::MAX);
        match replace::replace::<Str>(zelf.as_bytes(), old.as_bytes(), new.as_bytes(), max) {
            Ok(None) => Ok(zelf.to_exact(vm)),
            Ok(Some(out)) => {
                vm.check_room(out.len())?;
                Ok(vm.new_str_piece(&out, zelf.is_ascii() && new.is_ascii()))
            }
            Err(e) => Err(vm.size_error(e, "replace string is too long")),
        }
    }

    /// The text without the prefix, if it starts with it.
    #[method(sig = "(self, prefix, /)")]
    fn removeprefix(zelf: &Py<PyStr>, vm: &VirtualMachine, prefix: &Py<PyStr>) -> PyRef<PyStr> {
        match zelf.as_bytes().strip_prefix(prefix.as_bytes()) {
            Some(rest) => zelf.piece(vm, rest),
            None => zelf.to_exact(vm),
        }
    }

    /// The text without the suffix, if it ends with it.
    #[method(sig = "(self, suffix, /)")]
    fn removesuffix(zelf: &Py<PyStr>, vm: &VirtualMachine, suffix: &Py<PyStr>) -> PyRef<PyStr> {
        match zelf.as_bytes().strip_suffix(suffix.as_bytes()) {
            Some(rest) => zelf.piece(vm, rest),
            None => zelf.to_exact(vm),
        }
    }

    /// The text in the middle of a line of the given width.
    #[method(sig = "(self, width, fillchar=' ', /)")]
    fn center(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<PyRef<PyStr>> {
        let room = room_for(width, zelf);
        let left = room / 2 + (room & width as usize & 1);
        pad(vm, zelf, left, room - left, fillchar.map_or(0x20, |f| f.0))
    }

    /// The text at the left of a line of the given width.
    #[method(sig = "(self, width, fillchar=' ', /)")]
    fn ljust(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<PyRef<PyStr>> {
        pad(vm, zelf, 0, room_for(width, zelf), fillchar.map_or(0x20, |f| f.0))
    }

    /// The text at the right of a line of the given width.
    #[method(sig = "(self, width, fillchar=' ', /)")]
    fn rjust(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<PyRef<PyStr>> {
        pad(vm, zelf, room_for(width, zelf), 0, fillchar.map_or(0x20, |f| f.0))
    }

    /// The text with zeros in front, after its sign, to the given width.
    #[method(sig = "(self, width, /)")]
    fn zfill(zelf: &Py<PyStr>, vm: &VirtualMachine, width: isize) -> PyResult<PyRef<PyStr>> {
        let room = room_for(width, zelf);
        let bytes = zelf.as_bytes();
        if room == 0 || !matches!(bytes.first(), Some(b'+' | b'-')) {
            return pad(vm, zelf, room, 0, 0x30);
        }
        let len = room.saturating_add(bytes.len());
        vm.check_room(len)?;
        let typ = &vm.types().str;
        Ok(crate::containers::str_data::new_str_with(vm, typ, len, zelf.is_ascii(), |w| {
            w.push(&bytes[..1]);
            w.push_repeated(b"0", room);
            w.push(&bytes[1..]);
        }))
    }

    /// The text with tabs replaced by spaces up to the next column that tabsize divides.
    #[method(sig = "(self, /, tabsize=8)")]
    fn expandtabs(zelf: &Py<PyStr>, vm: &VirtualMachine, tabsize: i32) -> PyResult<PyRef<PyStr>> {
        match replace::expand_tabs::<Str>(zelf.as_bytes(), i64::from(tabsize)) {
            Ok(out) => Ok(vm.new_str_piece(&out, zelf.is_ascii())),
            Err(e) => Err(vm.size_error(e, "new string is too long")),
        }
    }

    /// The strings of an iterable with this text between them.
    #[method(sig = "(self, iterable, /)")]
    fn join(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        vm.str_join(zelf, iterable)
    }
}
