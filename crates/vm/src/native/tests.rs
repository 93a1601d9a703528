//! The worked example of the derive macros: what a definition turns into, and the errors
//! its signature gives.

use crate::call::signature::Owner;
use crate::interpreter::Settings;
use crate::prelude::*;
use crate::protocol::attributes::{generic_get_attr, generic_set_attr};
use std::cell::Cell;

/// A point in the plane.
///
/// It can be moved.
#[pyclass(name = "Point", module = "shapes", flags(BASETYPE), with(more))]
#[derive(Traverse)]
pub struct PyPoint {
    x: Cell<f64>,
    label: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyPoint {
    #[slot(sig = "(x=0.0, /)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, x: f64) -> PyRef<PyPoint> {
        vm.alloc(cls, PyPoint { x: Cell::new(x), label: PyCell::new(None) })
    }

    #[slot]
    fn repr(&self) -> String {
        format!("Point({})", self.x.get())
    }

    #[slot]
    fn add(a: &Py<PyPoint>, vm: &VirtualMachine, b: &Py<PyPoint>) -> PyRef<PyPoint> {
        let x = Cell::new(a.x.get() + b.x.get());
        vm.new_object(PyPoint { x, label: PyCell::new(None) })
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.x.get() as usize
    }

    /// Moves the point.
    #[method(sig = "(self, dx, /)")]
    fn shift(&self, dx: f64) {
        self.x.set(self.x.get() + dx);
    }

    #[method(sig = "(self, /)")]
    fn reset(zelf: &Py<PyPoint>, _vm: &VirtualMachine) -> PyResult<()> {
        zelf.x.set(0.0);
        Ok(())
    }

    #[method(sig = "(self, a, b=None, /)")]
    fn pick(_zelf: PyObject<'_>, a: isize, b: Option<PyObject<'_>>) -> (isize, bool) {
        (a, b.is_some())
    }

    #[getter]
    fn x(&self) -> f64 {
        self.x.get()
    }

    #[setter]
    fn set_label(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let new = value.map(PyObject::to_owned);
        drop(self.label.replace(new));
        let _ = vm;
        Ok(())
    }

    #[constant]
    const DIMENSIONS: i32 = 2;
}

#[pymethods(name = more)]
impl PyPoint {
    #[method(sig = "(self, text, n=-1, *, loud=False, end)")]
    fn say(
        &self,
        vm: &VirtualMachine,
        text: &str,
        n: isize,
        loud: bool,
        end: NoneOr<&Py<PyStr>>,
    ) -> PyRef<PyStr> {
        vm.new_str(format!("{text}{n}{loud}{}", end.0.is_some()))
    }

    #[classmethod(sig = "(cls, *values, **options)")]
    fn many(_cls: &Py<PyType>, values: Rest<'_>, options: Keywords<'_>) -> (usize, usize) {
        (values.len(), options.iter().count())
    }

    #[staticmethod]
    fn raw(args: Args<'_>) -> usize {
        args.len()
    }
}

#[pymodule(name = "shapes", types(PyPoint))]
mod shapes {
    use super::*;

    /// Twice a number.
    #[function(sig = "(x, /)")]
    fn twice(x: f64) -> f64 {
        x * 2.0
    }

    #[attr]
    const SIDES: i32 = 4;
}

fn method(name: &str) -> &'static MethodDef {
    let all = POINT.methods.iter().flat_map(|b| b.iter()).chain(shapes::MODULE.parts[0].functions);
    all.into_iter().find(|m| m.name == name).expect("defined above")
}

/// The result's or the error's text of `name(*args, **kwargs)`.
fn check(vm: &VirtualMachine, name: &str, args: &[&str], kwargs: &[(&str, &str)], want: &str) {
    let value = |s: &str| -> PyObjectRef {
        match s {
            "point" => {
                vm.new_object(PyPoint { x: Cell::new(1.0), label: PyCell::new(None) }).into()
            }
            "Point" => vm.type_of::<PyPoint>().to_ref().into(),
            "None" => vm.none(),
            s => match s.parse::<i64>() {
                Ok(v) => vm.new_int(v),
                Err(_) => vm.new_str(s).into(),
            },
        }
    };
    let mut values: Vec<PyObjectRef> = args.iter().map(|s| value(s)).collect();
    values.extend(kwargs.iter().map(|(_, v)| value(v)));
    let words: Vec<PyObject<'_>> = values.iter().map(|v| v.as_object()).collect();
    let names = vm.new_tuple(kwargs.iter().map(|(k, _)| vm.intern(k).into()).collect());
    let names = (!kwargs.is_empty()).then_some(&*names);
    let got = match (method(name).func)(vm, ArgList::of(&words, names).args()) {
        Ok(v) => show(v.as_object()),
        Err(e) => show(e.args.get(vm).as_slice()[0].as_object()),
    };
    assert_eq!(got, want, "{name}{args:?}{kwargs:?}");
}

