//! "Did you mean ...?": the candidate nearest to a misspelt name.
//!
//! The distance is Levenshtein's, where changing case costs half of any other change; a
//! candidate may differ in a third of the letters involved.

const MOVE: usize = 2;
const CASE: usize = 1;
const MAX_LENGTH: usize = 40;
const MAX_CANDIDATES: usize = 750;

/// The candidate most like a misspelt name, if any is close enough.
pub fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(&str, usize)> = None;
    for (i, candidate) in candidates.enumerate() {
        if i >= MAX_CANDIDATES {
            return None;
        }
        if candidate == name {
            continue;
        }
        let allowed = (name.len() + candidate.len() + 3) * MOVE / 6;
        let limit = match best {
            Some((_, 0)) => break,
            Some((_, d)) => allowed.min(d - 1),
            None => allowed,
        };
        let d = distance(name.as_bytes(), candidate.as_bytes(), limit);
        if d <= limit {
            best = Some((candidate, d));
        }
    }
    best.map(|(candidate, _)| candidate)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The distance, or anything above `limit` if it is above.
pub fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (i, &y) in b.iter().enumerate() {
        let mut diagonal = i * MOVE;
        result = diagonal;
        let mut least = usize::MAX;
        for (cell, &x) in row.iter_mut().zip(a) {
            let substituted = diagonal + substitution(y, x);
            diagonal = *cell;
            result = substituted.min(result.min(diagonal) + MOVE);
            *cell = result;
            least = least.min(result);
        }
        if least > limit {
            return limit + 1;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    fn check(name: &str, candidates: &[&str], expect: Option<&str>) {
        assert_eq!(suggestion(name, candidates.iter().copied()), expect, "{name}");
    }

    #[test]
    fn near_names_are_found() {
        check("bluch", &["noise", "more_noise", "a", "bc", "bluch_", "bluchin"], Some("bluch_"));
        check("blech", &["BLuch", "bluchin", "fluch"], Some("BLuch"));
        check("nme", &["name", "obj"], Some("name"));
        check("x", &["y", "z"], None);
        check("same", &["same"], None);
        check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", &["b"], None);
    }
}
