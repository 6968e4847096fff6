//! Every backend against plain loops over its bytes.

use proptest::prelude::*;
use slotless_core::rng::{Key, Purpose};

use super::{BYTES, Block, GROUPS, Isa, Kernel, WORDS};

/// What every operation of a backend gives.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    loaded: [u8; BYTES],
    zero: [u8; BYTES],
    bitwise: [[u8; BYTES]; 3],
    full_added: [[u8; BYTES]; 2],
    ones: [u8; BYTES],
    any: [bool; 4],
    from_groups: [u8; BYTES],
    to_groups: [u64; GROUPS],
    splat16: [u8; BYTES],
    shifts: [[u8; BYTES]; 3],
    arithmetic: [[u8; BYTES]; 5],
    counts: [u8; BYTES],
    sums: [u8; BYTES],
    added: [u8; BYTES],
    groups: [u32; GROUPS],
    row_sums: [u32; GROUPS],
    total: i32,
    product: i32,
    looked_up: [u8; BYTES],
    where_both: [u8; BYTES],
    at_least: u16,
    count_at_least: u32,
    compressed: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Questions {
    a: [u8; BYTES],
    b: [u8; BYTES],
    values: [u32; WORDS],
    bound: u32,
}

impl Kernel for &Questions {
    type Output = Answers;

    #[inline(always)]
    fn run<B: Block>(self) -> Answers {
        let (a, b) = (B::load(&self.a), B::load(&self.b));
        let mask = B::at_least(&self.values, self.bound);
        let mut picked = vec![7; WORDS + 3];
        let found = B::compress(&self.values, mask, &mut picked, 3);
        assert_eq!(picked[..3], [7; 3]);
        let index = B::load(&self.b.map(|byte| byte % 128));
        Answers {
            loaded: a.store(),
            zero: B::zero().store(),
            bitwise: [a.and(b).store(), a.or(b).store(), a.xor(b).store()],
            full_added: {
                let (sum, carry) = a.full_add(b, index);
                [sum.store(), carry.store()]
            },
            ones: B::ones().store(),
            any: [
                a.any(),
                a.and(b).any(),
                B::zero().any(),
                B::from_groups(std::array::from_fn(|group| {
                    u64::from(group == self.bound as usize % GROUPS) << (self.bound % 64)
                }))
                .any(),
            ],
            from_groups: B::from_groups([1, 2 << 20, 3, 4, 5, u64::MAX, 7, 8 << 56]).store(),
            to_groups: a.to_groups(),
            splat16: B::splat16(self.bound as u16).store(),
            shifts: [
                a.low_to_high().store(),
                a.high_to_low().store(),
                a.top16().store(),
            ],
            arithmetic: [
                a.add16(b).store(),
                a.sub16(b).store(),
                a.mul_low16(b).store(),
                a.mul_high16(b).store(),
                a.carry16(b).store(),
            ],
            counts: a.count_groups().store(),
            sums: a.sum_groups().store(),
            added: a.add_groups(b).store(),
            groups: a.groups(),
            row_sums: B::sums([a, b, a.and(b), a.or(b), a.xor(b), b, a, B::zero()]),
            total: a.total32(),
            product: a
                .add_products(&self.a.map(u8::cast_signed), [b, a])
                .total32(),
            looked_up: B::lookup([a, b], index).store(),
            where_both: a.where_both(a, b).store(),
            at_least: mask,
            count_at_least: B::count_at_least(&self.values, self.bound),
            compressed: picked[3..found].to_vec(),
        }
    }
}

fn by_groups(bytes: &[u8; BYTES], f: impl Fn(&[u8]) -> u64) -> [u8; BYTES] {
    let groups: Vec<u8> = bytes
        .chunks(8)
        .flat_map(|group| f(group).to_le_bytes())
        .collect();
    groups.try_into().unwrap()
}

fn number(group: &[u8]) -> u64 {
    (0..)
        .zip(group)
        .map(|(place, &byte)| u64::from(byte) << (8 * place))
        .sum()
}

fn row_sum(a: &[u8; BYTES], b: &[u8; BYTES], f: impl Fn(u64, u64) -> u64) -> u32 {
    let both = a.chunks(8).zip(b.chunks(8));
    both.fold(0, |sum, (a, b)| {
        sum.wrapping_add(f(number(a), number(b)) as u32)
    })
}

