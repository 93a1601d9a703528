//! The formatting mini-languages and their messages.

use rpython_text::format::{self, *};

fn show(result: Result<(), FormatError>, out: Vec<u8>) -> String {
    match result {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(error) => format!("{:?}: {}", error.kind, String::from_utf8_lossy(&error.message)),
    }
}

#[test]
fn texts() {
    fn check(spec: &str, expect: &str) {
        let mut out = Vec::new();
        let result = Spec::parse_for_text(spec.as_bytes(), "str")
            .and_then(|spec| format_text(&mut out, &spec, "é€".as_bytes(), 2, "str"));
        assert_eq!(show(result, out), expect);
    }
    check("", "é€");
    check("5", "é€   ");
    check("*^5", "*é€**");
    check("ß>4.1", "ßßßé");
    check("d", "Value: Unknown format code 'd' for object of type 'str'");
    check(",", "Value: Cannot specify ',' with 's'.");
    check("=3", "Value: '=' alignment not allowed in string format specifier");
    check(".", "Value: Format specifier missing precision");
    check("zz3", "Value: Invalid format specifier 'zz3' for object of type 'str'");
    check("99999999999999999999", "Value: Too many decimal digits in format string");
    check("9223372036854775807", "Memory: ");
}

#[test]
fn numbers() {
    fn check(spec: &str, value: f64, expect: &str) {
        let mut out = Vec::new();
        let result = Spec::parse_for_float(spec.as_bytes(), "float").and_then(|spec| {
            format_float(&mut out, &spec, value, "float", NumberLocale::default())
        });
        assert_eq!(show(result, out), expect);
    }
    check("", 1.0, "1.0");
    check("+010,.2f", 1234.5, "+01,234.50");
    check(".6_f", 1.5, "1.500_000");
    check("_<8.3", 2.71, "2.71____");
    check("z.0f", -0.2, "0");
    check("%", 0.25, "25.000000%");
    check("05", f64::INFINITY, "00inf");
    check("c", 1.0, "Value: Unknown format code 'c' for object of type 'float'");
    check(",_", 1.0, "Value: Cannot specify both ',' and '_'.");
    check(".3000000000f", 1.0, "Value: precision too big");

    fn check_int(spec: &str, digits: &str, expect: &str) {
        let mut out = Vec::new();
        let locale =
            NumberLocale { thousands_sep: b".", grouping: b"\x03\x02", ..Default::default() };
        let result = Spec::parse_for_int(spec.as_bytes(), "int").and_then(|spec| {
            spec.int_style("int")?;
            format_int(&mut out, &spec, true, digits.as_bytes(), locale)
        });
        assert_eq!(show(result, out), expect);
    }
    check_int("#_x", "deadbeef", "-0xdead_beef");
    check_int("012,", "1234567", "-001,234,567");
    check_int("n", "123456789", "-12.34.56.789");
    check_int(".1", "1", "Value: Precision not allowed in integer format specifier");
}

#[test]
fn templates() {
    fn check(template: &str, expect: &str) {
        let mut out = String::new();
        for markup in Template::new(template.as_bytes()) {
            match markup {
                Err(error) => out += &String::from_utf8_lossy(&error.message),
                Ok(Markup { literal, field }) => {
                    out += &String::from_utf8_lossy(literal);
                    if let Some(f) = field {
                        let [name, spec] = [f.name, f.spec].map(String::from_utf8_lossy);
                        out += &format!("<{name}|{spec}|{:?}|{}>", f.conversion, f.nested);
                    }
                }
            }
        }
        assert_eq!(out, expect);
    }
    check("a{{b}}{c!r:>{w}}", "a{b}<c|>{w}|Some(114)|true>");
    check("}", "Single '}' encountered in format string");
    check("{", "Single '{' encountered in format string");
    check("{a", "expected '}' before end of string");
    check("{a{", "unexpected '{' in field name");
    check("{!", "end of string while looking for conversion specifier");
    check("{!rx}", "expected ':' after conversion specifier");
    check("{:{}", "unmatched '{' in format spec");

    let name = FieldName::parse(b"0.a[x][7]").expect("a field name");
    assert_eq!(name.first_number, Some(0));
    let parts: Vec<Part> = name.rest.map(|part| part.expect("a part")).collect();
    assert_eq!(parts, [Part::Attribute(b"a"), Part::Key(b"x"), Part::Index(7)]);
    let mut auto = AutoNumber::default();
    assert_eq!((auto.resolve(None), auto.resolve(None)), (Ok(0), Ok(1)));
    assert!(auto.resolve(Some(0)).is_err());
}

struct NoArgs;

impl PercentArgs for NoArgs {
    type Error = FormatError;

    fn mapping_key(&mut self, _: &[u8]) -> Result<(), FormatError> {
        Ok(())
    }

    fn star_width(&mut self) -> Result<isize, FormatError> {
        Ok(-6)
    }

    fn star_precision(&mut self) -> Result<i32, FormatError> {
        Ok(2)
    }
}

#[test]
fn percents() {
    use rpython_text::utf8::Str;
    fn check(text: &str, expect: &str) {
        let mut out = Vec::new();
        let result = format::percent::parse::<Str, _>(text.as_bytes(), 1, true, &mut NoArgs);
        let result = result.and_then(|(spec, _)| match u8::try_from(spec.kind) {
            Ok(b'd' | b'x') => spec.int(&mut out, false, b"42"),
            Ok(b'f') => spec.float(&mut out, -1.5),
            Ok(b's') => spec.text::<Str>(&mut out, "é€".as_bytes()),
            _ => Err(spec.unsupported::<Str>(text.as_bytes(), true)),
        });
        assert_eq!(show(result, out), expect);
    }
    check("%+05d", "+0042");
    check("%#.4x", "0x0042");
    check("%*.*f", "-1.50 ");
    check("%(a(b)c)5s", "   é€");
    check("%.1s", "é");
    check("%", "Value: incomplete format");
    check("%(a", "Value: incomplete format key");
    check("%5y", "Value: unsupported format character 'y' (0x79) at index 2");
    check("%99999999999999999999d", "Value: width too big");
}
