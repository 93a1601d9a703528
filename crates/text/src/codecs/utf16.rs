//! UTF-16 in both byte orders, with or without a byte order mark.

use super::{ByteOrder, Decoded, Decoding, Encoding, ErrorHandler};
use crate::utf8::{code_points, decode_at, push};

/// Decodes; gives the byte order found by a mark (the one asked for if there is none).
pub fn decode<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
    order: ByteOrder,
    last: bool,
) -> Result<(Decoded<'i>, ByteOrder), H::Error> {
    let (order, mut at) = match (order, input) {
        (ByteOrder::Native, [0xff, 0xfe, ..]) => (ByteOrder::Little, 2),
        (ByteOrder::Native, [0xfe, 0xff, ..]) => (ByteOrder::Big, 2),
        _ => (order, 0),
    };
    let big = order == ByteOrder::Big;
    let mut state = Decoding::new(if big { "utf-16-be" } else { "utf-16-le" }, input, handler);
    let unit = |input: &[u8], at: usize| {
        let pair = [*input.get(at)?, *input.get(at + 1)?];
        let unit = if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
        Some(u32::from(unit))
    };
    while at < state.input.len() {
        // The common case, until something needs a second look.
        for pair in state.input[at..].chunks_exact(2) {
            let pair = [pair[0], pair[1]];
            let unit = if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
            if unit & 0xf800 == 0xd800 {
                break;
            }
            push(&mut state.out, u32::from(unit));
            at += 2;
        }
        let end = state.input.len();
        if at == end {
            break;
        }
        let Some(first) = unit(&state.input, at) else {
            if !last {
                break;
            }
            at = state.fail(at, end, "truncated data")?;
            continue;
        };
        match first {
            0xd800..0xdc00 => match unit(&state.input, at + 2) {
                Some(second @ 0xdc00..0xe000) => {
                    push(&mut state.out, 0x10000 + ((first & 0x3ff) << 10 | (second & 0x3ff)));
                    at += 4;
                }
                Some(_) => at = state.fail(at, at + 2, "illegal UTF-16 surrogate")?,
                None if !last => break,
                None => at = state.fail(at, end, "unexpected end of data")?,
            },
            0xdc00..0xe000 => at = state.fail(at, at + 2, "illegal encoding")?,
            _ => {
                push(&mut state.out, first);
                at += 2;
            }
        }
    }
    Ok((state.finish(at), order))
}

/// Encodes; native order writes a mark.
pub fn encode<H: ErrorHandler>(
    text: &[u8],
    handler: &mut H,
    order: ByteOrder,
) -> Result<Vec<u8>, H::Error> {
    let name = match order {
        ByteOrder::Native => "utf-16",
        ByteOrder::Little => "utf-16-le",
        ByteOrder::Big => "utf-16-be",
    };
    let big = order == ByteOrder::Big;
    let write = |out: &mut Vec<u8>, unit: u32| {
        let unit = unit as u16;
        out.extend_from_slice(&if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    };
    let mut state = Encoding::new(name, text, handler);
    state.out.reserve(text.len() + 2);
    if order == ByteOrder::Native {
        write(&mut state.out, 0xfeff);
    }
    let mut at = 0;
    while let Some((cp, len)) = decode_at(text, at) {
        match cp {
            0xd800..0xe000 => {
                at =
                    state.fail(at, at + len, "surrogates not allowed", 2, |out, replacement| {
                        code_points(replacement).for_each(|cp| write(out, cp));
                        Ok(replacement.is_ascii())
                    })?;
                continue;
            }
            0..0x10000 => write(&mut state.out, cp),
            _ => {
                write(&mut state.out, 0xd800 + ((cp - 0x10000) >> 10));
                write(&mut state.out, 0xdc00 + (cp & 0x3ff));
            }
        }
        at += len;
    }
    Ok(state.out)
}
