//! MT19937, the Mersenne twister of Matsumoto and Nishimura, as CPython draws from it.

const N: usize = 624;
const M: usize = 397;

/// The generator's words, and how many of them have been used.
pub struct Twister {
    state: [u32; N],
    index: usize,
}

impl Twister {
    pub const WORDS: usize = N;

    /// Unseeded.
    pub fn new() -> Twister {
        Twister { state: [0; N], index: N }
    }

    pub fn words(&self) -> (&[u32; N], usize) {
        (&self.state, self.index)
    }

    pub fn set_words(&mut self, state: [u32; N], index: usize) {
        *self = Twister { state, index };
    }

    fn seed_word(&mut self, seed: u32) {
        let mut last = seed;
        self.state[0] = last;
        for (i, word) in self.state.iter_mut().enumerate().skip(1) {
            last = 1_812_433_253u32.wrapping_mul(last ^ last >> 30).wrapping_add(i as u32);
            *word = last;
        }
        self.index = N;
    }

    /// Seeds with any number of words, of which there is at least one.
    pub fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let s = &mut self.state;
        let (mut i, mut j) = (1, 0);
        let advance = |s: &mut [u32; N], i: &mut usize| {
            *i += 1;
            if *i >= N {
                s[0] = s[N - 1];
                *i = 1;
            }
        };
        for _ in 0..N.max(key.len()) {
            let mixed = s[i] ^ (s[i - 1] ^ s[i - 1] >> 30).wrapping_mul(1_664_525);
            s[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            advance(s, &mut i);
            j = (j + 1) % key.len();
        }
        for _ in 1..N {
            let mixed = s[i] ^ (s[i - 1] ^ s[i - 1] >> 30).wrapping_mul(1_566_083_941);
            s[i] = mixed.wrapping_sub(i as u32);
            advance(s, &mut i);
        }
        s[0] = 0x8000_0000;
    }

    fn refill(&mut self) {
        let s = &mut self.state;
        for i in 0..N {
            let y = s[i] & 0x8000_0000 | s[(i + 1) % N] & 0x7fff_ffff;
            s[i] = s[(i + M) % N] ^ y >> 1 ^ if y & 1 != 0 { 0x9908_b0df } else { 0 };
        }
        self.index = 0;
    }

    #[inline]
    pub fn next_word(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// In [0, 1), with 53 random bits.
    #[inline]
    pub fn next_float(&mut self) -> f64 {
        let (a, b) = (self.next_word() >> 5, self.next_word() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) / 9_007_199_254_740_992.0
    }
}