fn plain(questions: &Questions) -> Answers {
    let Questions {
        a,
        b,
        values,
        bound,
    } = questions;
    let lanes = |f: &dyn Fn(usize) -> u8| std::array::from_fn(f);
    // 16-bit numbers, the first the lower byte; what they give is cut to 16 bits.
    let pairs = |f: &dyn Fn(u64, u64) -> u64| -> [u8; BYTES] {
        let both = a.chunks(2).zip(b.chunks(2));
        let bytes: Vec<u8> = both
            .flat_map(|(a, b)| (f(number(a), number(b)) as u16).to_le_bytes())
            .collect();
        bytes.try_into().unwrap()
    };
    let mut at_least = 0;
    let mut compressed = Vec::new();
    for (lane, &value) in (0u32..).zip(values) {
        if value >= *bound {
            at_least |= 1 << lane;
            compressed.push(value);
        }
    }
    let mut group = 0..8;
    let mut added = Vec::new();
    for at in group.by_ref() {
        let sum = number(&a[8 * at..8 * at + 8]).wrapping_add(number(&b[8 * at..8 * at + 8]));
        added.extend(sum.to_le_bytes());
    }
    let total = a.chunks(4).fold(0, |sum: i32, four| {
        sum.wrapping_add(i32::from_le_bytes(four.try_into().unwrap()))
    });
    let table: Vec<u8> = a.iter().chain(b).copied().collect();
    Answers {
        loaded: *a,
        zero: [0; BYTES],
        bitwise: [
            lanes(&|lane| a[lane] & b[lane]),
            lanes(&|lane| a[lane] | b[lane]),
            lanes(&|lane| a[lane] ^ b[lane]),
        ],
        full_added: {
            let bit = |of: u8, at: u32| of >> at & 1;
            let each = |lane: usize, f: &dyn Fn(u8) -> u8| {
                (0..8).fold(0, |byte, at| {
                    let set = bit(a[lane], at) + bit(b[lane], at) + bit(b[lane] % 128, at);
                    byte | f(set) << at
                })
            };
            [
                lanes(&|lane| each(lane, &|set| set % 2)),
                lanes(&|lane| each(lane, &|set| set / 2)),
            ]
        },
        ones: [255; BYTES],
        any: [
            a.iter().any(|&byte| byte != 0),
            a.iter().zip(b).any(|(a, b)| a & b != 0),
            false,
            true,
        ],
        from_groups: {
            let mut bytes = [0; BYTES];
            (bytes[0], bytes[10], bytes[16], bytes[24], bytes[32]) = (1, 2 << 4, 3, 4, 5);
            bytes[40..48].fill(255);
            (bytes[48], bytes[63]) = (7, 8);
            bytes
        },
        to_groups: std::array::from_fn(|group| number(&a[8 * group..8 * group + 8])),
        splat16: pairs(&|_, _| u64::from(*bound)),
        shifts: [
            pairs(&|a, _| a * 256),
            pairs(&|a, _| a / 256),
            pairs(&|a, _| a / 32_768),
        ],
        arithmetic: [
            pairs(&|a, b| a + b),
            pairs(&|a, b| 65_536 + a - b),
            pairs(&|a, b| a * b),
            pairs(&|a, b| a * b / 65_536),
            pairs(&|a, b| (a + b) / 65_536),
        ],
        counts: by_groups(a, |group| {
            group.iter().map(|byte| u64::from(byte.count_ones())).sum()
        }),
        sums: by_groups(a, |group| group.iter().copied().map(u64::from).sum()),
        added: added.try_into().unwrap(),
        groups: std::array::from_fn(|group| number(&a[8 * group..8 * group + 4]) as u32),
        row_sums: [
            row_sum(a, a, |a, _| a),
            row_sum(b, b, |a, _| a),
            row_sum(a, b, |a, b| a & b),
            row_sum(a, b, |a, b| a | b),
            row_sum(a, b, |a, b| a ^ b),
            row_sum(b, b, |a, _| a),
            row_sum(a, a, |a, _| a),
            0,
        ],
        total,
        product: table
            .as_chunks::<2>()
            .0
            .iter()
            .cycle()
            .skip(BYTES / 2)
            .zip(a)
            .fold(total, |sum, (&pair, &byte)| {
                sum.wrapping_add(
                    i32::from(byte.cast_signed()) * i32::from(i16::from_le_bytes(pair)),
                )
            }),
        looked_up: lanes(&|lane| table[usize::from(b[lane]) % 128]),
        where_both: lanes(&|lane| if a[lane] & b[lane] == 0 { 0 } else { a[lane] }),
        at_least,
        count_at_least: compressed.len() as u32,
        compressed,
    }
}

/// Drawn from a seed, not lane by lane by proptest, for which Miri has no time.
fn questions(seed: u64) -> Questions {
    let draws = Key::new(seed, Purpose(3));
    let mut number = 0;
    let mut draw = |bound: u32| {
        number += 1;
        draws.at(number) % bound
    };
    let mut byte = || [0, 255, 127, 128, draw(256) as u8][draw(5) as usize];
    let (a, b) = (
        std::array::from_fn(|_| byte()),
        std::array::from_fn(|_| byte()),
    );
    let mut value = || [draw(9), draw(u32::MAX), u32::MAX][draw(3) as usize];
    Questions {
        a,
        b,
        values: std::array::from_fn(|_| value()),
        bound: value(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_endian = "big") { 80 } else { 400 }))]

    #[test]
    fn every_backend_equals_plain_loops(seed in any::<u64>()) {
        let questions = questions(seed);
        let expected = plain(&questions);
        for isa in Isa::available() {
            prop_assert_eq!(&isa.run(&questions), &expected, "{}, {:?}", isa, questions);
        }
    }
}
