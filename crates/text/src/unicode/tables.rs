//! The generated tables.  See `gen/unicode_tables.py` for what each column means.

#[rustfmt::skip]
pub mod database;
#[rustfmt::skip]
pub mod decomposition;
#[rustfmt::skip]
pub mod names;
#[rustfmt::skip]
pub mod types;
#[rustfmt::skip]
pub mod ucd_3_2_0;

/// Reads a two-stage table: a block number per `1 << shift` code points, then the value.
/// What is past 10FFFF reads like 10FFFF, which is unassigned.
macro_rules! trie {
    ($cp:expr, $shift:expr, $blocks:expr, $values:expr) => {{
        let cp = u32::min($cp, 0x10ffff);
        let block = $blocks[(cp >> $shift) as usize] as usize;
        $values[(block << $shift) + (cp & ((1 << $shift) - 1)) as usize] as usize
    }};
}
pub(crate) use trie;
