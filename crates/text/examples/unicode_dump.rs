//! Prints what the tables say about every code point, one line each, for `gen/check_unicode.py`
//! to compare with CPython; with an argument, what lookups of the names on stdin give.

use rpython_text::unicode::{self as u, Form};
use rpython_text::utf8;
use std::io::{BufRead, BufWriter, Write};

fn hex(points: impl Iterator<Item = u32>) -> String {
    points.map(|cp| format!("{cp:x}")).collect::<Vec<_>>().join(" ")
}

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    if std::env::args().len() > 1 {
        for line in std::io::stdin().lock().lines() {
            let answer = match u::lookup_name(&line?) {
                None => String::new(),
                Some(u::Named::Char(cp)) => hex(std::iter::once(cp)),
                Some(u::Named::Sequence(points)) => hex(points.iter().copied()),
            };
            writeln!(out, "{answer}")?;
        }
        return Ok(());
    }
    let number = |v: Option<u8>| v.map_or(-1, i32::from);
    for cp in 0..0x110000 {
        let flags: String = [
            u::is_alpha(cp),
            u::is_alnum(cp),
            u::is_decimal(cp),
            u::is_digit(cp),
            u::is_numeric(cp),
            u::is_space(cp),
            u::is_printable(cp),
            u::is_lower(cp),
            u::is_upper(cp),
            u::is_title(cp),
            u::is_xid_start(cp),
            u::is_xid_continue(cp),
            u::is_linebreak(cp),
            u::mirrored(cp),
        ]
        .map(|yes| if yes { '1' } else { '0' })
        .iter()
        .collect();
        let cases = [u::to_upper(cp), u::to_lower(cp), u::to_title(cp), u::to_casefold(cp)];
        let cases = cases.map(hex).join(",");
        let mut text = Vec::new();
        utf8::push(&mut text, cp);
        let forms = [Form::Nfc, Form::Nfkc, Form::Nfd, Form::Nfkd]
            .map(|form| {
                let normal = u::normalize(form, &text);
                let already = i32::from(u::is_normalized(form, &text));
                format!("{already}:{}", hex(utf8::code_points(&normal)))
            })
            .join(",");
        let old = u::ucd_3_2_0::normalize(Form::Nfkc, &text);
        writeln!(
            out,
            "{flags}|{}|{}|{:?}|{cases}|{}|{}|{}|{}|{}|{}|{forms}|{}|{}|{}|{}|{}|{:?}|{}|{}",
            number(u::decimal_value(cp)),
            number(u::digit_value(cp)),
            u::numeric_value(cp).unwrap_or(-99.0),
            u::category(cp),
            u::bidirectional(cp),
            u::combining(cp),
            u::east_asian_width(cp),
            u::decomposition(cp),
            u::name(cp).unwrap_or_default(),
            u::ucd_3_2_0::category(cp),
            u::ucd_3_2_0::bidirectional(cp),
            u::ucd_3_2_0::east_asian_width(cp),
            i32::from(u::ucd_3_2_0::mirrored(cp)),
            number(u::ucd_3_2_0::decimal_value(cp)),
            u::ucd_3_2_0::numeric_value(cp).unwrap_or(-99.0),
            u::ucd_3_2_0::decomposition(cp),
            hex(utf8::code_points(&old)),
        )?;
    }
    Ok(())
}
