//! `run(frame)`: the eval loop.
//!
//! Reading order: `cursor` (the raw steps a handler is made of), `dispatch` (the two
//! dispatchers over one set of handlers), `ops` (the handlers by topic), `calls` (frames
//! pushed and popped), `unwind` (errors), `specialize` (inline caches), `monitor` (tracing and monitoring).

pub mod calls;
pub mod cursor;
pub mod dispatch;
pub mod intrinsics;
pub mod monitor;
pub mod ops;
pub mod specialize;
pub mod unwind;

#[cfg(test)]
mod tests {
    use crate::builtins::function::PyFunction;
    use crate::interpreter::Settings;
    use crate::prelude::*;

    /// Runs a module body and gives the value of its global `r`.
    fn check(source: &str, expect: i64) {
        let vm = VirtualMachine::new(Settings::default());
        let _entered = crate::object::alloc::enter(&vm);
        let run = || -> PyResult<i64> {
            let code = vm.compile_source(source.as_bytes(), b"<test>", parser::Mode::Exec)?;
            let globals = vm.new_dict();
            let f = PyFunction::create(&vm, code, globals.clone(), None)?;
            super::calls::run_body(&vm, f, globals.clone().into())?;
            let r = globals.get_name(&vm.intern("r")).expect("r is set");
            Ok(r.as_object().small_int().expect("an int"))
        };
        match run() {
            Ok(v) => assert_eq!(v, expect),
            Err(e) => panic!(
                "{}: {:?}",
                e.class().display_name(),
                e.args
                    .get(&vm)
                    .as_slice()
                    .iter()
                    .map(|o| {
                        vm.str(o.as_object())
                            .map(|s| s.to_string_lossy().into_owned())
                            .unwrap_or_default()
                    })
                    .collect::<Vec<_>>()
            ),
        }
    }

    #[test]
    fn runs_python() {
        check("r = 1 + 2 * 3\n", 7);
        check("def fib(n):\n    return n if n < 2 else fib(n-1) + fib(n-2)\nr = fib(20)\n", 6765);
        check("i = 0\nr = 0\nwhile i < 1000:\n    r += i\n    i += 1\n", 499500);
        check(
            "def g():\n    yield 1\n    yield 2\n    return 3\nr = 0\nfor x in g():\n    r = r * 10 + x\n",
            12,
        );
        check("def h(a, b=2, *c, d=4, **e):\n    return a + b*10 + d*100\nr = h(1, d=5)\n", 521);
        check(
            "def outer():\n    x = 1\n    def inner():\n        nonlocal x\n        x += 1\n        return x\n    inner()\n    return inner()\nr = outer()\n",
            3,
        );
        check("def f():\n    try:\n        g()\n    except:\n        return 5\nr = f()\n", 5);
    }
}
