//! Runs the vectors that `golden.py` had CPython write.  `SRE_VECTORS` names a file
//! with more of them.

use std::ops::ControlFlow;
use std::{env, fs};

use rpython_sre::{Bytes, Locale, Mode, Program, State, Utf8};

#[test]
fn cpython_agrees() {
    check(include_str!("golden.txt"));
    if let Ok(path) = env::var("SRE_VECTORS") {
        check(&fs::read_to_string(path).expect("the file of vectors"));
    }
}

fn check(vectors: &str) {
    let mut state = State::new();
    let mut program = None;
    let mut pattern = "";
    let mut subject = (true, Vec::new());
    let mut wrong = 0;
    for line in vectors.lines() {
        let (kind, rest) = line.split_at(1);
        let rest = rest.trim();
        match kind {
            "#" => pattern = rest,
            "p" => {
                let (groups, words) = rest.split_once(' ').expect("groups and words");
                let word = |word| u32::from_str_radix(word, 16).expect("a word");
                let words: Vec<u32> = words.split(' ').map(word).collect();
                let made = Program::new(&words, groups.parse().expect("a count"));
                program = Some(made.unwrap_or_else(|error| panic!("{pattern}: {error}")));
            }
            "s" | "b" => subject = (kind == "s", unhex(rest)),
            _ => {
                let program = program.as_ref().expect("a pattern first");
                let (query, expected) = rest.split_once(" = ").expect("a result");
                let found = run(&mut state, program, kind, query, &subject);
                if found != expected {
                    wrong += 1;
                    let text = String::from_utf8_lossy(&subject.1);
                    eprintln!("{pattern} {text:?} {kind} {query}: {found}, not {expected}");
                }
            }
        }
    }
    assert_eq!(wrong, 0);
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn run(
    state: &mut State,
    program: &Program,
    kind: &str,
    query: &str,
    (is_text, subject): &(bool, Vec<u8>),
) -> String {
    let numbers: Vec<usize> = query.split(' ').map(|n| n.parse().expect("a number")).collect();
    let wide = *is_text && !subject.is_ascii();
    // Code points to bytes and back.
    let mut starts: Vec<usize> =
        (0..subject.len()).filter(|&at| !wide || subject[at] & 0xc0 != 0x80).collect();
    starts.push(subject.len());
    let (start, end) = (starts[numbers[0]], starts[numbers[1]]);
    let mode = match kind {
        "m" => Mode::Match,
        "f" => Mode::FullMatch,
        _ => Mode::Search,
    };
    let advance = numbers[2] != 0;
    let text = &subject[..end];
    let poll = &mut || ControlFlow::Continue(());
    let found = if wide {
        state.run(program, Utf8(text), start, mode, advance, &Locale::C, poll)
    } else {
        state.run(program, Bytes(text), start, mode, advance, &Locale::C, poll)
    };
    if !found.expect("memory") {
        return "-".to_owned();
    }
    let index = |at: usize| starts.binary_search(&at).expect("a position between characters");
    let mut shown = String::new();
    for group in 0..=program.groups() {
        match state.span(group) {
            Some((begin, end)) => shown += &format!("{},{} ", index(begin), index(end)),
            None => shown += "? ",
        }
    }
    shown + &state.last_index().unwrap_or(0).to_string()
}

/// Words that `re` did not make are refused, or at least do no harm.
#[test]
fn damaged_words_do_not_panic() {
    let mut state = State::new();
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 16) as usize % below
    };
    let mut accepted = 0;
    for line in include_str!("golden.txt").lines().filter(|line| line.starts_with("p ")) {
        let words = line.split(' ').skip(2).map(|word| u32::from_str_radix(word, 16));
        let words: Vec<u32> = words.collect::<Result<_, _>>().expect("words");
        for _ in 0..40 {
            let mut damaged = words.clone();
            for _ in 0..=random(2) {
                let at = random(damaged.len());
                damaged[at] = match random(4) {
                    0 => u32::MAX - random(2) as u32,
                    1 => damaged[random(words.len())],
                    _ => random(45) as u32,
                };
            }
            if random(8) == 0 {
                damaged.truncate(random(words.len()));
            }
            let Ok(program) = Program::new(&damaged, 3) else { continue };
            accepted += 1;
            for text in ["", "ab", "aabbcab\nccé日本"] {
                // One poll, then a break: endless patterns end, too.
                let mut polls = 0;
                let poll = &mut || {
                    polls += 1;
                    if polls > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                for mode in [Mode::Search, Mode::FullMatch] {
                    let text = text.as_bytes();
                    let _ = state.run(&program, Utf8(text), 0, mode, false, &Locale::C, poll);
                    let _ = state.run(&program, Bytes(text), 0, mode, true, &Locale::C, poll);
                }
            }
        }
    }
    assert!(accepted > 500);
    let deep: Vec<u32> = [26, 2].repeat(100_000);
    assert!(Program::new(&deep, 0).is_err());
}

#[test]
fn a_poll_breaks_off_endless_matching() {
    // Exponential where no y follows.
    let line = include_str!("golden.txt")
        .lines()
        .skip_while(|line| !line.contains("(x+x+)+y"))
        .find(|line| line.starts_with("p "))
        .expect("the pattern is among the golden ones");
    let (groups, words) = line[2..].split_once(' ').expect("groups and words");
    let words: Vec<u32> =
        words.split(' ').map(|word| u32::from_str_radix(word, 16).expect("a word")).collect();
    let program = Program::new(&words, groups.parse().expect("a count")).expect("valid");
    let mut polls = 0;
    let poll = &mut || {
        polls += 1;
        if polls == 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let text = "x".repeat(200);
    let run =
        State::new().run(&program, Bytes(text.as_bytes()), 0, Mode::Match, false, &Locale::C, poll);
    assert_eq!(run, Err(rpython_sre::Error::Interrupted));
}
