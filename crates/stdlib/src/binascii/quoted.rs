//! Quoted-printable (RFC 2045), and its variant for headers.

const MAX_LINE: usize = 76;

fn is_hex(b: Option<&u8>) -> Option<u8> {
    b.and_then(|b| (*b as char).to_digit(16)).map(|d| d as u8)
}

pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        if data[i] == b'=' {
            i += 1;
            match data.get(i) {
                None => break,
                // A soft line break.
                Some(b'\n' | b'\r') => {
                    if data[i] != b'\n' {
                        while i < data.len() && data[i] != b'\n' {
                            i += 1;
                        }
                    }
                    if i < data.len() {
                        i += 1;
                    }
                }
                Some(b'=') => {
                    out.push(b'=');
                    i += 1;
                }
                Some(_) => match (is_hex(data.get(i)), is_hex(data.get(i + 1))) {
                    (Some(a), Some(b)) => {
                        out.push(a << 4 | b);
                        i += 2;
                    }
                    _ => out.push(b'='),
                },
            }
        } else if header && data[i] == b'_' {
            out.push(b' ');
            i += 1;
        } else {
            out.push(data[i]);
            i += 1;
        }
    }
    out
}

pub fn encode(data: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    // Lines end as the first one does.
    let first = memchr::memchr(b'\n', data);
    let crlf = first.is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let end_line = |out: &mut Vec<u8>| {
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    let mut out: Vec<u8> = Vec::with_capacity(data.len() + data.len() / 8);
    let mut line = 0;
    let hex = |b: u8| {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        [b'=', DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]
    };
    let len = data.len();
    let mut i = 0;
    while i < len {
        let c = data[i];
        let next = data.get(i + 1).copied();
        let is_break = c == b'\r' || c == b'\n';
        let quote = c > 126
            || c == b'='
            || (header && c == b'_')
            || (c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)))
            || (!is_text && is_break)
            || ((c == b'\t' || c == b' ') && i + 1 == len)
            || (c < 33 && !is_break && (quote_tabs || (c != b'\t' && c != b' ')));
        if quote {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                end_line(&mut out);
                line = 0;
            }
            out.extend_from_slice(&hex(c));
            i += 1;
            line += 3;
            continue;
        }
        if is_text && (c == b'\n' || (c == b'\r' && next == Some(b'\n'))) {
            line = 0;
            // Whitespace before a line break must be quoted.
            if let Some(&last) = out.last()
                && (last == b' ' || last == b'\t')
            {
                out.pop();
                out.extend_from_slice(&hex(last));
            }
            end_line(&mut out);
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if i + 1 != len && next != Some(b'\n') && line + 1 >= MAX_LINE {
            out.push(b'=');
            end_line(&mut out);
            line = 0;
        }
        line += 1;
        if header && c == b' ' {
            out.push(b'_');
        } else {
            out.push(c);
        }
        i += 1;
    }
    out
}
