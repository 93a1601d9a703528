//! `input`, `open`, `breakpoint`, `__import__`.

use crate::prelude::*;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// Reads a line from standard input, without its newline.
    ///
    /// The prompt is shown first.  EOFError at the end of input.
    #[function(sig = "(prompt='', /)")]
    fn input(vm: &VirtualMachine, prompt: Option<PyObject<'_>>) -> PyResult {
        let stream = |name: &Py<PyStr>| -> PyResult {
            match vm.sys_attr(name)? {
                Some(f) if !f.is_none() => Ok(f),
                _ => Err(vm.runtime_error(format!("lost sys.{}", name.to_string_lossy()))),
            }
        };
        let n = vm.names();
        let (stdin, stdout, stderr) = (stream(&n.stdin)?, stream(&n.stdout)?, stream(&n.stderr)?);
        super::super::super::sys::audit(
            vm,
            "builtins.input",
            &[prompt.unwrap_or(n.empty_str.as_object())],
        )?;
        // Errors of flushing stderr are nobody's business here.
        let _ = vm.call_method(stderr.as_object(), &n.flush, &[]);
        let line = match terminal_line(vm, &stdin, &stdout, prompt)? {
            Some(line) => line,
            None => {
                if let Some(p) = prompt {
                    let text = vm.str(p)?;
                    vm.call_method(stdout.as_object(), &n.write, &[text.as_object()])?;
                }
                let _ = vm.call_method(stdout.as_object(), &n.flush, &[]);
                vm.call_method(stdin.as_object(), &n.readline, &[])?
            }
        };
        let Some(text) = line.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error("object.readline() returned non-string"));
        };
        match text.as_bytes() {
            [] => Err(vm.eof_error("EOF when reading a line")),
            [rest @ .., b'\n'] => Ok(vm.new_str_bytes(rest).into()),
            _ => Ok(line),
        }
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// See io.open for the arguments.
    #[function(
        text = "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(io) = vm.import_native("_io")? else {
            return Err(vm.import_error_msg("No module named '_io'"));
        };
        let open = vm.get_attr(io.as_object(), &vm.names().open)?;
        vm.call(open.as_object(), args)
    }

    /// Starts the debugger: calls sys.breakpointhook with the same arguments.
    #[function(text = "($module, /, *args, **kws)")]
    fn breakpoint(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let Some(hook) = vm.sys_attr(&vm.intern("breakpointhook"))? else {
            return Err(vm.runtime_error("lost sys.breakpointhook"));
        };
        super::super::super::sys::audit(vm, "builtins.breakpoint", &[hook.as_object()])?;
        vm.call(hook.as_object(), args)
    }

    /// What an import statement calls.
    ///
    /// importlib.import_module() is better for other uses.  globals tells what a
    /// relative name is relative to; locals is not used.  With fromlist the result is
    /// the module named, else its top package.  level counts the dots in front.
    #[function(sig = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn __import__(
        vm: &VirtualMachine,
        name: PyObject<'_>,
        globals: Option<PyObject<'_>>,
        locals: Option<PyObject<'_>>,
        fromlist: Option<PyObject<'_>>,
        level: i32,
    ) -> PyResult {
        let _ = locals;
        crate::import::import_level(vm, name, globals, fromlist, level)
    }
}

/// A line from the terminal by way of the line editor, when both streams are the
/// terminal's and an editor is there.
fn terminal_line(
    vm: &VirtualMachine,
    stdin: &PyObjectRef,
    stdout: &PyObjectRef,
    prompt: Option<PyObject<'_>>,
) -> PyResult<Option<PyObjectRef>> {
    let Some(read) = vm.interp.import.read_line.get() else { return Ok(None) };
    let n = vm.names();
    for (stream, fd) in [(stdin, 0), (stdout, 1)] {
        let Ok(no) = vm.call_method(stream.as_object(), &n.fileno, &[]) else { return Ok(None) };
        if no.as_object().small_int() != Some(fd) || !host::terminal::is_terminal(fd as i32) {
            return Ok(None);
        }
    }
    let _ = vm.call_method(stdout.as_object(), &n.flush, &[]);
    let prompt = match prompt {
        Some(p) => vm.str(p)?,
        None => n.empty_str.clone(),
    };
    match read(&prompt.to_string_lossy()) {
        crate::import::state::Line::Text(line) => Ok(Some(vm.new_str(line).into())),
        crate::import::state::Line::End => Ok(Some(n.empty_str.clone().into())),
        crate::import::state::Line::Interrupted => {
            Err(vm.new_exception(&vm.exc().keyboard_interrupt, Vec::new()))
        }
    }
}
