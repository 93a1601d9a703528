//! Lines of uuencoded data.

pub fn encode(data: &[u8], backtick: bool) -> Vec<u8> {
    let zero = if backtick { b'`' } else { b' ' };
    let digit = |v: u32| if v & 63 == 0 { zero } else { b' ' + (v & 63) as u8 };
    let mut out = vec![digit(data.len() as u32)];
    for chunk in data.chunks(3) {
        let at = |i: usize| chunk.get(i).map_or(0, |b| u32::from(*b));
        let n = at(0) << 16 | at(1) << 8 | at(2);
        out.extend_from_slice(&[digit(n >> 18), digit(n >> 12), digit(n >> 6), digit(n)]);
    }
    out.push(b'\n');
    out
}

pub fn decode(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let Some((&first, rest)) = line.split_first() else {
        return Err("Missing length byte");
    };
    let len = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(len);
    let (mut bits, mut acc) = (0, 0u32);
    let mut chars = rest.iter();
    while out.len() < len {
        let c = chars.next().copied().unwrap_or(0);
        // Whitespace at the end stands for zeros that were cut off.
        let v = match c {
            b'\n' | b'\r' | 0 => 0,
            b' '..=b'`' => (c - b' ') & 63,
            _ => return Err("Illegal char"),
        };
        acc = acc << 6 | u32::from(v);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((acc >> bits) as u8);
        }
    }
    for c in chars {
        // Extra `' '` and '`' may be written at the end.
        if !matches!(c, b' ' | b'`' | b'\n' | b'\r') {
            return Err("Trailing garbage");
        }
    }
    Ok(out)
}
