//! The location table (`co_linetable`): source positions of every code unit, packed.
//!
//! An entry covers one to eight units: a first byte with bit 7 set, a form in bits 3..=6 and the
//! length less one in bits 0..=2, then what the form needs. Decoding accepts any bytes: a table that
//! ends early or says nonsense gives fewer or odd positions, never a panic.
//! Counterpart of `assemble_location_info` and `_PyLineTable_NextAddressRange`.

/// Forms 0..=9 are short: the line of the entry before, and columns in one more byte.
const FORM_ONE_LINE_0: u8 = 10;
const FORM_ONE_LINE_2: u8 = 12;
const FORM_NO_COLUMNS: u8 = 13;
const FORM_LONG: u8 = 14;
const FORM_NONE: u8 = 15;

/// A source range; -1 stands for "unknown", columns are byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    pub line: i32,
    pub end_line: i32,
    pub column: i32,
    pub end_column: i32,
}

impl Location {
    /// Code that belongs to no line.
    pub const NONE: Location = Location { line: -1, end_line: -1, column: -1, end_column: -1 };

    /// A whole line, columns unknown.
    pub const fn line(line: i32) -> Location {
        Location { line, end_line: line, column: -1, end_column: -1 }
    }
}

/// Writes a location table, merging neighbours of one location.
pub struct LineTableWriter {
    table: Vec<u8>,
    line: i32,
    pending: Location,
    pending_units: usize,
}

impl LineTableWriter {
    pub fn new(firstlineno: i32) -> LineTableWriter {
        LineTableWriter {
            table: Vec::new(),
            line: firstlineno,
            pending: Location::NONE,
            pending_units: 0,
        }
    }

    /// Adds an instruction of `units` code units, prefixes and caches included.
    pub fn push(&mut self, location: Location, units: usize) {
        if location != self.pending {
            self.flush();
            self.pending = location;
        }
        self.pending_units += units;
    }

    pub fn finish(mut self) -> Box<[u8]> {
        self.flush();
        self.table.into()
    }

    fn flush(&mut self) {
        let mut units = std::mem::take(&mut self.pending_units);
        while units > 0 {
            let piece = units.min(8);
            self.entry(self.pending, piece as u8);
            units -= piece;
        }
    }

    fn entry(&mut self, at: Location, units: u8) {
        if at.line < 0 {
            return self.first_byte(FORM_NONE, units);
        }
        let delta = at.line.wrapping_sub(self.line);
        let (column, end_column) = (at.column, at.end_column);
        if column < 0 || end_column < 0 {
            if at.end_line == at.line || at.end_line < 0 {
                self.first_byte(FORM_NO_COLUMNS, units);
                self.signed(delta);
                self.line = at.line;
                return;
            }
        } else if at.end_line == at.line {
            let width = end_column - column;
            if delta == 0 && column < 80 && (0..16).contains(&width) {
                self.first_byte((column >> 3) as u8, units);
                self.table.push(((column & 7) << 4 | width) as u8);
                return;
            }
            if (0..3).contains(&delta) && column < 128 && end_column < 128 {
                self.first_byte(FORM_ONE_LINE_0 + delta as u8, units);
                self.table.extend([column as u8, end_column as u8]);
                self.line = at.line;
                return;
            }
        }
        self.first_byte(FORM_LONG, units);
        self.signed(delta);
        self.unsigned(at.end_line.wrapping_sub(at.line) as u32);
        self.unsigned(column.wrapping_add(1) as u32);
        self.unsigned(end_column.wrapping_add(1) as u32);
        self.line = at.line;
    }

    fn first_byte(&mut self, form: u8, units: u8) {
        self.table.push(0x80 | form << 3 | (units - 1));
    }

    fn unsigned(&mut self, mut value: u32) {
        while value >= 64 {
            self.table.push(0x40 | (value & 63) as u8);
            value >>= 6;
        }
        self.table.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        let magnitude = value.unsigned_abs().wrapping_shl(1);
        self.unsigned(magnitude | (value < 0) as u32);
    }
}

