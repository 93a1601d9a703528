use rpython_vm::builtins::function::PyFunction;
use rpython_vm::interpreter::Settings;
use rpython_vm::prelude::*;
fn main() {
    let vm = VirtualMachine::new(Settings::default());
    let _e = rpython_vm::object::alloc::enter(&vm);
    for path in std::env::args().skip(1) {
        let src = std::fs::read(&path).unwrap();
        let t = std::time::Instant::now();
        let run = || -> PyResult<()> {
            let code = vm.compile_source(&src, path.as_bytes(), parser::Mode::Exec)?;
            let g = vm.new_dict();
            for (n, t) in [("range", vm.type_of::<rpython_vm::builtins::range::PyRange>().as_object().to_owned()), ("object", vm.types().object.clone().into())] {
                g.set_str(&vm, &vm.intern(n), t)?;
            }
            g.set_str(&vm, &vm.intern("__name__"), vm.new_str("__main__").into())?;
            let f = PyFunction::create(&vm, code, g.clone(), None)?;
            rpython_vm::interp::calls::run_body(&vm, f, g.clone().into())?;
            let r = g.get_name(&vm.intern("r")).unwrap();
            println!("{path} r={} {:?}", vm.repr(r.as_object())?.to_string_lossy(), t.elapsed());
            Ok(())
        };
        if let Err(e) = run() { println!("{path} error {} {:?}", e.class().display_name(), vm.str(e.as_object()).map(|s| s.to_string_lossy().into_owned()).ok()); }
    }
}
