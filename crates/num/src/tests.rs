//! Vectors computed by CPython (`tests/vectors.py` makes them), with operands cut to
//! pieces at sizes of a few words, and the promises about size and interruption.

use core::cmp::Ordering;

use crate::*;

fn int(text: &str) -> BigInt {
    parse_int(text.as_bytes(), 0, 0, &mut never).expect("a vector's operand")
}

fn float(text: &str) -> f64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    match text.strip_prefix("0x") {
        None => sign * text.parse::<f64>().expect("a vector's float"),
        Some(hex) => {
            let (digits, exponent) = hex.split_once('p').expect("a hexadecimal float");
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let mantissa = u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("hex");
            let exponent: i64 = exponent.parse().expect("an exponent");
            sign * ldexp(mantissa as f64, exponent - 4 * fraction.len() as i64)
        }
    }
}

fn hex(value: &BigInt) -> String {
    let text = value.abs().to_string_radix(16, &mut never).expect("short");
    format!("{}0x{text}", if value.is_negative() { "-" } else { "" })
}

fn answer<T>(result: Result<T>, show: impl Fn(T) -> String) -> String {
    result.map_or_else(|error| format!("{error:?}"), show)
}

fn answer_float(result: Result<f64>, expected: &str) -> String {
    match result {
        Err(error) => format!("{error:?}"),
        Ok(value) if value.to_bits() == float(expected).to_bits() => expected.to_string(),
        Ok(value) => format!("{value:?}"),
    }
}

fn pair((a, b): (BigInt, BigInt)) -> String {
    format!("{} {}", hex(&a), hex(&b))
}

fn order(name: &str) -> ByteOrder {
    if name == "big" { ByteOrder::Big } else { ByteOrder::Little }
}

fn bytes(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches('-').as_bytes();
    digits
        .chunks(2)
        .map(|pair| parse_int(pair, 16, 0, &mut never).expect("hex").low_u64() as u8)
        .collect()
}

/// The answer to one vector, in the notation of its expected result.
fn compute(name: &str, args: &[&str], expected: &str) -> String {
    let poll = &mut never;
    let a = || int(args[0]);
    let b = || int(args[1]);
    let small = || b().to_i64().expect("a machine integer");
    let count = || b().to_u64().expect("a count");
    match name {
        "add" => hex(&a().add(&b())),
        "sub" => hex(&a().sub(&b())),
        "mul" => answer(a().mul(&b(), poll), |v| hex(&v)),
        "divmod" => answer(a().divmod_floor(&b(), poll), pair),
        "add_i64" => hex(&a().add_i64(small())),
        "rsub_i64" => hex(&a().rsub_i64(small())),
        "mul_i64" => hex(&a().mul_i64(small())),
        "divmod_i64" => answer(a().divmod_floor_i64(small()), |(q, r)| pair((q, r.into()))),
        "and" => hex(&a().and(&b())),
        "or" => hex(&a().or(&b())),
        "xor" => hex(&a().xor(&b())),
        "and_i64" => hex(&a().and_i64(small())),
        "or_i64" => hex(&a().or_i64(small())),
        "xor_i64" => hex(&a().xor_i64(small())),
        "invert" => hex(&a().invert()),
        "shl" => {
            if let Some(word) = a().to_i64() {
                assert_eq!(BigInt::shl_i64(word, count()), a().shl(count()));
            }
            answer(a().shl(count()), |v| hex(&v))
        }
        "shr" => hex(&a().shr(count())),
        "bit_length" => hex(&a().bit_length().into()),
        "bit_count" => hex(&a().bit_count().into()),
        "hash" => hex(&a().python_hash().into()),
        "pow" => answer(a().pow(&b(), poll), |v| hex(&v)),
        "pow_mod" => match a().pow_mod(&b(), &int(args[2]), poll) {
            Err(Error::DivisionByZero | Error::NotInvertible) => "NotInvertible".into(),
            result => answer(result, |v| hex(&v)),
        },
        "isqrt" => answer(a().isqrt(poll), |v| hex(&v)),
        "gcd" => answer(a().gcd(&b(), poll), |v| hex(&v)),
        "lcm" => answer(a().lcm(&b(), poll), |v| hex(&v)),
        "round" => answer(a().round_half_even(count(), poll), |v| hex(&v)),
        "to_f64" => answer_float(a().to_f64(), expected),
        "frexp" => {
            let (mantissa, exponent) = a().frexp();
            format!("{mantissa:?} {}", hex(&exponent.into()))
        }
        "true_divide" => answer_float(a().true_divide(&b(), poll), expected),
        "from_f64" => BigInt::from_f64(float(args[0])).map_or("none".into(), |v| hex(&v)),
        "ratio" => f64_ratio(float(args[0])).map_or("none".into(), pair),
        "cmp_f64" => match a().cmp_f64(float(args[1])) {
            Some(Ordering::Less) => "-0x1".into(),
            Some(Ordering::Equal) => "0x0".into(),
            Some(Ordering::Greater) => "0x1".into(),
            None => "none".into(),
        },
        "decimal" => {
            assert_eq!(int(expected), a());
            let (negative, digits) = a().to_digits15();
            assert_eq!(BigInt::from_digits15(negative, &digits), Some(a()));
            answer(a().to_decimal(poll), |text| text)
        }
        "digits" => {
            let digits = int(expected).low_u64() as usize;
            assert!(a().exceeds_digits(digits - 1));
            if a().exceeds_digits(digits) { "more".into() } else { expected.into() }
        }
        "radix" => answer(b().to_string_radix(a().low_u64() as u32, poll), |text| text),
        "to_bytes" => match a().to_bytes(count() as usize, order(args[2]), args[3] == "1") {
            Ok(bytes) if bytes.is_empty() => "-".into(),
            Ok(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Err(_) => "Overflow".into(),
        },
        "from_bytes" => hex(&BigInt::from_bytes(&bytes(args[0]), order(args[1]), args[2] == "1")),
        other => panic!("unknown vector {other}"),
    }
}

#[test]
fn cpython_vectors() {
    let file = std::env::var("NUM_VECTORS").ok();
    let text = match &file {
        Some(path) => std::fs::read_to_string(path).expect("the vectors"),
        None => include_str!("tests/vectors.txt").to_string(),
    };
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let results =
            if matches!(words[0], "divmod" | "divmod_i64" | "frexp" | "ratio") { 2 } else { 1 };
        let (args, expected) = words[1..].split_at(words.len() - 1 - results);
        let expected = expected.join(" ");
        assert_eq!(compute(words[0], args, &expected), expected, "{line}");
    }
}

