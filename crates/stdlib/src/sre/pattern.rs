//! Pattern objects, and one run of a pattern over a subject.

use super::engine::{self, Bytes, Locale, Mode, Program, State, Utf8};
use super::matches::{PyMatch, Span};
use super::scanner::PyScanner;
use super::subject::Subject;
use std::cell::Cell;
use std::ops::ControlFlow;
use vm::builtins::call_iter::PyCallIter;
use vm::builtins::generic_alias::PyGenericAlias;
use vm::prelude::*;
use vm::protocol::hash::hash;

static C_LOCALE: Locale = Locale::C;

const UNICODE: i32 = 32;

/// The flags that `repr` names, in its order.
const FLAG_NAMES: [(&str, i32); 7] = [
    ("re.IGNORECASE", 2),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
    ("re.LOCALE", 4),
];
const ASCII: i32 = 256;
const LOCALE: i32 = 4;

/// Compiled regular expression object.
#[pyclass(
    name = "Pattern",
    module = "re",
    flags(HAVE_GC, EXT, DISALLOW_INSTANTIATION),
    with(methods)
)]
#[derive(Traverse)]
pub struct PyPattern {
    #[pytraverse(skip)]
    program: Program,
    #[pytraverse(skip)]
    code: Box<[u32]>,
    pattern: PyObjectRef,
    flags: i32,
    pub(super) groupindex: PyRef<PyDict>,
    pub(super) indexgroup: PyRef<PyTuple>,
    /// `None`: takes text and bytes alike.
    #[pytraverse(skip)]
    is_str: Option<bool>,
    /// The working memory of the last run.
    #[pytraverse(skip)]
    spare: Cell<Option<Box<State>>>,
}

impl PyPattern {
    pub fn compile(
        vm: &VirtualMachine,
        pattern: PyObject<'_>,
        flags: i32,
        code: &Py<PyList>,
        groups: isize,
        groupindex: &Py<PyDict>,
        indexgroup: &Py<PyTuple>,
    ) -> PyResult<PyRef<PyPattern>> {
        let mut words = Vec::new();
        for item in vm.collect(code.as_object())? {
            let word = vm.index_i64(item.as_object())?.and_then(|v| u32::try_from(v).ok());
            words.push(
                word.ok_or_else(|| {
                    vm.overflow_error("regular expression code size limit exceeded")
                })?,
            );
        }
        let is_str = match pattern.is_none() {
            true => None,
            false => Some(Subject::of(vm, pattern)?.is_str()),
        };
        let invalid = || vm.runtime_error("invalid SRE code");
        let groups = u32::try_from(groups).map_err(|_| invalid())?;
        let program = Program::new(&words, groups).map_err(|_| invalid())?;
        Ok(vm.new_object(PyPattern {
            program,
            code: words.into(),
            pattern: pattern.to_owned(),
            flags,
            groupindex: groupindex.to_ref(),
            indexgroup: indexgroup.to_ref(),
            is_str,
            spare: Cell::new(None),
        }))
    }

    pub fn group_count(&self) -> usize {
        self.program.groups()
    }

    pub fn source(&self) -> PyObject<'_> {
        self.pattern.as_object()
    }

    /// The characters of `string`, which must be of the pattern's kind.
    pub fn subject(&self, vm: &VirtualMachine, string: PyObject<'_>) -> PyResult<Subject> {
        let subject = Subject::of(vm, string)?;
        match (self.is_str, subject.is_str()) {
            (Some(true), false) => {
                Err(vm.type_error("cannot use a string pattern on a bytes-like object"))
            }
            (Some(false), true) => {
                Err(vm.type_error("cannot use a bytes pattern on a string-like object"))
            }
            _ => Ok(subject),
        }
    }
}

/// One or more searches in a subject, from `at` on.
pub struct Run<'a> {
    vm: &'a VirtualMachine,
    pattern: &'a Py<PyPattern>,
    subject: &'a Subject,
    end: usize,
    state: Option<Box<State>>,
    /// In bytes.
    pub at: usize,
    /// An empty match at `at` does not count.
    pub must_advance: bool,
}

