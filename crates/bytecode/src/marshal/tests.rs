//! The format against bytes that CPython wrote, over a small model of Python's objects.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

#[derive(Clone, Debug)]
enum Object {
    Singleton(Singleton),
    Int(i64),
    Big(bool, Vec<u8>),
    Float(f64),
    Complex(f64, f64),
    Str(Vec<u8>, bool),
    Bytes(Vec<u8>),
    /// Kind and items; shared, so that it can contain itself.
    Items(char, Rc<RefCell<Vec<Object>>>),
}

fn items(kind: char, items: Vec<Object>) -> Object {
    Object::Items(kind, Rc::new(RefCell::new(items)))
}

/// With or without references in what it writes.
struct Model(bool);
type Made = Result<Object, String>;

impl Build for Model {
    type Value = Object;
    type Error = String;

    fn singleton(&mut self, which: Singleton) -> Object {
        Object::Singleton(which)
    }
    fn int(&mut self, value: i64) -> Made {
        Ok(Object::Int(value))
    }
    fn big_int(&mut self, negative: bool, magnitude: &[u8]) -> Made {
        Ok(Object::Big(negative, magnitude.to_vec()))
    }
    fn float(&mut self, value: f64) -> Made {
        Ok(Object::Float(value))
    }
    fn complex(&mut self, real: f64, imaginary: f64) -> Made {
        Ok(Object::Complex(real, imaginary))
    }
    fn string(&mut self, text: &[u8], interned: bool) -> Made {
        Ok(Object::Str(text.to_vec(), interned))
    }
    fn bytes(&mut self, bytes: &[u8]) -> Made {
        Ok(Object::Bytes(bytes.to_vec()))
    }
    fn tuple(&mut self, parts: Vec<Object>) -> Made {
        Ok(items('(', parts))
    }
    fn tuple_start(&mut self, _len: usize) -> Result<Option<Object>, String> {
        Ok(Some(items('(', Vec::new())))
    }
    fn tuple_fill(&mut self, tuple: &Object, parts: Vec<Object>) -> Result<(), String> {
        parts.into_iter().try_for_each(|part| self.list_push(tuple, part))
    }
    fn list(&mut self, _capacity: usize) -> Made {
        Ok(items('[', Vec::new()))
    }
    fn list_push(&mut self, list: &Object, item: Object) -> Result<(), String> {
        if let Object::Items(_, items) = list {
            items.borrow_mut().push(item);
        }
        Ok(())
    }
    fn dict(&mut self) -> Made {
        Ok(items('{', Vec::new()))
    }
    fn dict_insert(&mut self, dict: &Object, key: Object, value: Object) -> Result<(), String> {
        self.list_push(dict, key)?;
        self.list_push(dict, value)
    }
    fn set(&mut self) -> Made {
        Ok(items('<', Vec::new()))
    }
    fn set_add(&mut self, set: &Object, item: Object) -> Result<(), String> {
        self.list_push(set, item)
    }
    fn frozenset(&mut self, parts: Vec<Object>) -> Made {
        Ok(items('>', parts))
    }
    fn slice(&mut self, parts: [Object; 3]) -> Made {
        Ok(items(':', parts.to_vec()))
    }
    fn code(&mut self, parts: CodeParts<Object>) -> Made {
        Ok(parts.code)
    }
}

impl Dump for Model {
    type Value = Object;
    type Error = String;

    fn view<'v>(&self, value: &'v Object) -> Result<View<'v, Object>, String>
    where
        Self: 'v,
    {
        Ok(match value {
            Object::Singleton(which) => View::Singleton(*which),
            Object::Int(value) => View::Int(*value),
            Object::Big(negative, magnitude) => {
                View::BigInt { negative: *negative, magnitude: magnitude.into() }
            }
            Object::Float(value) => View::Float(*value),
            Object::Complex(real, imaginary) => View::Complex(*real, *imaginary),
            Object::Str(text, interned) => View::Str { text: text.into(), interned: *interned },
            Object::Bytes(bytes) => View::Bytes(bytes.into()),
            Object::Items(kind, items) => {
                let items = items.borrow().clone();
                match kind {
                    '(' => View::Tuple(items),
                    '[' => View::List(items),
                    '{' => View::Dict(
                        items.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
                    ),
                    '<' => View::Set(items),
                    '>' => View::FrozenSet(items),
                    _ => View::Slice(Box::new([0, 1, 2].map(|i| items[i].clone()))),
                }
            }
        })
    }

    fn identity(&self, value: &Object, _held: bool) -> Option<usize> {
        match value {
            Object::Items(_, items) if self.0 => Some(Rc::as_ptr(items) as usize),
            _ => None,
        }
    }
}

fn load(bytes: &[u8]) -> Result<Object, ReadError<String>> {
    read(&mut SliceSource::new(bytes), &mut Model(false), true)
}

fn dump(value: &Object, version: i32, refs: bool) -> Result<Vec<u8>, WriteError<String>> {
    write(&Model(refs), value, version, true)
}

/// The bytes read, and written again they are the same.
fn check(bytes: &[u8], version: i32) {
    let value = load(bytes).expect("good data");
    assert_eq!(dump(&value, version, false).as_deref(), Ok(bytes), "{value:?}");
}

fn check_error(bytes: &[u8], expected: &str) {
    assert_eq!(load(bytes).map_err(|error| error.to_string()).err().as_deref(), Some(expected));
}

