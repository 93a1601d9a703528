//! Randomness from the kernel.

use crate::Result;
use crate::call::check;

/// One `getrandom` with `GRND_*` flags; it may fill less than the buffer.
pub fn get(buffer: &mut [u8], flags: u32) -> Result<usize> {
    // SAFETY: the buffer is writable for its length.
    Ok(check(unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) })? as usize)
}

/// Fills the buffer, for `os.urandom` and the like.  `EINTR` leaves it half filled: the
/// caller starts again.
pub fn fill(buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        filled += get(&mut buffer[filled..], 0)?;
    }
    Ok(())
}

/// A seed for hashes and generators at start; never blocks.
pub fn seed<const N: usize>() -> [u8; N] {
    let mut seed = [0; N];
    if fill(&mut seed).is_err() {
        // A kernel without the call: the clock and an address are better than nothing.
        let time = crate::clock::realtime() ^ crate::clock::monotonic().rotate_left(32);
        let address = crate::stack::pointer() as i64;
        let mixed = (time ^ address.rotate_left(17)).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
        for (index, byte) in seed.iter_mut().enumerate() {
            *byte ^= (mixed >> (index % 8 * 8)) as u8 ^ index as u8;
        }
    }
    seed
}
