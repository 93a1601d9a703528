//! Answers questions read from stdin, one per line, for `gen/check.py` to compare with CPython:
//! an operation, then arguments; texts are hexadecimal, everything is tab-separated.

use rpython_text::codecs::{
    self, Builtin, BuiltinError, ByteOrder, DecodeFix, EncodeFix, ErrorHandler, Errors, Failure,
    Replacement,
};
use rpython_text::float::{self, Flags};
use rpython_text::format::{
    self, FieldName, FormatError, IntStyle, NumberLocale, Part, PercentArgs, Spec, Template,
    percent,
};
use rpython_text::utf8::{self, Bytes, CharIndex, Str, case, index, replace, repr, search, split};
use std::io::{BufRead, BufWriter, Write};

type Args<'a> = std::str::Split<'a, char>;

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut args = line.split('\t');
        let op = args.next().unwrap_or_default();
        writeln!(out, "{}", answer(op, &mut args))?;
    }
    Ok(())
}

fn text(args: &mut Args) -> Vec<u8> {
    let hex = args.next().unwrap_or_default().as_bytes();
    let digit = |b: u8| (b as char).to_digit(16).expect("a hexadecimal argument") as u8;
    hex.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn int(args: &mut Args) -> i64 {
    args.next().and_then(|a| a.parse().ok()).expect("an integer argument")
}

fn real(args: &mut Args) -> f64 {
    let bits = args.next().and_then(|a| u64::from_str_radix(a, 16).ok());
    f64::from_bits(bits.expect("a float argument as bits"))
}

fn show(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn answer(op: &str, args: &mut Args) -> String {
    match op.split_once('.') {
        Some(("float", op)) => answer_float(op, args),
        Some(("str", op)) => answer_text::<Str>(op, args),
        Some(("bytes", op)) => answer_text::<Bytes>(op, args),
        Some(("format", op)) => answer_format(op, args),
        Some(("codec", op)) => answer_codec(op, args),
        _ => "unknown".into(),
    }
}

/// Writes down what it is called with.
struct Recorder;

impl ErrorHandler for Recorder {
    type Error = BuiltinError;

    fn decode_error(&mut self, f: &Failure) -> Result<DecodeFix, BuiltinError> {
        let text = format!("<{}-{}:{}>", f.start, f.end, f.reason);
        Ok(DecodeFix { replacement: text.into_bytes(), resume: f.end, input: None })
    }

    fn encode_error(&mut self, f: &Failure) -> Result<EncodeFix, BuiltinError> {
        let text = format!("<{}-{}:{}>", f.start, f.end, f.reason);
        Ok(EncodeFix { replacement: Replacement::Text(text.into_bytes()), resume: f.end })
    }

    fn refuse(&mut self, f: &Failure) -> BuiltinError {
        Builtin(Errors::Strict).refuse(f)
    }
}

fn answer_codec(op: &str, args: &mut Args) -> String {
    let errors = args.next().unwrap_or_default();
    let last = int(args) != 0;
    let input = text(args);
    let result = match Errors::from_name(errors) {
        Some(errors) => convert(op, &mut Builtin(errors), &input, last),
        None => convert(op, &mut Recorder, &input, last),
    };
    match result {
        Ok((bytes, consumed)) => format!("{} {consumed}", show(&bytes)),
        Err(BuiltinError::CannotDecode) => "TypeError".into(),
        Err(BuiltinError::Unicode(e)) => {
            format!("{} {} {} {}", e.encoding, e.start, e.end, e.reason)
        }
    }
}

fn convert<H: ErrorHandler>(
    op: &str,
    h: &mut H,
    input: &[u8],
    last: bool,
) -> Result<(Vec<u8>, usize), H::Error> {
    let whole = |bytes: Vec<u8>| Ok((bytes, input.len()));
    let decoded = |d: codecs::Decoded| (d.text.into_owned(), d.consumed);
    let order = match op {
        _ if op.contains("_le_") => ByteOrder::Little,
        _ if op.contains("_be_") => ByteOrder::Big,
        _ => ByteOrder::Native,
    };
    let table = "\0a\u{fffe}bé€\u{1f600}".as_bytes();
    match op {
        "utf_8_decode" => codecs::utf8::decode(input, h, last).map(decoded),
        "utf_7_decode" => codecs::utf7::decode(input, h, last).map(decoded),
        "unicode_escape_decode" => {
            codecs::unicode_escape::decode(input, h, last).map(|(d, _)| decoded(d))
        }
        "raw_unicode_escape_decode" => {
            codecs::unicode_escape::decode_raw(input, h, last).map(decoded)
        }
        "latin_1_decode" => whole(codecs::single_byte::decode_latin1(input).into_owned()),
        "ascii_decode" => whole(codecs::single_byte::decode_ascii(input, h)?.into_owned()),
        "charmap_decode" => whole(codecs::charmap::decode_by_table(input, h, table)?),
        "utf_8_encode" => whole(codecs::utf8::encode(input, h)?.into_owned()),
        "utf_7_encode" => whole(codecs::utf7::encode(input)),
        "unicode_escape_encode" => whole(codecs::unicode_escape::encode(input)),
        "raw_unicode_escape_encode" => whole(codecs::unicode_escape::encode_raw(input)),
        "latin_1_encode" => whole(codecs::single_byte::encode_latin1(input, h)?.into_owned()),
        "ascii_encode" => whole(codecs::single_byte::encode_ascii(input, h)?.into_owned()),
        "charmap_encode" => {
            let map = codecs::charmap::EncodingMap::new(table);
            whole(codecs::charmap::encode(input, h, |cp, out| {
                out.extend(map.get(cp));
                Ok(map.get(cp).is_some())
            })?)
        }
        _ if op.starts_with("utf_16") && op.contains("decode") => {
            codecs::utf16::decode(input, h, order, last).map(|(d, _)| decoded(d))
        }
        _ if op.starts_with("utf_32") && op.contains("decode") => {
            codecs::utf32::decode(input, h, order, last).map(|(d, _)| decoded(d))
        }
        _ if op.starts_with("utf_16") => whole(codecs::utf16::encode(input, h, order)?),
        _ => whole(codecs::utf32::encode(input, h, order)?),
    }
}

fn formatted(result: Result<Vec<u8>, FormatError>) -> String {
    match result {
        Ok(bytes) => show(&bytes),
        Err(error) => format!("{:?}Error: {}", error.kind, show(&error.message)),
    }
}

fn radix(value: i64, base: u32, upper: bool) -> Vec<u8> {
    let size = value.unsigned_abs();
    let text = match base {
        2 => format!("{size:b}"),
        8 => format!("{size:o}"),
        16 if upper => format!("{size:X}"),
        16 => format!("{size:x}"),
        _ => size.to_string(),
    };
    text.into_bytes()
}

/// Arguments for `%`: two ints for stars, then a value.
struct Stars(i64);

impl PercentArgs for Stars {
    type Error = FormatError;

    fn mapping_key(&mut self, _: &[u8]) -> Result<(), FormatError> {
        Err(FormatError::type_error("format requires a mapping"))
    }

    fn star_width(&mut self) -> Result<isize, FormatError> {
        Ok(self.0 as isize)
    }

    fn star_precision(&mut self) -> Result<i32, FormatError> {
        Ok(self.0 as i32)
    }
}

fn answer_format(op: &str, args: &mut Args) -> String {
    let spec = text(args);
    formatted((|| {
        let mut out = Vec::new();
        let locale = NumberLocale::default();
        match op {
            "text" => {
                let value = text(args);
                let spec = Spec::parse_for_text(&spec, "str")?;
                format::format_text(&mut out, &spec, &value, utf8::char_count(&value), "str")?;
            }
            "int" => {
                let value = int(args);
                let spec = Spec::parse_for_int(&spec, "int")?;
                match spec.int_style("int")? {
                    IntStyle::Char => {
                        format::format_char(&mut out, &spec, u32::try_from(value).ok())?;
                    }
                    IntStyle::Float => {
                        format::format_float(&mut out, &spec, value as f64, "int", locale)?;
                    }
                    IntStyle::Digits { base, upper } => {
                        let digits = radix(value, base, upper);
                        format::format_int(&mut out, &spec, value < 0, &digits, locale)?;
                    }
                }
            }
            "float" => {
                let spec = Spec::parse_for_float(&spec, "float")?;
                format::format_float(&mut out, &spec, real(args), "float", locale)?;
            }
            "complex" => {
                let spec = Spec::parse_for_float(&spec, "complex")?;
                let (re, im) = (real(args), real(args));
                format::format_complex(&mut out, &spec, re, im, "complex", locale)?;
            }
            "template" => {
                for markup in Template::new(&spec) {
                    let markup = markup?;
                    out.extend_from_slice(markup.literal);
                    if let Some(field) = markup.field {
                        out.push(1);
                        out.extend_from_slice(field.name);
                        out.push(2);
                        out.extend_from_slice(field.spec);
                        out.push(3);
                        utf8::push(&mut out, field.conversion.unwrap_or(0));
                    }
                    out.push(4);
                }
            }
            "field" => {
                let name = FieldName::parse(&spec)?;
                match name.first_number {
                    Some(number) => out.extend(number.to_string().bytes()),
                    None => out.extend_from_slice(name.first),
                }
                for part in name.rest {
                    match part? {
                        Part::Attribute(name) => out.extend([b"\x01a", name].concat()),
                        Part::Key(key) => out.extend([b"\x01k", key].concat()),
                        Part::Index(number) => out.extend(format!("\x01k{number}").bytes()),
                    }
                }
            }
            _ => {
                let value = args.next().unwrap_or_default();
                let mut stars = Stars(int(args));
                let (spec, end) = match op {
                    "percent" => percent::parse::<Str, _>(&spec, 1, true, &mut stars)?,
                    _ => percent::parse::<Bytes, _>(&spec, 1, false, &mut stars)?,
                };
                let mut args = value.split('\t');
                match char::from_u32(spec.kind) {
                    Some('d' | 'i' | 'u' | 'o' | 'x' | 'X') => {
                        let value = int(&mut args);
                        let digits = radix(value, spec.base(), spec.kind == 'X' as u32);
                        spec.int(&mut out, value < 0, &digits)?;
                    }
                    Some('s') => spec.text::<Str>(&mut out, value.as_bytes())?,
                    Some('f' | 'F' | 'e' | 'E' | 'g' | 'G') => {
                        spec.float(&mut out, int(&mut args) as f64 / 8.0)?;
                    }
                    _ => return Err(spec.unsupported::<Str>(b"", true)),
                }
                out.extend_from_slice(format!("@{end}").as_bytes());
            }
        }
        Ok(out)
    })())
}

fn answer_text<F: utf8::Flavour>(op: &str, args: &mut Args) -> String {
    let s = text(args);
    let mut pieces: Vec<String> = Vec::new();
    let collect = |piece: &[u8]| pieces.push(show(piece));
    match op {
        "split" => {
            let separator = text(args);
            split::split(&s, &separator, int(args) as usize, collect);
        }
        "rsplit" => {
            let separator = text(args);
            split::rsplit(&s, &separator, int(args) as usize, collect);
        }
        "splitws" => split::split_whitespace::<F>(&s, int(args) as usize, collect),
        "rsplitws" => split::rsplit_whitespace::<F>(&s, int(args) as usize, collect),
        "splitlines" => split::split_lines::<F>(&s, int(args) != 0, collect),
        _ => return answer_one::<F>(op, s, args),
    }
    if op.starts_with('r') {
        pieces.reverse();
    }
    pieces.join(",")
}

fn answer_one<F: utf8::Flavour>(op: &str, s: Vec<u8>, args: &mut Args) -> String {
    let ends = |args: &mut Args| match int(args) {
        0 => split::Ends::Left,
        1 => split::Ends::Right,
        _ => split::Ends::Both,
    };
    let result: Vec<u8> = match op {
        "strip" => {
            let set = text(args);
            split::strip_chars::<F>(&s, &set, ends(args)).to_vec()
        }
        "stripws" => split::strip_whitespace::<F>(&s, ends(args)).to_vec(),
        "replace" => {
            let (old, new) = (text(args), text(args));
            let max = int(args) as usize;
            replace::replace::<F>(&s, &old, &new, max).expect("it fits").unwrap_or(s)
        }
        "expandtabs" => replace::expand_tabs::<F>(&s, int(args)).expect("it fits"),
        "count" => return search::count::<F>(&s, &text(args)).to_string(),
        "find" => return format!("{:?}", search::find(&s, &text(args))),
        "rfind" => return format!("{:?}", search::rfind(&s, &text(args))),
        "upper" => case::upper(&s).into_owned(),
        "lower" => case::lower(&s).into_owned(),
        "casefold" => case::casefold(&s).into_owned(),
        "title" => case::title(&s),
        "swapcase" => case::swapcase(&s),
        "capitalize" => case::capitalize(&s),
        "btitle" => case::ascii_title(&s),
        "bcapitalize" => case::ascii_capitalize(&s),
        "bswapcase" => case::ascii_swapcase(&s),
        "repr" => repr::repr_str(&s),
        "ascii" => repr::ascii_str(&s),
        "brepr" => repr::repr_bytes(&s),
        "is" => {
            return format!(
                "{} {} {} {}",
                case::is_upper(&s),
                case::is_lower(&s),
                case::is_title(&s),
                case::is_identifier(&s)
            );
        }
        "bis" => {
            return format!(
                "{} {} {}",
                case::ascii_is_upper(&s),
                case::ascii_is_lower(&s),
                case::ascii_is_title(&s)
            );
        }
        "index" => {
            let table = CharIndex::new(&s);
            let chars = table.char_count();
            assert_eq!(chars, utf8::char_count(&s));
            assert_eq!(chars, utf8::code_points(&s).count());
            for at in 0..=chars {
                let byte = table.to_byte(&s, at);
                assert_eq!(byte, index::byte_offset(&s, at));
                assert_eq!(at, table.to_char(&s, byte));
            }
            let mut back: Vec<u32> = utf8::code_points(&s).rev().collect();
            back.reverse();
            assert!(utf8::code_points(&s).eq(back));
            return chars.to_string();
        }
        "validate" => return format!("{:?}", utf8::validate_generalized(&s)),
        _ => return "unknown".into(),
    };
    show(&result)
}

fn answer_float(op: &str, args: &mut Args) -> String {
    match op {
        "repr" => float::repr(real(args)),
        "hex" => float::to_hex(real(args)),
        "ratio" => format!("{:?}", float::decompose(real(args))),
        "parse" => match float::parse(&text(args)) {
            Some(value) => float::to_hex(value),
            None => "error".into(),
        },
        "fromhex" => match float::from_hex(&text(args)) {
            Ok(value) => float::to_hex(value),
            Err(error) => error.message().into(),
        },
        "round" => {
            let value = real(args);
            float::round_to(value, int(args)).map_or("overflow".into(), float::repr)
        }
        "complex" => float::complex_repr(real(args), real(args)),
        "format" => {
            let value = real(args);
            let code = args.next().and_then(|a| a.bytes().next()).expect("a format code");
            let precision = int(args) as usize;
            let bits = int(args);
            let flags = Flags {
                sign: bits & 1 != 0,
                add_dot_0: bits & 2 != 0,
                alternate: bits & 4 != 0,
                no_neg_0: bits & 8 != 0,
            };
            float::format_double(value, code, precision, flags).expect("it fits")
        }
        _ => "unknown".into(),
    }
}