#[test]
fn round_trips() {
    for bytes in [
        &b"N"[..],
        b".",
        b"S",
        b"i\xff\xff\xff\xff",
        b"l\x03\x00\x00\x00\x00\x00\x00\x00\x02\x00",
        b"l\xfb\xff\xff\xff\x00\x00 F\xb5x:^V\x00",
        b"g\x00\x00\x00\x00\x00\x00\xf8?",
        b"y\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00@",
        b"z\x03abc",
        b"Z\x03abc",
        b"u\x02\x00\x00\x00\xc3\xa9",
        b"t\x06\x00\x00\x00\xed\xa0\xbd\xed\xb8\x80",
        b"s\x02\x00\x00\x00\x00\xff",
        b")\x02N[\x01\x00\x00\x00T",
        b"{Z\x01aNF)\x000",
        b"<\x02\x00\x00\x00z\x01az\x01b",
        b">\x00\x00\x00\x00",
        b":NNi\x01\x00\x00\x00",
    ] {
        check(bytes, 5);
    }
    for bytes in [
        &b"f\x130.10000000000000001"[..],
        b"f\x171.0000000000000001e+300",
        b"f\x02-0",
        b"f\x051e+17",
        b"f\x0d123456789.125",
        b"f\x161.0000000000000001e-05",
        b"f\x060.0001",
        b"f\x174.9406564584124654e-324",
        b"f\x1110000000000000000",
        b"x\x03inf\x04-inf",
        b"(\x01\x00\x00\x00u\x01\x00\x00\x00a",
    ] {
        check(bytes, 1);
    }
}

#[test]
fn references() {
    for looped in [
        &b"\xdb\x01\x00\x00\x00r\x00\x00\x00\x00"[..],
        b"\xa9\x01\xdb\x01\x00\x00\x00r\x00\x00\x00\x00",
        b"\xfbNr\x00\x00\x00\x000",
    ] {
        let value = load(looped).expect("good data");
        let Object::Items(_, parts) = &value else { panic!("a container") };
        assert!(dump(&value, 5, true).is_ok());
        assert_eq!(
            dump(&value, 2, true),
            Err(WriteError::Value("object too deeply nested to marshal"))
        );
        parts.borrow_mut().clear();
    }
    let list = items('[', Vec::new());
    let slice = items(':', vec![list.clone(), Object::Int(1), Object::Int(2)]);
    assert!(Model(true).list_push(&list, slice.clone()).is_ok());
    assert_eq!(dump(&slice, 5, true), Err(WriteError::Value("unmarshallable object")));
    assert_eq!(dump(&slice, 4, true), Err(WriteError::Value("unmarshallable object")));
    if let Object::Items(_, parts) = &list {
        parts.borrow_mut().clear();
    }
}

#[test]
fn damaged() {
    const REFERENCE: &str = "bad marshal data (invalid reference)";
    const SHORT: &str = "marshal data too short";
    const OBJECT: &str = "EOF read where object expected";
    for (bytes, expected) in [
        (&b""[..], OBJECT),
        (b"?", "bad marshal data (unknown type code)"),
        (b"0", "NULL object in marshal data for object"),
        (b"(", SHORT),
        (b"(\xff\xff\xff\xff", "bad marshal data (tuple size out of range)"),
        (b"(\xff\xff\xff\x7f", OBJECT),
        (b"(\x01\x00\x00\x000", "NULL object in marshal data for tuple"),
        (b"[\x01\x00\x00\x000", "NULL object in marshal data for list"),
        (b":NN0", "NULL object in marshal data for object"),
        (b"r\x00\x00\x00\x00", REFERENCE),
        (b"\xbe\x01\x00\x00\x00r\x00\x00\x00\x00", REFERENCE),
        (b"\xbar\x00\x00\x00\x00NN", REFERENCE),
        (b"s\xff\xff\xff\xff", "bad marshal data (bytes object size out of range)"),
        (b"s\xff\xff\xff\x7f", SHORT),
        (b"l\x00\x00\x00\x80", "bad marshal data (long size out of range)"),
        (b"l\x01\x00\x00\x00\x00\x00", "bad marshal data (unnormalized long data)"),
        (b"l\x01\x00\x00\x00\xff\xff", "bad marshal data (digit out of range in long)"),
        (b"A\xff\xff\xff\xff", "bad marshal data (string size out of range)"),
        (b"z", "EOF read where not expected"),
        (b"f\x03abc", "could not convert string to float: 'abc'"),
        (b"u\x01\x00\x00\x00\xff", "'utf-8' codec can't decode bytes 0..1: invalid start byte"),
        (b"{N", OBJECT),
        (b"c", SHORT),
    ] {
        check_error(bytes, expected);
    }
    for piece in [&b")\x01"[..], b"[\x01\x00\x00\x00", b"{N", b">\x01\x00\x00\x00"] {
        let mut deep = piece.repeat(1 << 20);
        deep.push(b'N');
        check_error(&deep, "recursion limit exceeded");
        assert!(load(&deep[deep.len() - 1 - piece.len() * 100..]).is_ok() || piece == b"{N");
    }
    let code = b"c".repeat(100);
    let refused = read(&mut SliceSource::new(&code), &mut Model(false), false).err();
    assert_eq!(refused, Some(ReadError::Value("unmarshalling code objects is disallowed")));
}
