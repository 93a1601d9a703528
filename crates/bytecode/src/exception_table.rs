//! The exception table (`co_exceptiontable`): which handler covers which code units.
//!
//! An entry is four numbers of six-bit groups, most significant first: start, length, target, and
//! depth << 1 with "push lasti" in bit 0. Bit 6 of a byte says that the number goes on, bit 7 that
//! an entry starts. Entries are sorted by start and do not overlap; that is the compiler's doing and
//! the verifier's check. All positions are in code units.

const START: u8 = 0x80;
const MORE: u8 = 0x40;

/// Code units `start..end` are covered by the handler at `target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// The stack is cut to this depth before the exception is pushed.
    pub depth: u32,
    /// The index of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

impl Entry {
    /// Appends the packed entry; numbers are below 2**30.
    pub fn encode(&self, table: &mut Vec<u8>) {
        number(table, self.start, START);
        number(table, self.end - self.start, 0);
        number(table, self.target, 0);
        number(table, self.depth << 1 | self.lasti as u32, 0);
    }
}

fn number(table: &mut Vec<u8>, value: u32, mark: u8) {
    let mut mark = mark;
    for shift in [24, 18, 12, 6] {
        if value >> shift != 0 {
            table.push((value >> shift & 63) as u8 | MORE | mark);
            mark = 0;
        }
    }
    table.push((value & 63) as u8 | mark);
}

/// Packs entries into a table.
pub fn encode(entries: &[Entry]) -> Box<[u8]> {
    let mut table = Vec::new();
    entries.iter().for_each(|entry| entry.encode(&mut table));
    table.into()
}

/// The table is not a sequence of whole entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Decodes a table entry by entry; ends after the first [`Malformed`] one.
#[derive(Clone)]
pub struct Entries<'a> {
    table: &'a [u8],
}

/// The entries of a table.
pub fn entries(table: &[u8]) -> Entries<'_> {
    Entries { table }
}

impl Entries<'_> {
    #[inline]
    fn number(&mut self, mark: u8) -> Option<u32> {
        let (&first, mut rest) = self.table.split_first()?;
        if first & START != mark {
            return None;
        }
        let mut value = u32::from(first & 63);
        let mut more = first & MORE != 0;
        while more {
            let (&byte, tail) = rest.split_first()?;
            if byte & START != 0 || value >> 24 != 0 {
                return None;
            }
            value = value << 6 | u32::from(byte & 63);
            more = byte & MORE != 0;
            rest = tail;
        }
        self.table = rest;
        Some(value)
    }

    #[inline(always)]
    fn entry(&mut self) -> Option<Entry> {
        let start = self.number(START)?;
        let length = self.number(0)?;
        let target = self.number(0)?;
        let depth = self.number(0)?;
        let end = start.checked_add(length)?;
        Some(Entry { start, end, target, depth: depth >> 1, lasti: depth & 1 != 0 })
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Malformed>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.table.is_empty() {
            return None;
        }
        let entry = self.entry();
        if entry.is_none() {
            self.table = &[];
        }
        Some(entry.ok_or(Malformed))
    }
}

/// All entries, for [`find`]; ends after the last whole one.
pub fn decode(table: &[u8]) -> Box<[Entry]> {
    entries(table).map_while(Result::ok).collect()
}

/// The entry that covers a code unit, of entries as the verifier wants them.
#[inline]
pub fn find(entries: &[Entry], unit: u32) -> Option<Entry> {
    let (mut low, mut high) = (0, entries.len());
    while high - low > FEW {
        let middle = low + (high - low) / 2;
        if entries[middle].start > unit { high = middle } else { low = middle }
    }
    // One after the other: the same raise takes the same branches each time, which the
    // processor guesses, where halving makes it wait for each comparison.
    let entry = entries[low..high].iter().find(|entry| unit < entry.end)?;
    (entry.start <= unit).then_some(*entry)
}

/// So many entries are looked at one after the other.
const FEW: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_search() {
        let all: Vec<Entry> = (0..200)
            .map(|i| Entry {
                start: i * 700 + 1,
                end: i * 700 + 500 + i,
                target: 1 << (i % 30),
                depth: i % 7,
                lasti: i % 2 == 0,
            })
            .collect();
        let table = encode(&all);
        assert_eq!(entries(&table).flatten().collect::<Vec<_>>(), all);
        let decoded = decode(&table);
        for unit in 0..150_000 {
            let expected = all.iter().find(|entry| (entry.start..entry.end).contains(&unit));
            assert_eq!(find(&decoded, unit).as_ref(), expected);
        }
        for bad in [&table[..table.len() - 1], &table[1..], &[0xC0; 9], &[0x80, 0x80, 0, 0]] {
            assert!(entries(bad).any(|entry| entry.is_err()));
            assert!(decode(bad).len() < all.len());
        }
    }

    #[test]
    fn bytes() {
        let entry = Entry { start: 1, end: 66, target: 4096, depth: 1, lasti: true };
        assert_eq!(encode(&[entry])[..], [0x81, 0x41, 0x01, 0x41, 0x40, 0x00, 0x03]);
    }
}
