//! Encodings given by a mapping: the engine under most of the `encodings` package.

use super::{Decoding, Encoding, ErrorHandler};
use crate::utf8::{char_count, code_points, decode_at, index, push};

const REASON: &str = "character maps to <undefined>";
const UNDEFINED: u32 = 0xfffe;

/// Decodes byte by byte.  `lookup` appends what a byte stands for, or says that it is undefined.
pub fn decode<H: ErrorHandler>(
    input: &[u8],
    handler: &mut H,
    mut lookup: impl FnMut(u8, &mut Vec<u8>) -> Result<bool, H::Error>,
) -> Result<Vec<u8>, H::Error> {
    let mut state = Decoding::new("charmap", input, handler);
    let mut at = 0;
    while let Some(&byte) = state.input.get(at) {
        if lookup(byte, &mut state.out)? {
            at += 1;
        } else {
            at = state.fail(at, at + 1, REASON)?;
        }
    }
    Ok(state.out)
}

/// Decodes by a table of up to 256 characters, as text; U+FFFE is undefined.
pub fn decode_by_table<H: ErrorHandler>(
    input: &[u8],
    handler: &mut H,
    table: &[u8],
) -> Result<Vec<u8>, H::Error> {
    let points: Vec<u32> = code_points(table).take(256).collect();
    decode(input, handler, |byte, out| match points.get(usize::from(byte)) {
        Some(&cp) if cp != UNDEFINED => {
            push(out, cp);
            Ok(true)
        }
        _ => Ok(false),
    })
}

/// Encodes character by character.  `lookup` appends what a character maps to, or says that it
/// maps to nothing.
pub fn encode<H: ErrorHandler>(
    text: &[u8],
    handler: &mut H,
    mut lookup: impl FnMut(u32, &mut Vec<u8>) -> Result<bool, H::Error>,
) -> Result<Vec<u8>, H::Error> {
    let mut state = Encoding::new("charmap", text, handler);
    let mut at = 0;
    while let Some((cp, len)) = decode_at(text, at) {
        if lookup(cp, &mut state.out)? {
            at += len;
            continue;
        }
        // Neighbours that fail too are reported together.
        let mut end = at + len;
        let mut scratch = Vec::new();
        while let Some((cp, len)) = decode_at(text, end) {
            if lookup(cp, &mut scratch)? {
                break;
            }
            end += len;
        }
        at = state.fail(at, end, REASON, 1, |out, replacement| {
            for cp in code_points(replacement) {
                if !lookup(cp, out)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
    }
    Ok(state.out)
}

/// The reverse of a decoding table: what `codecs.charmap_build` makes.
#[derive(Clone, Debug)]
pub struct EncodingMap {
    /// Pages of 256 characters in use, by the character's high bits; 0 for none.
    pages: Vec<u8>,
    /// Byte for a character of a page; 0 for none, but for NUL itself.
    bytes: Vec<[u8; 256]>,
    maps_nul: bool,
    /// Characters beyond the BMP, which hardly any table has.
    others: Vec<(u32, u8)>,
}

impl EncodingMap {
    /// Builds from a decoding table; of characters that occur twice, the last byte counts.
    pub fn new(table: &[u8]) -> EncodingMap {
        let mut map = EncodingMap {
            pages: vec![0; 256],
            bytes: Vec::new(),
            maps_nul: false,
            others: Vec::new(),
        };
        for (byte, cp) in code_points(table).take(256).enumerate() {
            let byte = byte as u8;
            if cp == UNDEFINED {
                continue;
            }
            if byte == 0 && cp == 0 {
                map.maps_nul = true;
                continue;
            }
            if cp >= 0x10000 {
                map.others.push((cp, byte));
                continue;
            }
            let high = (cp >> 8) as usize;
            if map.pages[high] == 0 {
                map.bytes.push([0; 256]);
                // At most 255 pages: a table has no more characters than that besides NUL.
                map.pages[high] = u8::try_from(map.bytes.len()).unwrap_or(0);
            }
            if let Some(page) = map.bytes.get_mut(usize::from(map.pages[high]).wrapping_sub(1)) {
                page[(cp & 255) as usize] = byte;
            }
        }
        map
    }

    /// The byte for a character.
    pub fn get(&self, cp: u32) -> Option<u8> {
        if cp == 0 && self.maps_nul {
            return Some(0);
        }
        if cp >= 0x10000 {
            return self.others.iter().rev().find(|(other, _)| *other == cp).map(|&(_, b)| b);
        }
        let page = usize::from(self.pages[(cp >> 8) as usize]).checked_sub(1)?;
        let byte = self.bytes.get(page)?[(cp & 255) as usize];
        (byte != 0).then_some(byte)
    }

    /// Memory the tables take.
    pub fn size(&self) -> usize {
        self.pages.len() + self.bytes.len() * 256
    }
}

/// The character of a table at an index, for mappings that are text.
pub fn table_get(table: &[u8], byte: u8) -> Option<u32> {
    if usize::from(byte) >= char_count(table) {
        return None;
    }
    let (cp, _) = decode_at(table, index::byte_offset(table, usize::from(byte)))?;
    (cp != UNDEFINED).then_some(cp)
}
