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
macro_rules! trie {
    ($cp:expr, $shift:expr, $blocks:expr, $values:expr) => {{
        let cp: u32 = $cp;
        match $blocks.get((cp >> $shift) as usize) {
            Some(&block) => {
                let low = (cp & ((1 << $shift) - 1)) as usize;
                $values[((block as usize) << $shift) + low] as usize
            }
            None => 0,
        }
    }};
}
pub(crate) use trie;