impl<'a> Run<'a> {
    pub fn new(
        vm: &'a VirtualMachine,
        pattern: &'a Py<PyPattern>,
        subject: &'a Subject,
        start: usize,
        end: usize,
    ) -> Run<'a> {
        let state = Some(pattern.spare.take().unwrap_or_default());
        Run { vm, pattern, subject, end, state, at: start, must_advance: false }
    }

    fn state(&self) -> &State {
        self.state.as_deref().expect("held until the run is dropped")
    }

    pub fn find(&mut self, mode: Mode) -> PyResult<bool> {
        if self.at > self.end {
            return Ok(false);
        }
        let vm = self.vm;
        let mut failure = None;
        let poll = &mut || match vm.check_breaker() {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => {
                failure = Some(e);
                ControlFlow::Break(())
            }
        };
        let state = self.state.as_deref_mut().expect("held until the run is dropped");
        let text = &self.subject.bytes()[..self.end];
        let (program, at, advance) = (&self.pattern.program, self.at, self.must_advance);
        let found = if self.subject.is_wide() {
            state.run(program, Utf8(text), at, mode, advance, &C_LOCALE, poll)
        } else {
            state.run(program, Bytes(text), at, mode, advance, &C_LOCALE, poll)
        };
        found.map_err(|e| match e {
            engine::Error::Memory => vm.memory_error(),
            engine::Error::Interrupted => {
                failure.take().unwrap_or_else(|| vm.runtime_error("matching was broken off"))
            }
        })
    }

    /// The next search starts where the found match ends.
    pub fn advance(&mut self) {
        let (start, end) = self.span();
        self.must_advance = start == end;
        self.at = end;
    }

    pub fn span(&self) -> Span {
        self.state().span(0).expect("a match was found")
    }

    pub fn group(&self, group: usize) -> Option<Span> {
        self.state().span(group)
    }

    pub fn match_object(&self, string: &PyObjectRef, pos: isize, endpos: isize) -> PyRef<PyMatch> {
        let groups = (1..=self.pattern.group_count()).map(|i| self.group(i)).collect();
        let subject = match self.subject {
            Subject::Str(s) => Subject::Str(s.clone()),
            Subject::Bytes(b) => Subject::Bytes(b.clone()),
        };
        self.vm.new_object(PyMatch::new(
            string.clone(),
            subject,
            self.pattern.to_ref(),
            (pos, endpos),
            self.span(),
            groups,
            self.state().last_index(),
        ))
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.pattern.spare.set(self.state.take());
    }
}

fn single(
    zelf: &Py<PyPattern>,
    vm: &VirtualMachine,
    string: PyObject<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
    mode: Mode,
) -> PyResult {
    let subject = zelf.subject(vm, string)?;
    let start = pos.map_or(0, |p| subject.to_byte(p));
    let end = endpos.map_or(subject.bytes().len(), |p| subject.to_byte(p));
    let mut run = Run::new(vm, zelf, &subject, start, end);
    if !run.find(mode)? {
        return Ok(vm.none());
    }
    let (pos, endpos) = (subject.to_char(start) as isize, subject.to_char(end) as isize);
    Ok(run.match_object(&string.to_owned(), pos, endpos).into())
}

