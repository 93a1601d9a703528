//! Classes made without any Python code.

use crate::interpreter::Settings;
use crate::object::alloc;
use crate::prelude::*;

fn class(
    vm: &VirtualMachine,
    name: &str,
    bases: &[&Py<PyType>],
    slots: Option<&[&str]>,
) -> PyResult<PyRef<PyType>> {
    let dict = vm.new_dict();
    if let Some(slots) = slots {
        let names = slots.iter().map(|s| vm.new_str(s).into()).collect();
        dict.set_str(vm, &vm.names().__slots__, vm.new_tuple(names).into())?;
    }
    let bases = vm.new_tuple(bases.iter().map(|b| b.to_ref().into()).collect());
    let name = vm.new_str(name);
    let args = [name.as_object(), bases.as_object(), dict.as_object()];
    let made = vm.call_positional(vm.types().type_.as_object(), &args)?;
    Ok(made.downcast::<PyType>().expect("a type"))
}

/// `Ok` text or `Type: message`.
fn show(vm: &VirtualMachine, r: PyResult) -> String {
    match r.and_then(|v| vm.str(v.as_object())) {
        Ok(s) => s.to_string_lossy().into_owned(),
        Err(e) => {
            let args = e.args.get(vm);
            let text = args.as_slice().first().and_then(|a| vm.str(a.as_object()).ok());
            let text = text.map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
            format!("{}: {text}", e.class().display_name())
        }
    }
}

#[test]
fn classes_and_instances() {
    let vm = VirtualMachine::new(Settings::default());
    let _entered = alloc::enter(&vm);
    let vm = &vm;
    let check = |r: PyResult, want: &str| assert_eq!(show(vm, r), want);
    let a = class(vm, "A", &[], None).expect("A");
    let b = class(vm, "B", &[&a], None).expect("B");
    let s = class(vm, "S", &[], Some(&["x", "y"])).expect("S");
    let t = class(vm, "T", &[&s], Some(&["__z", "__dict__"])).expect("T");
    check(Ok(a.clone().into()), "<class 'A'>");
    let mro = |t: &Py<PyType>| -> Vec<String> {
        t.mro().as_slice().iter().map(|t| show(vm, Ok(t.clone()))).collect()
    };
    assert_eq!(mro(&b), ["<class 'B'>", "<class 'A'>", "<class 'object'>"]);
    check(
        class(vm, "C", &[&a, &b], None).map(Into::into),
        "TypeError: Cannot create a consistent method resolution order (MRO) for bases A, B",
    );
    check(
        class(vm, "C", &[&vm.types().int, &vm.types().str], None).map(Into::into),
        "TypeError: multiple bases have instance lay-out conflict",
    );
    check(
        class(vm, "C", &[&vm.types().bool_], None).map(Into::into),
        "TypeError: type 'bool' is not an acceptable base type",
    );
    check(
        class(vm, "C", &[&vm.types().int], Some(&["q"])).map(Into::into),
        "TypeError: nonempty __slots__ not supported for subtype of 'int'",
    );
    check(
        class(vm, "C", &[&a], Some(&["__dict__"])).map(Into::into),
        "TypeError: __dict__ slot disallowed: we already got one",
    );

    let one = vm.new_str("1");
    let x = vm.intern("x");
    for typ in [&a, &b, &s, &t] {
        let o = vm.call_positional(typ.as_object(), &[]).expect("instance");
        check(
            vm.get_attr(o.as_object(), &x),
            &format!(
                "AttributeError: '{}' object has no attribute 'x'",
                typ.name().to_string_lossy()
            ),
        );
        vm.set_attr(o.as_object(), &x, Some(one.as_object())).expect("set");
        check(vm.get_attr(o.as_object(), &x), "1");
        vm.set_attr(o.as_object(), &x, None).expect("deleted");
        assert!(vm.set_attr(o.as_object(), &x, None).is_err());
        let w = vm.intern("w");
        assert_eq!(vm.set_attr(o.as_object(), &w, Some(one.as_object())).is_ok(), !typ.is(&s));
    }
    check(
        vm.call_positional(a.as_object(), &[one.as_object()]),
        "TypeError: A() takes no arguments",
    );

    // `__class__`: inline values move to the dict, whatever the capacities.
    let wide = {
        let dict = vm.new_dict();
        let names = (0..20).map(|i| vm.new_str(format!("a{i}")).into()).collect();
        dict.set_str(vm, &vm.names().__static_attributes__, vm.new_tuple(names).into())
            .expect("set");
        let (name, bases) = (vm.new_str("W"), vm.new_tuple(Vec::new()));
        let args = [name.as_object(), bases.as_object(), dict.as_object()];
        vm.call_positional(vm.types().type_.as_object(), &args).expect("W")
    };
    let o = vm.call_positional(a.as_object(), &[]).expect("instance");
    vm.set_attr(o.as_object(), &x, Some(one.as_object())).expect("set");
    let cls = &vm.names().__class__;
    for to in [wide.as_object(), a.as_object(), wide.as_object(), b.as_object()] {
        vm.set_attr(o.as_object(), cls, Some(to)).expect("assigned");
        check(vm.get_attr(o.as_object(), &x), "1");
        vm.set_attr(o.as_object(), &vm.intern("a19"), Some(one.as_object())).expect("set");
    }
    check(
        vm.set_attr(o.as_object(), cls, Some(s.as_object())).map(|()| vm.none()),
        "TypeError: __class__ assignment: 'S' object layout differs from 'B'",
    );
    drop(o);

    // Slots follow dunders, also later and below.
    let len = vm.get_attr(vm.types().tuple.as_object(), &vm.names().__len__);
    assert!(b.slots.mp_length.get().is_none());
    if let Ok(len) = len {
        vm.set_attr(a.as_object(), &vm.names().__len__, Some(len.as_object())).expect("set");
        assert!(b.slots.mp_length.get().is_some());
        vm.set_attr(a.as_object(), &vm.names().__len__, None).expect("deleted");
        assert!(b.slots.mp_length.get().is_none());
    }
    // `__bases__`.
    let c = class(vm, "C", &[], None).expect("C");
    let bases = vm.new_tuple(vec![c.clone().into()]);
    vm.set_attr(b.as_object(), &vm.names().__bases__, Some(bases.as_object())).expect("set");
    assert_eq!(mro(&b), ["<class 'B'>", "<class 'C'>", "<class 'object'>"]);
    let bases = vm.new_tuple(vec![b.clone().into()]);
    check(
        vm.set_attr(c.as_object(), &vm.names().__bases__, Some(bases.as_object()))
            .map(|()| vm.none()),
        "TypeError: a __bases__ item causes an inheritance cycle",
    );
    drop((a, b, c, s, t, wide));
    assert!(crate::gc::collect(vm, 2) > 0);
}
