//! Import statements.

use super::names::namespace_get;
use super::{ok, op};
use crate::prelude::*;

op!(escapes ImportName, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    let (level, fromlist) = (c.peek_object(1), c.peek_object(0));
    let import = namespace_get(vm, c.builtins().as_object(), &vm.names().__import__);
    let import = match ok!(c, import) {
        Some(f) => f,
        None => return c.error(vm.import_error_msg("__import__ not found")),
    };
    let locals = c.names().map_or_else(PyObjectRef::none, |n| n.to_owned());
    let globals = c.globals().to_ref();
    let m = ok!(
        c,
        crate::import::import_name(vm, import.as_object(), name, &globals, &locals, fromlist, level)
    );
    c.replace_top(2, m);
    c.advance(1);
    c.check_periodic()
});

op!(escapes ImportFrom, |c| {
    let name = c.name(c.oparg() as usize);
    let v = ok!(c, crate::import::import_from(c.vm(), c.peek_object(0), name));
    c.push_owned(v);
    c.advance(1);
    c.check_periodic()
});
