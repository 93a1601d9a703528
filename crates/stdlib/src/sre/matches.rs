//! Match objects.

use super::expand::compile_template;
use super::pattern::PyPattern;
use super::subject::Subject;
use vm::builtins::bytes::PyBytes;
use vm::builtins::generic_alias::PyGenericAlias;
use vm::prelude::*;

pub type Span = (usize, usize);

/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[pyclass(name = "Match", module = "re", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyMatch {
    string: PyObjectRef,
    subject: Subject,
    pattern: PyRef<PyPattern>,
    pos: isize,
    endpos: isize,
    /// In bytes.
    #[pytraverse(skip)]
    span: Span,
    #[pytraverse(skip)]
    groups: Box<[Option<Span>]>,
    #[pytraverse(skip)]
    last_index: Option<usize>,
}

impl PyMatch {
    pub fn new(
        string: PyObjectRef,
        subject: Subject,
        pattern: PyRef<PyPattern>,
        (pos, endpos): (isize, isize),
        span: Span,
        groups: Box<[Option<Span>]>,
        last_index: Option<usize>,
    ) -> PyMatch {
        PyMatch { string, subject, pattern, pos, endpos, span, groups, last_index }
    }

    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// A group's span in bytes; the whole match's for 0.
    pub fn span_of(&self, group: usize) -> Option<Span> {
        match group {
            0 => Some(self.span),
            i => *self.groups.get(i - 1)?,
        }
    }

    /// The number of a group that is named by number or by name.
    fn group_number(&self, vm: &VirtualMachine, group: PyObject<'_>) -> PyResult<usize> {
        let number = if vm.is_index(group) {
            vm.index_i64(group)?
        } else {
            match self.pattern.groupindex.get(vm, group)? {
                Some(n) => n.as_object().small_int(),
                None => None,
            }
        };
        match number.and_then(|n| usize::try_from(n).ok()) {
            Some(n) if n <= self.groups.len() => Ok(n),
            _ => Err(vm.index_error("no such group")),
        }
    }

    fn text_of(&self, vm: &VirtualMachine, group: usize) -> PyResult<Option<PyObjectRef>> {
        let Some((start, end)) = self.span_of(group) else { return Ok(None) };
        let string = self.string.as_object();
        if self.subject.is_str() || string.downcast::<PyBytes>().is_some() {
            return Ok(Some(self.subject.slice(vm, start, end)));
        }
        // Memory that changes is read anew, as much of it as is still there.
        let now = Subject::of(vm, string)?;
        let len = now.bytes().len();
        Ok(Some(now.slice(vm, start.min(len), end.min(len))))
    }

    fn text_or(&self, vm: &VirtualMachine, group: usize, default: PyObject<'_>) -> PyResult {
        Ok(self.text_of(vm, group)?.unwrap_or_else(|| default.to_owned()))
    }

    /// A group's span in characters; -1 twice if it took no part.
    fn positions(&self, group: usize) -> (isize, isize) {
        match self.span_of(group) {
            Some((start, end)) => {
                (self.subject.to_char(start) as isize, self.subject.to_char(end) as isize)
            }
            None => (-1, -1),
        }
    }

    fn positions_by(
        &self,
        vm: &VirtualMachine,
        group: Option<PyObject<'_>>,
    ) -> PyResult<(isize, isize)> {
        let number = match group {
            Some(g) => self.group_number(vm, g)?,
            None => 0,
        };
        Ok(self.positions(number))
    }
}

#[pymethods]
impl PyMatch {
    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let (start, end) = self.positions(0);
        let text = vm.repr(self.text_or(vm, 0, PyObject::none())?.as_object())?;
        let head = format!("<re.Match object; span=({start}, {end}), match=");
        Ok(PyStr::from_parts(vm, &[head.as_bytes(), text.as_bytes(), b">"]))
    }

    #[slot]
    fn subscript(
        zelf: &Py<PyMatch>,
        vm: &VirtualMachine,
        group: PyObject<'_>,
    ) -> PyResult<Option<PyObjectRef>> {
        let number = zelf.group_number(vm, group)?;
        zelf.text_of(vm, number)
    }

    /// The text of one or more groups, each by number or name; of the whole match for 0.
    #[method(sig = "(self, /, *groups)", text = "")]
    fn group(&self, vm: &VirtualMachine, groups: Rest<'_>) -> PyResult {
        let none = PyObject::none();
        match groups.len() {
            0 => self.text_or(vm, 0, none),
            1 => {
                let number = self.group_number(vm, groups.get(0).unwrap_or(none))?;
                self.text_or(vm, number, none)
            }
            _ => {
                let mut items = Vec::with_capacity(groups.len());
                for g in groups.iter() {
                    let number = self.group_number(vm, g)?;
                    items.push(self.text_or(vm, number, none)?);
                }
                Ok(vm.new_tuple(items).into())
            }
        }
    }

    /// Where the group's text begins.
    #[method(sig = "(self, group=0, /)")]
    fn start(&self, vm: &VirtualMachine, group: Option<PyObject<'_>>) -> PyResult<isize> {
        Ok(self.positions_by(vm, group)?.0)
    }

    /// Where the group's text ends.
    #[method(sig = "(self, group=0, /)")]
    fn end(&self, vm: &VirtualMachine, group: Option<PyObject<'_>>) -> PyResult<isize> {
        Ok(self.positions_by(vm, group)?.1)
    }

    /// Where the group's text begins and ends.
    #[method(sig = "(self, group=0, /)")]
    fn span(&self, vm: &VirtualMachine, group: Option<PyObject<'_>>) -> PyResult<(isize, isize)> {
        self.positions_by(vm, group)
    }

    /// The texts of all groups, with a default for those that took no part.
    #[method(sig = "(self, /, default=None)")]
    fn groups(
        &self,
        vm: &VirtualMachine,
        default: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyTuple>> {
        let default = default.unwrap_or(PyObject::none());
        let texts = (1..=self.groups.len()).map(|i| self.text_or(vm, i, default));
        Ok(vm.new_tuple(texts.collect::<PyResult<Vec<_>>>()?))
    }

    /// The texts of the named groups, by name.
    #[method(sig = "(self, /, default=None)")]
    fn groupdict(
        &self,
        vm: &VirtualMachine,
        default: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyDict>> {
        let default = default.unwrap_or(PyObject::none());
        let out = vm.new_dict();
        for (name, _) in self.pattern.groupindex.items() {
            let number = self.group_number(vm, name.as_object())?;
            out.set(vm, name.as_object(), self.text_or(vm, number, default)?)?;
        }
        Ok(out)
    }

    /// The template with groups put in, as sub() does.
    #[method(sig = "(self, /, template)")]
    fn expand(&self, vm: &VirtualMachine, template: PyObject<'_>) -> PyResult {
        compile_template(vm, &self.pattern, template)?.expand_match(vm, self)
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

    /// The string passed to match() or search().
    #[member]
    fn string(&self) -> PyObjectRef {
        self.string.clone()
    }

    /// The regular expression object.
    #[member]
    fn re(&self) -> PyObjectRef {
        self.pattern.clone().into()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[member]
    fn pos(&self) -> isize {
        self.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[member]
    fn endpos(&self) -> isize {
        self.endpos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(&self) -> Option<usize> {
        self.last_index
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(&self) -> Option<PyObjectRef> {
        self.pattern.indexgroup.as_slice().get(self.last_index?).cloned()
    }

    #[getter]
    fn regs(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        let mut items = Vec::with_capacity(self.groups.len() + 1);
        for i in 0..=self.groups.len() {
            items.push(self.positions(i).into_py_result(vm)?);
        }
        Ok(vm.new_tuple(items))
    }
}