/// A decoded entry: code units `start..end` and where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub start: usize,
    pub end: usize,
    pub location: Location,
    /// The running line, which entries without a location pass on.
    pub computed_line: i32,
}

/// Decodes a table entry by entry.
#[derive(Clone)]
pub struct Entries<'a> {
    table: &'a [u8],
    unit: usize,
    line: i32,
}

/// The entries of a table.
pub fn entries(table: &[u8], firstlineno: i32) -> Entries<'_> {
    Entries { table, unit: 0, line: firstlineno }
}

impl Entries<'_> {
    fn byte(&mut self) -> i32 {
        match self.table.split_first() {
            Some((&byte, rest)) => {
                self.table = rest;
                byte.into()
            }
            None => 0,
        }
    }

    fn unsigned(&mut self) -> u32 {
        let mut value = 0u32;
        let mut shift = 0;
        while let Some((&byte, rest)) = self.table.split_first() {
            self.table = rest;
            value |= u32::from(byte & 63).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if byte & 0x40 == 0 {
                break;
            }
        }
        value
    }

    fn signed(&mut self) -> i32 {
        let value = self.unsigned();
        let magnitude = (value >> 1) as i32;
        if value & 1 != 0 { -magnitude } else { magnitude }
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let (&first, rest) = self.table.split_first()?;
        self.table = rest;
        let start = self.unit;
        self.unit += usize::from(first & 7) + 1;
        let form = first >> 3 & 15;
        let location = match form {
            FORM_NONE => Location::NONE,
            FORM_LONG => {
                self.line = self.line.wrapping_add(self.signed());
                let end_line = self.line.wrapping_add(self.unsigned() as i32);
                let column = (self.unsigned() as i32).wrapping_sub(1);
                let end_column = (self.unsigned() as i32).wrapping_sub(1);
                Location { line: self.line, end_line, column, end_column }
            }
            FORM_NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed());
                Location::line(self.line)
            }
            FORM_ONE_LINE_0..=FORM_ONE_LINE_2 => {
                self.line = self.line.wrapping_add((form - FORM_ONE_LINE_0).into());
                let (column, end_column) = (self.byte(), self.byte());
                Location { line: self.line, end_line: self.line, column, end_column }
            }
            short => {
                let second = self.byte();
                let column = i32::from(short) << 3 | second >> 4;
                let end_column = column + (second & 15);
                Location { line: self.line, end_line: self.line, column, end_column }
            }
        };
        // The next entry starts at the next byte with bit 7, whatever this one left over.
        while self.table.first().is_some_and(|byte| byte & 0x80 == 0) {
            self.table = &self.table[1..];
        }
        Some(Entry { start, end: self.unit, location, computed_line: self.line })
    }
}

/// The same lines with no columns and one line per location (`-X no_debug_ranges`).
pub fn without_columns(table: &[u8], firstlineno: i32) -> Box<[u8]> {
    let mut writer = LineTableWriter::new(firstlineno);
    for entry in entries(table, firstlineno) {
        let location = match entry.location.line {
            line @ 0.. => Location::line(line),
            _ => Location::NONE,
        };
        writer.push(location, entry.end - entry.start);
    }
    writer.finish()
}

/// The location of each code unit in turn (`co_positions`).
pub fn positions(table: &[u8], firstlineno: i32) -> impl Iterator<Item = Location> + '_ {
    entries(table, firstlineno)
        .flat_map(|entry| std::iter::repeat_n(entry.location, entry.end - entry.start))
}

/// The location of one code unit.
pub fn location_of(table: &[u8], firstlineno: i32, unit: usize) -> Option<Location> {
    entries(table, firstlineno).find(|entry| unit < entry.end).map(|entry| entry.location)
}

/// The line of one code unit (`PyCode_Addr2Line`); -1 where there is none.
pub fn line_of(table: &[u8], firstlineno: i32, unit: usize) -> i32 {
    location_of(table, firstlineno, unit).map_or(-1, |location| location.line)
}

