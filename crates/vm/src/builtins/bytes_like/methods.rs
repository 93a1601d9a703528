//! The methods that `bytes` and `bytearray` have in common, written once for both.

/// The methods that `bytes` and `bytearray` have in common, as blocks named `shared`.  The
/// type provides `data` (its bytes, copied if they may change), `with_data`, `make` (an
/// exact object of the type) and `same` (what an unchanged result is).
macro_rules! shared_methods {
    ($payload:ident, $native:literal) => {
        #[pymethods(name = shared)]
        impl $payload {
            /// Decodes the bytes into text.
            #[method(sig = "(self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                encoding: Option<&str>,
                errors: Option<&str>,
            ) -> PyResult<PyRef<PyStr>> {
                vm.decode_bytes_object(zelf.as_object(), encoding, errors)
            }

            /// The bytes as hexadecimal digits.
            #[method(sig = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: Option<PyObject<'_>>,
                bytes_per_sep: i32,
            ) -> PyResult<PyRef<PyStr>> {
                let _held = zelf.hold();
                bytes_like::to_hex(vm, &zelf.data(), sep, bytes_per_sep)
            }

            /// Makes an object from text of hexadecimal digits.
            #[classmethod(sig = "(cls, string, /)")]
            fn fromhex(cls: &Py<PyType>, vm: &VirtualMachine, string: PyObject<'_>) -> PyResult {
                let made = $payload::make(vm, &bytes_like::from_hex(vm, string)?);
                if cls.is(vm.type_of::<$payload>()) {
                    return Ok(made.into());
                }
                vm.call_positional(cls.as_object(), &[made.as_object()])
            }

            /// A table for translate that maps each byte of frm to the one in to.
            #[staticmethod(sig = "(frm, to, /)")]
            fn maketrans(
                vm: &VirtualMachine,
                frm: BytesLike<'_>,
                to: BytesLike<'_>,
            ) -> PyResult<PyRef<PyBytes>> {
                let table = frm.with(|f| to.with(|t| bytes_like::maketrans(vm, f, t)))?;
                Ok(vm.new_bytes(&table))
            }

            /// The bytes mapped by a table of 256, without those to delete.
            #[method(sig = "(self, table, /, delete=b'')")]
            fn translate(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                table: NoneOr<PyObject<'_>>,
                delete: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let translation = bytes_like::translation(vm, table, delete)?;
                let data = zelf.data();
                let out = translation.apply(&data);
                if out.len() == data.len() && *out == *data {
                    return Ok(zelf.same(vm));
                }
                Ok($payload::make(vm, &out))
            }

            /// A copy with ASCII letters in uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn upper(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_upper(&zelf.data()))
            }

            /// A copy with ASCII letters in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn lower(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_lower(&zelf.data()))
            }

            /// A copy with the case of ASCII letters exchanged.
            #[method(sig = "(self, /)", text = "")]
            fn swapcase(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_swapcase(&zelf.data()))
            }

            /// A copy with the first byte in uppercase and the rest in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn capitalize(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_capitalize(&zelf.data()))
            }

            /// A copy with words starting in uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn title(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_title(&zelf.data()))
            }

            /// Whether there are bytes and all are ASCII letters.
            #[method(sig = "(self, /)", text = "")]
            fn isalpha(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_alphabetic))
            }

            /// Whether there are bytes and all are ASCII letters or digits.
            #[method(sig = "(self, /)", text = "")]
            fn isalnum(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_alphanumeric))
            }

            /// Whether all bytes are ASCII.
            #[method(sig = "(self, /)", text = "")]
            fn isascii(&self) -> bool {
                self.with_data(|d| d.is_ascii())
            }

            /// Whether there are bytes and all are ASCII digits.
            #[method(sig = "(self, /)", text = "")]
            fn isdigit(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit))
            }

            /// Whether there are letters and all are lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn islower(&self) -> bool {
                self.with_data(case::ascii_is_lower)
            }

            /// Whether there are letters and all are uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn isupper(&self) -> bool {
                self.with_data(case::ascii_is_upper)
            }

            /// Whether words start in uppercase and go on in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn istitle(&self) -> bool {
                self.with_data(case::ascii_is_title)
            }

            /// Whether there are bytes and all are whitespace.
            #[method(sig = "(self, /)", text = "")]
            fn isspace(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(|b| matches!(b, 9..=13 | 32)))
            }

            /// The lowest position where sub occurs in self[start:end], or -1.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn find(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<isize> {
                let found = zelf.position_of(vm, sub, (start, end), false)?;
                Ok(found.map_or(-1, |i| i as isize))
            }

            /// The highest position where sub occurs in self[start:end], or -1.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn rfind(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<isize> {
                let found = zelf.position_of(vm, sub, (start, end), true)?;
                Ok(found.map_or(-1, |i| i as isize))
            }

            /// As find, but ValueError when sub does not occur.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn index(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<usize> {
                zelf.position_of(vm, sub, (start, end), false)?
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// As rfind, but ValueError when sub does not occur.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn rindex(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<usize> {
                zelf.position_of(vm, sub, (start, end), true)?
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// How often sub occurs in self[start:end] without overlapping.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn count(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<usize> {
                let _held = zelf.hold();
                let sub = Needle::of(vm, sub)?;
                Ok(zelf.with_data(|d| match bytes_like::window(d, start, end) {
                    Some((w, _)) => sub.with(|s| search::count::<Bytes>(w, s)),
                    None => 0,
                }))
            }

            /// Whether self[start:end] starts with the prefix, or one of a tuple of them.
            #[method(
                sig = "(self, prefix, start=None, end=None, /)",
                text = "($self, prefix[, start[, end]], /)"
            )]
            fn startswith(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                prefix: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<bool> {
                let _held = zelf.hold();
                let with = |f: &mut dyn FnMut(&[u8])| zelf.with_data(f);
                let test: fn(&[u8], &[u8]) -> bool = |t, p| t.starts_with(p);
                bytes_like::tail_match(vm, with, prefix, (start, end), "startswith", test)
            }

            /// Whether self[start:end] ends with the suffix, or one of a tuple of them.
            #[method(
                sig = "(self, suffix, start=None, end=None, /)",
                text = "($self, suffix[, start[, end]], /)"
            )]
            fn endswith(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                suffix: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<bool> {
                let _held = zelf.hold();
                let with = |f: &mut dyn FnMut(&[u8])| zelf.with_data(f);
                let test: fn(&[u8], &[u8]) -> bool = |t, p| t.ends_with(p);
                bytes_like::tail_match(vm, with, suffix, (start, end), "endswith", test)
            }

            /// A copy with old replaced by new, count times at most unless it is negative.
            #[method(sig = "(self, old, new, count=-1, /)")]
            fn replace(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                old: BytesLike<'_>,
                new: BytesLike<'_>,
                count: isize,
            ) -> PyResult<PyRef<$payload>> {
                let max = usize::try_from(count).unwrap_or(usize::MAX);
                let data = zelf.data();
                let made = old.with(|o| {
                    new.with(|n| text::utf8::replace::replace::<Bytes>(&data, o, n, max))
                });
                match made {
                    Ok(None) => Ok(zelf.same(vm)),
                    Ok(Some(out)) => Ok($payload::make(vm, &out)),
                    Err(e) => Err(vm.size_error(e, "replace bytes is too long")),
                }
            }

            /// A copy without the prefix, if it starts with it.
            #[method(sig = "(self, prefix, /)")]
            fn removeprefix(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                prefix: BytesLike<'_>,
            ) -> PyRef<$payload> {
                let data = zelf.data();
                match prefix.with(|p| data.strip_prefix(p)) {
                    Some(rest) if rest.len() < data.len() => $payload::make(vm, rest),
                    _ => zelf.same(vm),
                }
            }

            /// A copy without the suffix, if it ends with it.
            #[method(sig = "(self, suffix, /)")]
            fn removesuffix(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                suffix: BytesLike<'_>,
            ) -> PyRef<$payload> {
                let data = zelf.data();
                match suffix.with(|p| data.strip_suffix(p)) {
                    Some(rest) if rest.len() < data.len() => $payload::make(vm, rest),
                    _ => zelf.same(vm),
                }
            }

            /// The parts between separators, or between runs of whitespace.
            #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
            fn split(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: NoneOr<PyObject<'_>>,
                maxsplit: isize,
            ) -> PyResult<Vec<PyObjectRef>> {
                let _held = zelf.hold();
                let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
                let sep = sep.0.map(|s| BytesLike::get(vm, s)).transpose()?;
                let data = zelf.data();
                let mut out = ListBuilder::new(vm);
                let push = |p: &[u8]| out.push($payload::make(vm, p).into());
                match sep {
                    None => split::split_whitespace::<Bytes>(&data, max, push),
                    Some(s) if s.is_empty() => return Err(vm.value_error("empty separator")),
                    Some(s) => split::split(&data, &s.to_cow(), max, push),
                }
                out.finish()
            }

            /// As split, splitting from the right when maxsplit bounds it.
            #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
            fn rsplit(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: NoneOr<PyObject<'_>>,
                maxsplit: isize,
            ) -> PyResult<Vec<PyObjectRef>> {
                let _held = zelf.hold();
                let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
                let sep = sep.0.map(|s| BytesLike::get(vm, s)).transpose()?;
                let data = zelf.data();
                let mut out = ListBuilder::new(vm);
                let push = |p: &[u8]| out.push($payload::make(vm, p).into());
                match sep {
                    None => split::rsplit_whitespace::<Bytes>(&data, max, push),
                    Some(s) if s.is_empty() => return Err(vm.value_error("empty separator")),
                    Some(s) => split::rsplit(&data, &s.to_cow(), max, push),
                }
                let mut out = out.finish()?;
                out.reverse();
                Ok(out)
            }

            /// The lines, with their ends if keepends is true.
            #[method(sig = "(self, /, keepends=False)")]
            fn splitlines(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                keepends: bool,
            ) -> PyResult<Vec<PyObjectRef>> {
                let data = zelf.data();
                let mut out = ListBuilder::new(vm);
                split::split_lines::<Bytes>(&data, keepends, |p| {
                    out.push($payload::make(vm, p).into());
                });
                out.finish()
            }

            /// What is before the first separator, the separator, and what is after it.
            #[method(sig = "(self, sep, /)")]
            fn partition(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: PyObject<'_>,
            ) -> PyResult<PyRef<PyTuple>> {
                let sep_bytes = BytesLike::get(vm, sep)?.to_cow();
                if sep_bytes.is_empty() {
                    return Err(vm.value_error("empty separator"));
                }
                let data = zelf.data();
                let (a, b, c) = match search::find(&data, &sep_bytes) {
                    Some(at) => (
                        $payload::make(vm, &data[..at]),
                        zelf.separator(vm, sep, &sep_bytes),
                        $payload::make(vm, &data[at + sep_bytes.len()..]),
                    ),
                    None => {
                        let empty = || $payload::make(vm, b"");
                        (zelf.same(vm), empty().into(), empty())
                    }
                };
                Ok(vm.new_tuple(vec![a.into(), b, c.into()]))
            }

            /// What is before the last separator, the separator, and what is after it.
            #[method(sig = "(self, sep, /)")]
            fn rpartition(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: PyObject<'_>,
            ) -> PyResult<PyRef<PyTuple>> {
                let sep_bytes = BytesLike::get(vm, sep)?.to_cow();
                if sep_bytes.is_empty() {
                    return Err(vm.value_error("empty separator"));
                }
                let data = zelf.data();
                let (a, b, c) = match search::rfind(&data, &sep_bytes) {
                    Some(at) => (
                        $payload::make(vm, &data[..at]),
                        zelf.separator(vm, sep, &sep_bytes),
                        $payload::make(vm, &data[at + sep_bytes.len()..]),
                    ),
                    None => {
                        let empty = || $payload::make(vm, b"");
                        (empty(), empty().into(), zelf.same(vm))
                    }
                };
                Ok(vm.new_tuple(vec![a.into(), b, c.into()]))
            }

            /// A copy without whitespace, or without the given bytes, at its ends.
            #[method(sig = "(self, bytes=None, /)")]
            fn strip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Both)
            }

            /// As strip, at the start only.
            #[method(sig = "(self, bytes=None, /)")]
            fn lstrip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Left)
            }

            /// As strip, at the end only.
            #[method(sig = "(self, bytes=None, /)")]
            fn rstrip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Right)
            }

            /// The bytes in the middle of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn center(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "center")?;
                let room = zelf.room(width);
                let left = room / 2 + (room & width as usize & 1);
                zelf.padded(vm, left, room - left, fill)
            }

            /// The bytes at the left of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn ljust(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "ljust")?;
                zelf.padded(vm, 0, zelf.room(width), fill)
            }

            /// The bytes at the right of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn rjust(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "rjust")?;
                zelf.padded(vm, zelf.room(width), 0, fill)
            }

            /// The bytes with zeros in front, after the sign, to the given width.
            #[method(sig = "(self, width, /)")]
            fn zfill(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
            ) -> PyResult<PyRef<$payload>> {
                let room = zelf.room(width);
                if room == 0 {
                    return Ok(zelf.same(vm));
                }
                let mut out = bytes_like::pad(vm, &zelf.data(), room, 0, b'0')?;
                if matches!(out.get(room), Some(b'+' | b'-')) {
                    out.swap(0, room);
                }
                Ok($payload::make(vm, &out))
            }

            /// A copy with tabs replaced by spaces.
            #[method(sig = "(self, /, tabsize=8)")]
            fn expandtabs(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                tabsize: i32,
            ) -> PyResult<PyRef<$payload>> {
                let made =
                    text::utf8::replace::expand_tabs::<Bytes>(&zelf.data(), i64::from(tabsize));
                let out = made.map_err(|e| bytes_like::too_long(vm, e))?;
                Ok($payload::make(vm, &out))
            }

            /// The items of an iterable with these bytes between them.
            #[method(sig = "(self, iterable_of_bytes, /)")]
            fn join(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                iterable_of_bytes: PyObject<'_>,
            ) -> PyResult<PyRef<$payload>> {
                if let Some(only) = zelf.join_of_one(vm, iterable_of_bytes) {
                    return Ok(only);
                }
                let _held = zelf.hold();
                let out = bytes_like::join(vm, &zelf.data(), iterable_of_bytes)?;
                Ok($payload::make(vm, &out))
            }
        }

        impl Py<$payload> {
            fn position_of(
                &self,
                vm: &VirtualMachine,
                sub: PyObject<'_>,
                (start, end): (Option<Bound>, Option<Bound>),
                from_right: bool,
            ) -> PyResult<Option<usize>> {
                let _held = self.hold();
                let sub = Needle::of(vm, sub)?;
                let find = |d: &[u8]| sub.with(|s| bytes_like::find(d, s, start, end, from_right));
                Ok(self.with_data(find))
            }

            fn stripped(
                &self,
                vm: &VirtualMachine,
                set: NoneOr<PyObject<'_>>,
                ends: Ends,
            ) -> PyResult<PyRef<$payload>> {
                let set = set.0.map(|o| BytesLike::get(vm, o)).transpose()?;
                let data = self.data();
                let rest = bytes_like::strip(&data, set.as_ref(), ends);
                if rest.len() == data.len() {
                    return Ok(self.same(vm));
                }
                Ok($payload::make(vm, rest))
            }

            fn room(&self, width: isize) -> usize {
                usize::try_from(width).unwrap_or(0).saturating_sub(self.with_data(<[u8]>::len))
            }

            fn padded(
                &self,
                vm: &VirtualMachine,
                left: usize,
                right: usize,
                fill: u8,
            ) -> PyResult<PyRef<$payload>> {
                if left == 0 && right == 0 {
                    return Ok(self.same(vm));
                }
                Ok($payload::make(vm, &bytes_like::pad(vm, &self.data(), left, right, fill)?))
            }
        }
    };
}
pub(crate) use shared_methods;
