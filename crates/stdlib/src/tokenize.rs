//! `_tokenize`: the parser's tokens for the `tokenize` module, from lines that a `readline`
//! function gives.

use parser::errors::{ErrorKind, SyntaxError};
use parser::lexer::tokenize::{Step, TokenInfo, Tokenizer};
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

#[pyclass(name = "TokenizerIter", module = "_tokenize", doc = None, flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyTokenizerIter {
    readline: PyObjectRef,
    /// Lines are bytes in this encoding; None: they are strings.
    encoding: Option<PyRef<PyStr>>,
    #[pytraverse(skip)]
    tokenizer: PyCell<Tokenizer>,
    /// The last token's line, which the next one mostly shares.
    line: PyCell<Option<PyObjectRef>>,
    #[pytraverse(skip)]
    line_range: PyCell<(u32, u32)>,
}

/// What the tokenizer says, without its cell being borrowed.
enum Answer {
    Token(TokenInfo, Vec<u8>),
    NeedLine,
    Done,
    Error(SyntaxError),
}

impl PyTokenizerIter {
    fn ask(&self) -> Answer {
        self.tokenizer.with_mut(|t| match t.step() {
            Ok(Step::Token(info)) => {
                let (start, end) = info.text;
                let text = t.source().get(start as usize..end as usize).unwrap_or_default();
                Answer::Token(info, text.to_vec())
            }
            Ok(Step::NeedLine) => Answer::NeedLine,
            Ok(Step::Done) => Answer::Done,
            Err(e) => Answer::Error(e),
        })
    }

    fn read_line(&self, vm: &VirtualMachine) -> PyResult<()> {
        let line = match vm.call_positional(self.readline.as_object(), &[]) {
            Ok(line) => line,
            Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
                self.tokenizer.with_mut(Tokenizer::finish);
                return Ok(());
            }
            Err(e) => return Err(e),
        };
        let line = match &self.encoding {
            None => line,
            Some(encoding) => {
                if line.as_object().downcast::<PyBytes>().is_none() {
                    return Err(vm.type_error("readline() returned a non-bytes object"));
                }
                let errors = vm.new_str("replace");
                let args = [line.as_object(), encoding.as_object(), errors.as_object()];
                vm.call_positional(vm.types().str.as_object(), &args)?
            }
        };
        let Some(line) = line.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error("readline() returned a non-string object"));
        };
        let Some(text) = line.to_str() else {
            return Err(vm::call::from_args::surrogate_error(vm, line));
        };
        self.tokenizer
            .with_mut(|t| if text.is_empty() { t.finish() } else { t.feed(text.as_bytes()) });
        Ok(())
    }

    fn line_of(&self, vm: &VirtualMachine, info: &TokenInfo) -> PyObjectRef {
        if self.line_range.get() == info.line
            && let Some(line) = self.line.get()
        {
            return line;
        }
        let (start, end) = info.line;
        let line: PyObjectRef = self
            .tokenizer
            .with(|t| {
                vm.new_str_bytes(t.source().get(start as usize..end as usize).unwrap_or_default())
            })
            .into();
        self.line_range.set(info.line);
        self.line.set(Some(line.clone()));
        line
    }

    fn error(&self, vm: &VirtualMachine, e: SyntaxError) -> PyErr {
        let exc = vm.exc();
        let typ = match e.kind {
            ErrorKind::Indentation => &exc.indentation_error,
            ErrorKind::Tab => &exc.tab_error,
            ErrorKind::Memory => return vm.memory_error_msg(e.msg.as_bytes()),
            ErrorKind::Value => return vm.value_error(e.msg.as_bytes()),
            ErrorKind::Syntax | ErrorKind::Incomplete => &exc.syntax_error,
        };
        let message = vm.new_str(&e.msg);
        let filename = vm.new_str("<string>");
        let number = |n: Option<i64>| n.map_or_else(PyObjectRef::none, |n| vm.new_int(n));
        let (line, offset) = (number(e.lineno.map(i64::from)), number(e.offset.map(i64::from)));
        let made = match e.text {
            Some(text) => {
                let place = vm.new_tuple(vec![
                    filename.into(),
                    line,
                    offset,
                    vm.new_str(text).into(),
                    number(e.end_lineno.map(i64::from)),
                    number(e.end_offset.map(i64::from)),
                ]);
                vm.call_positional(typ.as_object(), &[message.as_object(), place.as_object()])
            }
            // The end of the input has no text to show, and only attributes say where it is.
            None => vm.call_positional(typ.as_object(), &[message.as_object()]).and_then(|e| {
                let places = [("filename", filename.into()), ("lineno", line), ("offset", offset)];
                for (name, value) in places {
                    vm.set_attr(e.as_object(), &vm.intern(name), Some(value.as_object()))?;
                }
                Ok(e)
            }),
        };
        let made = made.and_then(|e| {
            e.downcast::<vm::builtins::exception::PyBaseException>()
                .map_err(|_| vm.type_error("exceptions must derive from BaseException"))
        });
        match made {
            Ok(e) | Err(e) => e,
        }
    }
}

#[pymethods]
impl PyTokenizerIter {
    #[slot(sig = "(readline, /, *, encoding=<unrepresentable>, extra_tokens)", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        readline: PyObjectRef,
        encoding: Option<&Py<PyStr>>,
        extra_tokens: bool,
    ) -> PyRef<PyTokenizerIter> {
        let iter = PyTokenizerIter {
            readline,
            encoding: encoding.map(Py::to_ref),
            tokenizer: PyCell::new(Tokenizer::new(extra_tokens)),
            line: PyCell::new(None),
            line_range: PyCell::new((0, 0)),
        };
        vm.alloc(cls, iter)
    }

    #[slot]
    fn iter(zelf: &Py<PyTokenizerIter>) -> PyRef<PyTokenizerIter> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let (info, text) = loop {
            match self.ask() {
                Answer::Token(info, text) => break (info, text),
                Answer::NeedLine => self.read_line(vm)?,
                Answer::Done => return Ok(None),
                Answer::Error(e) => return Err(self.error(vm, e)),
            }
        };
        let place = |(line, col): (u32, i32)| -> PyObjectRef {
            vm.new_tuple(vec![vm.new_int(line.into()), vm.new_int(col.into())]).into()
        };
        let items = vec![
            vm.new_int(info.kind as i64),
            vm.new_str_bytes(&text).into(),
            place(info.start),
            place(info.end),
            self.line_of(vm, &info),
        ];
        Ok(Some(vm.new_tuple(items).into()))
    }
}

#[pymodule(name = "_tokenize", types(PyTokenizerIter))]
pub mod module {
    use super::*;
}

pub use module::MODULE;