/// Ranges of code units with one line each (`co_lines`); `None` is "no line".
pub fn lines(
    table: &[u8],
    firstlineno: i32,
) -> impl Iterator<Item = (usize, usize, Option<i32>)> + '_ {
    let mut entries = entries(table, firstlineno).peekable();
    std::iter::from_fn(move || {
        let first = entries.next()?;
        let line = first.location.line;
        let mut end = first.end;
        while let Some(next) = entries.next_if(|next| next.location.line == line) {
            end = next.end;
        }
        Some((first.start, end, (line >= 0).then_some(line)))
    })
}

/// The old table of byte and line increments (`co_lnotab`).
pub fn lnotab(table: &[u8], firstlineno: i32) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut offset, mut line) = (0, firstlineno);
    for entry in entries(table, firstlineno) {
        if entry.computed_line == line {
            continue;
        }
        let mut bytes = entry.start * 2 - offset;
        let mut delta = entry.computed_line.wrapping_sub(line);
        while bytes > 255 {
            out.extend([255, 0]);
            bytes -= 255;
        }
        while delta > 127 {
            out.extend([bytes as u8, 127]);
            bytes = 0;
            delta -= 127;
        }
        while delta < -128 {
            out.extend([bytes as u8, 0x80]);
            bytes = 0;
            delta += 128;
        }
        out.extend([bytes as u8, delta as i8 as u8]);
        offset = entry.start * 2;
        line = entry.computed_line;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: i32, end_line: i32, column: i32, end_column: i32) -> Location {
        Location { line, end_line, column, end_column }
    }

    /// Locations with their lengths -> bytes -> the same locations.
    fn check(runs: &[(Location, usize)], expected: &[u8]) {
        let mut writer = LineTableWriter::new(10);
        runs.iter().for_each(|&(location, units)| writer.push(location, units));
        let table = writer.finish();
        assert_eq!(table[..], *expected);
        let all: Vec<_> = runs.iter().flat_map(|&(at, n)| std::iter::repeat_n(at, n)).collect();
        assert_eq!(positions(&table, 10).collect::<Vec<_>>(), all);
    }

    #[test]
    fn forms() {
        check(&[(at(10, 10, 4, 9), 2)], &[0x81, 0x45]);
        check(&[(at(12, 12, 4, 90), 1)], &[0xE0, 4, 90]);
        check(&[(Location::line(9), 1)], &[0xE8, 0x03]);
        check(&[(Location::NONE, 3)], &[0xFA]);
        check(&[(at(10, 13, 0, 1), 1)], &[0xF0, 0, 3, 1, 2]);
        check(&[(at(210, 210, 0, 70), 1)], &[0xF0, 0x50, 0x06, 0, 1, 0x47, 1]);
        // Nine units need two entries; equal neighbours become one run.
        check(&[(Location::NONE, 4), (Location::NONE, 5)], &[0xFF, 0xF8]);
    }

    #[test]
    fn lines_and_increments() {
        let mut writer = LineTableWriter::new(1);
        for (line, units) in [(1, 1), (2, 300), (2, 1), (200, 2)] {
            writer.push(at(line, line, 0, 1), units);
        }
        writer.push(Location::NONE, 1);
        let table = writer.finish();
        let expected =
            [(0, 1, Some(1)), (1, 302, Some(2)), (302, 304, Some(200)), (304, 305, None)];
        assert_eq!(lines(&table, 1).collect::<Vec<_>>(), expected);
        assert_eq!(lnotab(&table, 1), [2, 1, 255, 0, 255, 0, 92, 127, 0, 71]);
        assert_eq!(
            [0, 150, 303, 304, 999].map(|unit| line_of(&table, 1, unit)),
            [1, 2, 200, -1, -1]
        );
        // Cut anywhere, a table still decodes.
        assert!((0..table.len()).all(|len| positions(&table[..len], 1).count() < 999));
    }
}