#[pymethods]
impl PyPattern {
    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        const QUOTED: usize = 200;
        let mut flags = self.flags;
        if self.is_str != Some(false) && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
            flags &= !UNICODE;
        }
        let source = vm.repr(self.source())?;
        let shown = source.as_bytes();
        let shown = match source.char_len() > QUOTED {
            true => &shown[..text::utf8::index::byte_offset(shown, QUOTED)],
            false => shown,
        };
        let mut names = Vec::new();
        for (name, flag) in [FLAG_NAMES[0], FLAG_NAMES[6]]
            .iter()
            .chain(&FLAG_NAMES[1..3])
            .chain(&[("re.UNICODE", UNICODE)])
            .chain(&FLAG_NAMES[3..6])
        {
            if flags & flag != 0 {
                names.push((*name).to_owned());
                flags &= !flag;
            }
        }
        if flags != 0 {
            names.push(format!("{flags:#x}"));
        }
        let tail = match names.is_empty() {
            true => ")".to_owned(),
            false => format!(", {})", names.join("|")),
        };
        Ok(PyStr::from_parts(vm, &[b"re.compile(", shown, tail.as_bytes()]))
    }

    #[slot]
    fn hash(&self, vm: &VirtualMachine) -> PyResult<i64> {
        let mut h = hash(vm, self.source())?;
        for &word in &self.code {
            h = h.wrapping_mul(1_000_003) ^ i64::from(word);
        }
        h ^= i64::from(self.flags) ^ i64::from(self.is_str == Some(false));
        h ^= self.code.len() as i64;
        Ok(if h == -1 { -2 } else { h })
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(b) = other.downcast::<PyPattern>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(PyObjectRef::not_implemented());
        }
        let equal = zelf.is(b)
            || zelf.flags == b.flags
                && zelf.is_str == b.is_str
                && zelf.code == b.code
                && vm::protocol::comparison::equal(vm, zelf.source(), b.source())?;
        Ok(vm.new_bool(equal == (op == Comparison::Eq)))
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method(name = "match", sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn py_match(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult {
        single(zelf, vm, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[method(sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult {
        single(zelf, vm, string, pos, endpos, Mode::FullMatch)
    }

    /// Scans through the string for the first match; None if there is none.
    #[method(sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult {
        single(zelf, vm, string, pos, endpos, Mode::Search)
    }

    /// A list of all matches that do not overlap: their texts, or those of their groups.
    #[method(sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Vec<PyObjectRef>> {
        let subject = zelf.subject(vm, string)?;
        let start = pos.map_or(0, |p| subject.to_byte(p));
        let end = endpos.map_or(subject.bytes().len(), |p| subject.to_byte(p));
        let mut run = Run::new(vm, zelf, &subject, start, end);
        let mut found = Vec::new();
        let slice = |span: Option<Span>| match span {
            Some((start, end)) => subject.slice(vm, start, end),
            None => subject.empty(vm),
        };
        while run.find(Mode::Search)? {
            let item = match zelf.group_count() {
                n @ (0 | 1) => slice(run.group(n)),
                n => vm.new_tuple((1..=n).map(|i| slice(run.group(i))).collect()).into(),
            };
            vm.push_to(&mut found, item)?;
            run.advance();
        }
        Ok(found)
    }

    /// An iterator of match objects for all matches that do not overlap.
    #[method(sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<PyRef<PyCallIter>> {
        let scanner = Self::scanner(zelf, vm, string, pos, endpos)?;
        let search = vm.get_attr(scanner.as_object(), &vm.intern("search"))?;
        Ok(vm.new_object(PyCallIter::new(search, vm.none())))
    }

    #[method(sig = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<PyRef<PyScanner>> {
        PyScanner::create(vm, zelf, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))
    }

    /// The string cut at the matches, with the texts of groups between the pieces.
    #[method(sig = "(self, /, string, maxsplit=0)")]
    fn split(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        string: PyObject<'_>,
        maxsplit: Option<isize>,
    ) -> PyResult<Vec<PyObjectRef>> {
        let subject = zelf.subject(vm, string)?;
        let end = subject.bytes().len();
        let mut run = Run::new(vm, zelf, &subject, 0, end);
        let (mut pieces, mut cuts, mut last) = (Vec::new(), 0, 0);
        let most = maxsplit.unwrap_or(0);
        while (most == 0 || cuts < most) && run.find(Mode::Search)? {
            vm.push_to(&mut pieces, subject.slice(vm, last, run.span().0))?;
            for i in 1..=zelf.group_count() {
                let group = run.group(i).map(|(start, end)| subject.slice(vm, start, end));
                vm.push_to(&mut pieces, group.unwrap_or_else(PyObjectRef::none))?;
            }
            cuts += 1;
            last = run.span().1;
            run.advance();
        }
        vm.push_to(&mut pieces, subject.slice(vm, last, end))?;
        Ok(pieces)
    }

    #[method(name = "__copy__", sig = "(self, /)")]
    fn copy(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[method(name = "__deepcopy__", sig = "(self, memo, /)")]
    fn deepcopy(zelf: PyObject<'_>, memo: PyObject<'_>) -> PyObjectRef {
        let _ = memo;
        zelf.to_owned()
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// The pattern string from which the RE object was compiled.
    #[member]
    fn pattern(&self) -> PyObjectRef {
        self.pattern.clone()
    }

    /// The regex matching flags.
    #[member]
    fn flags(&self) -> i32 {
        self.flags
    }

    /// The number of capturing groups in the pattern.
    #[member]
    fn groups(&self) -> usize {
        self.group_count()
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(&self, vm: &VirtualMachine) -> PyResult {
        let names = vm.names();
        let of_type = vm.get_attr(vm.types().type_.as_object(), &names.__dict__)?;
        let proxy = of_type.class(vm).to_ref();
        vm.call_positional(proxy.as_object(), &[self.groupindex.as_object()])
    }
}