fn show(o: PyObject<'_>) -> String {
    if let Some(s) = o.downcast::<PyStr>() {
        return s.to_string_lossy().into_owned();
    }
    if let Some(t) = o.downcast::<PyTuple>() {
        let items: Vec<String> = t.as_slice().iter().map(|i| show(i.as_object())).collect();
        return format!("({})", items.join(", "));
    }
    match (o.small_int(), o.small_float(), o.as_bool()) {
        (Some(v), _, _) => v.to_string(),
        (_, Some(v), _) => v.to_string(),
        (_, _, Some(v)) => v.to_string(),
        _ if o.is_none() => "None".to_owned(),
        _ => "object".to_owned(),
    }
}

#[test]
fn binds_and_complains_like_the_reference() {
    let vm = VirtualMachine::new(Settings::default());
    let _entered = crate::object::alloc::enter(&vm);
    let vm = &vm;
    check(vm, "shift", &["point", "2"], &[], "None");
    check(vm, "shift", &["point"], &[], "Point.shift() takes exactly one argument (0 given)");
    check(vm, "shift", &["point", "1"], &[("a", "1")], "Point.shift() takes no keyword arguments");
    check(vm, "shift", &["point", "x"], &[], "must be real number, not str");
    check(vm, "shift", &[], &[], "unbound method Point.shift() needs an argument");
    check(
        vm,
        "shift",
        &["1"],
        &[],
        "descriptor 'shift' for 'shapes.Point' objects doesn't apply to a 'int' object",
    );
    check(vm, "reset", &["point", "1"], &[], "Point.reset() takes no arguments (1 given)");
    check(vm, "pick", &["point", "7"], &[], "(7, false)");
    check(vm, "pick", &["point"], &[], "pick expected at least 1 argument, got 0");
    check(vm, "pick", &["point", "1", "2", "3"], &[], "pick expected at most 2 arguments, got 3");
    check(vm, "say", &["point", "hi"], &[("end", "None")], "hi-1falsefalse");
    check(vm, "say", &["point", "hi", "3"], &[("end", "x"), ("loud", "1")], "hi3truetrue");
    check(vm, "say", &["point"], &[("end", "x")], "say() missing required argument 'text' (pos 1)");
    check(vm, "say", &["point", "a"], &[], "say() missing required argument 'end' (pos 4)");
    check(
        vm,
        "say",
        &["point", "a", "1", "2"],
        &[],
        "say() takes at most 2 positional arguments (3 given)",
    );
    check(
        vm,
        "say",
        &["point", "a"],
        &[("end", "x"), ("foo", "1")],
        "say() got an unexpected keyword argument 'foo'",
    );
    check(
        vm,
        "say",
        &["point", "a"],
        &[("end", "x"), ("text", "1")],
        "argument for say() given by name ('text') and position (1)",
    );
    check(
        vm,
        "say",
        &["point", "1"],
        &[("end", "x")],
        "say() argument 'text' must be str, not int",
    );
    check(
        vm,
        "say",
        &["point", "a"],
        &[("end", "1")],
        "say() argument 'end' must be str or None, not int",
    );
    check(vm, "many", &["Point", "1", "2"], &[("k", "3")], "(2, 1)");
    check(vm, "raw", &["1", "2"], &[], "2");
    check(vm, "twice", &["2"], &[], "4");
    check(vm, "twice", &[], &[], "shapes.twice() takes exactly one argument (0 given)");
}

#[test]
fn tables_read_like_the_source() {
    assert_eq!(POINT.doc, Some("A point in the plane.\n\nIt can be moved."));
    assert_eq!(POINT.text_signature, Some("(x=0.0, /)"));
    assert_eq!(method("shift").text_signature, Some("($self, dx, /)"));
    assert_eq!(method("shift").doc, Some("Moves the point."));
    assert_eq!(method("twice").text_signature, Some("($module, x, /)"));
    assert_eq!(method("many").text_signature, Some("($type, *values, **options)"));
    assert!(POINT.slots.add.is_some() && POINT.slots.iter.is_none());
    assert!(matches!(Owner::Type(&POINT), Owner::Type(s) if s.name == "Point"));
}

#[test]
fn slots_convert() {
    let vm = VirtualMachine::new(Settings::default());
    let _entered = crate::object::alloc::enter(&vm);
    let vm = &vm;
    let typ = vm.type_of::<PyPoint>();
    let args = [PyObject::from_bool(true)];
    let new = POINT.slots.new.expect("defined");
    let e = new(vm, typ, Args::positional_only(&[args[0], args[0]])).expect_err("too many");
    assert_eq!(
        show(e.args.get(vm).as_slice()[0].as_object()),
        "Point expected at most 1 argument, got 2"
    );
    let p = new(vm, typ, Args::positional_only(&args)).expect("made");
    let add = POINT.slots.add.expect("defined");
    let q = add(vm, p.as_object(), p.as_object()).expect("added");
    let repr = POINT.slots.repr.expect("defined");
    assert_eq!(show(repr(vm, q.as_object()).expect("shown").as_object()), "Point(2)");
    assert!(add(vm, p.as_object(), args[0]).expect("no error").is_not_implemented());
    assert_eq!(POINT.slots.mp_length.expect("defined")(vm, q.as_object()).expect("length"), 2);
}

