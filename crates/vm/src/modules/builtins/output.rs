//! `print`.

use crate::prelude::*;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// Writes values as text, with sep between and end after them.
    ///
    /// file is where to, sys.stdout by default; flush passes it on at once.
    #[function(
        sig = "(*args, sep=None, end=None, file=None, flush=False)",
        text = "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)"
    )]
    fn print(
        vm: &VirtualMachine,
        args: Rest<'_>,
        sep: NoneOr<PyObject<'_>>,
        end: NoneOr<PyObject<'_>>,
        file: NoneOr<PyObject<'_>>,
        flush: bool,
    ) -> PyResult<()> {
        let n = vm.names();
        let file = match file.0 {
            Some(f) => f.to_owned(),
            None => match vm.sys_attr(&n.stdout)? {
                None if !vm.interp.import.streams_made.get() => return to_host(vm, args),
                None => return Err(vm.runtime_error("lost sys.stdout")),
                Some(f) if f.is_none() => return Ok(()),
                Some(f) => f,
            },
        };
        let text = |o: Option<PyObject<'_>>, name: &str| match o {
            Some(o) if o.downcast::<PyStr>().is_none() => Err(vm.type_error(format!(
                "{name} must be None or a string, not {}",
                o.class(vm).display_name()
            ))),
            o => Ok(o.map(PyObject::to_owned)),
        };
        let sep = text(sep.0, "sep")?.unwrap_or_else(|| n.space.clone().into());
        let end = text(end.0, "end")?.unwrap_or_else(|| n.newline_str.clone().into());
        let write = vm.get_attr(file.as_object(), &n.write)?;
        let put = |s: PyObject<'_>| vm.call_positional(write.as_object(), &[s]).map(drop);
        for (i, o) in args.iter().enumerate() {
            if i > 0 {
                put(sep.as_object())?;
            }
            put(vm.str(o)?.as_object())?;
        }
        put(end.as_object())?;
        if flush {
            vm.call_method(file.as_object(), &n.flush, &[])?;
        }
        Ok(())
    }
}

/// Before the standard streams are made, output goes straight to the descriptor.
fn to_host(vm: &VirtualMachine, args: Rest<'_>) -> PyResult<()> {
    let mut line = Vec::new();
    for (i, o) in args.iter().enumerate() {
        if i > 0 {
            line.push(b' ');
        }
        line.extend_from_slice(vm.str(o)?.as_bytes());
    }
    line.push(b'\n');
    crate::import::state::write_all(1, &line);
    Ok(())
}