#[test]
fn syntax_of_integers() {
    let check = |text: &str, base: u32, expected: Result<i64, ParseError>| {
        let result = parse_int(text.as_bytes(), base, 640, &mut never);
        assert_eq!(result.map(|v| v.to_i64().expect("small")), expected, "{text:?} {base}");
    };
    for (text, base, value) in [
        ("12", 10, 12),
        (" -1_000\n", 10, -1000),
        ("+0x_fF", 16, 255),
        ("0b1", 16, 0xb1),
        ("0b_1", 0, 1),
        ("0o17", 0, 15),
        ("00_0", 0, 0),
        ("-z", 36, -35),
        ("0", 0, 0),
    ] {
        check(text, base, Ok(value));
    }
    for text in ["", "-", "_1", "1_", "1__0", "0x", "0777", "1 2", "+-1", "0_7", "9a", "1\0"] {
        check(text, 0, Err(ParseError::Invalid));
    }
    check(&"9".repeat(641), 10, Err(ParseError::TooManyDigits(641)));
    assert!(parse_int(&[b'1'; 5000], 16, 640, &mut never).is_ok());
}

#[test]
fn size_is_refused_and_work_is_interrupted() {
    let ten = BigInt::from_i64(10);
    let huge = BigInt::from_i128(10_i128.pow(30));
    assert_eq!(ten.pow(&huge, &mut never), Err(Error::TooBig));
    assert_eq!(BigInt::from_i64(-1).pow(&huge, &mut never), Ok(BigInt::ONE));
    assert_eq!(BigInt::ONE.shl(u64::MAX), Err(Error::TooBig));
    assert_eq!(BigInt::ZERO.shl(u64::MAX), Ok(BigInt::ZERO));
    assert_eq!(BigInt::from_i64(-5).shr(u64::MAX), BigInt::from_i64(-1));
    let mut left = 5;
    let mut poll = || {
        left -= 1;
        if left == 0 { Err(Interrupted) } else { Ok(()) }
    };
    assert_eq!(ten.pow_u64(1 << 30, &mut poll), Err(Error::Interrupted));
}