/// The text of `callee(*args)` or of its error.
fn called(vm: &VirtualMachine, callee: PyObject<'_>, args: &[PyObject<'_>]) -> String {
    match vm.call_positional(callee, args) {
        Ok(v) => show(v.as_object()),
        Err(e) => match e.args.get(vm).as_slice().first() {
            Some(m) => show(m.as_object()),
            None => e.class().display_name(),
        },
    }
}

#[test]
fn types_fill_with_descriptors() {
    let vm = VirtualMachine::new(Settings::default());
    let _entered = crate::object::alloc::enter(&vm);
    let vm = &vm;
    let typ = vm.type_of::<PyPoint>();
    let point = vm.new_object(PyPoint { x: Cell::new(1.0), label: PyCell::new(None) });
    let p = point.as_object();
    let one = vm.new_int(1);
    let one = one.as_object();
    let names: Vec<String> =
        typ.dict(vm).items().iter().map(|(k, _)| show(k.as_object())).collect();
    assert_eq!(
        names.join(" "),
        "__repr__ __new__ __add__ __radd__ __len__ shift reset pick say many raw x label \
         DIMENSIONS __doc__"
    );
    let get = |name: &str| typ.lookup(vm, &vm.intern(name)).expect("defined above");
    let repr = |o: &PyObjectRef| show(vm.repr(o.as_object()).expect("has a repr").as_object());
    let cases = [
        ("__add__", "<slot wrapper '__add__' of 'shapes.Point' objects>"),
        ("shift", "<method 'shift' of 'shapes.Point' objects>"),
        ("many", "<method 'many' of 'shapes.Point' objects>"),
        ("x", "<attribute 'x' of 'shapes.Point' objects>"),
    ];
    for (name, want) in cases {
        assert_eq!(repr(&get(name)), want);
    }
    let (add, len, new) = (get("__add__"), get("__len__"), get("__new__"));
    let call = |f: &PyObjectRef, args: &[PyObject<'_>]| called(vm, f.as_object(), args);
    assert_eq!(call(&add, &[]), "descriptor '__add__' of 'shapes.Point' object needs an argument");
    assert_eq!(
        call(&add, &[one, p]),
        "descriptor '__add__' requires a 'shapes.Point' object but received a 'int'"
    );
    assert_eq!(call(&add, &[p]), "expected 1 argument, got 0");
    assert!(vm.call_positional(add.as_object(), &[p, one]).expect("no error").is_not_implemented());
    assert_eq!(call(&len, &[p]), "1");
    assert_eq!(call(&len, &[p, one]), "expected 0 arguments, got 1");
    assert_eq!(call(&get("shift"), &[]), "unbound method Point.shift() needs an argument");
    assert_eq!(call(&new, &[]), "shapes.Point.__new__(): not enough arguments");
    let object = vm.types().object.as_object();
    assert_eq!(
        call(&new, &[object]),
        "shapes.Point.__new__(object): object is not a subtype of shapes.Point"
    );
    let bound = generic_get_attr(vm, p, &vm.intern("shift")).expect("found");
    assert_eq!(call(&bound, &[one]), "None");
    assert_eq!(point.x.get(), 2.0);
    let x = generic_get_attr(vm, p, &vm.intern("x")).expect("found");
    assert_eq!(show(x.as_object()), "2");
    let e = generic_set_attr(vm, p, &vm.intern("x"), Some(one)).expect_err("read-only");
    assert_eq!(
        show(e.args.get(vm).as_slice()[0].as_object()),
        "attribute 'x' of 'shapes.Point' objects is not writable"
    );
    let qualname =
        generic_get_attr(vm, bound.as_object(), &vm.names().__qualname__).expect("has one");
    assert_eq!(show(qualname.as_object()), "Point.shift");
    let many = generic_get_attr(vm, p, &vm.intern("many")).expect("found");
    assert_eq!(call(&many, &[one, one]), "(2, 0)");
}

#[test]
fn modules_are_made_from_tables() {
    let vm = VirtualMachine::new(Settings::default());
    let _entered = crate::object::alloc::enter(&vm);
    let vm = &vm;
    let module = vm.new_native_module(&shapes::MODULE).expect("made");
    vm.exec_native_module(&module).expect("nothing to run");
    let get = |name: &str| vm.get_attr(module.as_object(), &vm.intern(name));
    assert_eq!(show(get("SIDES").expect("set").as_object()), "4");
    let twice = get("twice").expect("set");
    assert_eq!(called(vm, twice.as_object(), &[vm.new_int(4).as_object()]), "8");
    let repr = vm.repr(twice.as_object()).expect("has a repr");
    assert_eq!(show(repr.as_object()), "<built-in function twice>");
    let e = get("nothing").expect_err("not there");
    assert_eq!(
        show(e.args.get(vm).as_slice()[0].as_object()),
        "module 'shapes' has no attribute 'nothing'"
    );
}
