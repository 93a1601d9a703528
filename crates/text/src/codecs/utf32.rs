//! UTF-32 in both byte orders, with or without a byte order mark.

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
        (ByteOrder::Native, [0xff, 0xfe, 0, 0, ..]) => (ByteOrder::Little, 4),
        (ByteOrder::Native, [0, 0, 0xfe, 0xff, ..]) => (ByteOrder::Big, 4),
        _ => (order, 0),
    };
    let big = order == ByteOrder::Big;
    let mut state = Decoding::new(if big { "utf-32-be" } else { "utf-32-le" }, input, handler);
    while at < state.input.len() {
        let end = state.input.len();
        let Some(&[a, b, c, d]) = state.input[at..].first_chunk() else {
            if !last {
                break;
            }
            at = state.fail(at, end, "truncated data")?;
            continue;
        };
        let cp = u32::from_le_bytes(if big { [d, c, b, a] } else { [a, b, c, d] });
        let reason = match cp {
            0xd800..0xe000 => "code point in surrogate code point range(0xd800, 0xe000)",
            0..0x110000 => {
                push(&mut state.out, cp);
                at += 4;
                continue;
            }
            _ => "code point not in range(0x110000)",
        };
        at = state.fail(at, at + 4, reason)?;
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
        ByteOrder::Native => "utf-32",
        ByteOrder::Little => "utf-32-le",
        ByteOrder::Big => "utf-32-be",
    };
    let big = order == ByteOrder::Big;
    let write = |out: &mut Vec<u8>, cp: u32| {
        out.extend_from_slice(&if big { cp.to_be_bytes() } else { cp.to_le_bytes() });
    };
    let mut state = Encoding::new(name, text, handler);
    state.out.reserve(text.len() + 4);
    if order == ByteOrder::Native {
        write(&mut state.out, 0xfeff);
    }
    let mut at = 0;
    while let Some((cp, len)) = decode_at(text, at) {
        if (0xd800..0xe000).contains(&cp) {
            at = state.fail(at, at + len, "surrogates not allowed", 4, |out, replacement| {
                code_points(replacement).for_each(|cp| write(out, cp));
                Ok(replacement.is_ascii())
            })?;
        } else {
            write(&mut state.out, cp);
            at += len;
        }
    }
    Ok(state.out)
}
