//! The snapshot format, written and read a second time from its text, byte by byte.

use super::{Rounding, Sizes};

/// CRC-32 one bit at a time.
pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            let out = crc & 1;
            crc >>= 1;
            if out == 1 {
                crc ^= 0xedb8_8320; // 0x04c11db7 with its bits in reverse
            }
        }
    }
    !crc
}

/// The bytes of a snapshot of a K-winner network.
pub fn write(
    sizes: &Sizes,
    rounding: Rounding,
    random_k: bool,
    structured: bool,
    seed: u64,
    state: &[u32],
) -> Vec<u8> {
    let version = if !structured && sizes.m == sizes.n_i {
        2
    } else {
        1
    };
    write_as(version, sizes, rounding, random_k, structured, seed, state)
}

/// [`write`] as that version of the format.
pub fn write_as(
    version: u64,
    sizes: &Sizes,
    rounding: Rounding,
    random_k: bool,
    structured: bool,
    seed: u64,
    state: &[u32],
) -> Vec<u8> {
    let row = |bits: u64| bits.div_ceil(32) as u32;
    let n_h = sizes.n_h as u32;
    // Weights fill words: 32 / bits of them in each.
    let filled = |weights: usize| (weights as u64).div_ceil(32 / sizes.bits) as u32;
    let (masks, weights) = if structured {
        (0, sizes.m as u32 * filled(sizes.n_h))
    } else if version == 2 && sizes.m == sizes.n_i {
        (0, n_h * filled(sizes.m))
    } else {
        (n_h * row(sizes.n_i as u64), n_h * filled(sizes.m))
    };
    assert_eq!(state.len() as u32, 2 + masks + weights);
    let mut bytes = b"slotless".to_vec();
    let mut word = |word: u64| {
        assert!(word < 1 << 32);
        for place in 0..4 {
            bytes.push((word >> (8 * place)) as u8);
        }
    };
    for number in [
        version,
        1,
        1,
        32 + state.len() as u64 + 1,
        12,
        if masks == 0 { 2 } else { 3 },
    ] {
        word(number);
    }
    for number in [
        sizes.bits,
        sizes.n_i as u64,
        sizes.n_h as u64,
        sizes.m as u64,
        sizes.k as u64,
        sizes.s as u64,
        sizes.eps,
        u64::from(rounding == Rounding::Stochastic),
        u64::from(random_k),
        u64::from(structured),
        seed % (1 << 32),
        seed >> 32,
    ] {
        word(number);
    }
    let (masks, weights) = (u64::from(masks), u64::from(weights));
    let mut table = vec![1, 32, 2];
    if masks > 0 {
        table.extend([2, 34, masks]);
    }
    table.extend([3, 34 + masks, weights]);
    // 8 + 12 words so far; the sections start at the 32nd.
    table.resize(12, 0);
    table.into_iter().for_each(&mut word);
    state.iter().for_each(|&number| word(number.into()));
    let crc = crc(&bytes);
    bytes.extend([crc, crc >> 8, crc >> 16, crc >> 24].map(|byte| byte as u8));
    bytes
}

/// What the reader found.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// The 12 words of the parameter block.
    pub block: Vec<u64>,
    pub learned: u64,
    pub state: Vec<u32>,
    pub crc_is_right: bool,
}

/// Reads a snapshot; nothing where anything but the CRC is not as the text says.
pub fn read(bytes: &[u8]) -> Option<Found> {
    if !bytes.len().is_multiple_of(4) || !bytes.starts_with(b"slotless") {
        return None;
    }
    let words: Vec<u64> = bytes
        .chunks(4)
        .map(|b| {
            b.iter()
                .rev()
                .fold(0, |all, &byte| all * 256 + u64::from(byte))
        })
        .collect();
    let all = words.len() as u64;
    if all < 8 || !(1..=2).contains(&words[2]) || words[3] != 1 || words[4] != 1 || words[5] != all
    {
        return None;
    }
    let (p, n) = (words[6], words[7]);
    let table_end = 8 + p + 3 * n;
    let mut start = table_end;
    while !start.is_multiple_of(8) {
        start += 1;
    }
    if start > all - 1 || p != 12 || words.len() < 20 {
        return None;
    }
    let words_of = |from: u64, to: u64| &words[from as usize..to as usize];
    if words_of(table_end, start).iter().any(|&word| word != 0) {
        return None;
    }
    let block = words_of(8, 20).to_vec();
    let (bits, n_i, n_h, m, k, s) = (block[0], block[1], block[2], block[3], block[4], block[5]);
    if ![1, 2, 4, 8, 16].contains(&bits) {
        return None;
    }
    let most = ((1 << 32) - 1) / ((1 << bits) - 1);
    let sound = (1..=n_i).contains(&m)
        && (1..=n_h).contains(&k)
        && (1..=n_i).contains(&s)
        && m <= most
        && k <= most
        && (1..=65_536).contains(&block[6])
        && block[7] <= 1
        && block[8] <= 1
        && block[9] <= 1;
    let masks = block[9] == 0 && !(words[2] == 2 && m == n_i);
    if !sound || n != 2 + u64::from(masks) {
        return None;
    }
    let expected = if block[9] == 1 {
        vec![(1, 2), (3, m * n_h.div_ceil(32 / bits))]
    } else if !masks {
        vec![(1, 2), (3, n_h * m.div_ceil(32 / bits))]
    } else {
        vec![
            (1, 2),
            (2, n_h * n_i.div_ceil(32)),
            (3, n_h * m.div_ceil(32 / bits)),
        ]
    };
    let mut at = start;
    for (entry, (kind, length)) in words_of(20, 20 + 3 * n).chunks(3).zip(expected) {
        if entry != [kind, at, length] {
            return None;
        }
        at += length;
    }
    if at != all - 1 {
        return None;
    }
    let state: Vec<u32> = words_of(start, at)
        .iter()
        .map(|&word| word as u32)
        .collect();
    Some(Found {
        block,
        learned: u64::from(state[0]) + (u64::from(state[1]) << 32),
        crc_is_right: words[all as usize - 1] == u64::from(crc(&bytes[..bytes.len() - 4])),
        state,
    })
}

/// Words with the right CRC for the last.
pub fn sealed(mut file: Vec<u32>) -> Vec<u32> {
    let last = file.len() - 1;
    let bytes: Vec<u8> = file[..last]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    file[last] = crc(&bytes);
    file
}

/// The words of a snapshot of a kind other than the K-winner network's, from its block, the kinds and lengths of its sections, and
/// the state.
pub fn written(kind: u32, block: &[u32], sections: &[(u32, usize)], state: &[u32]) -> Vec<u32> {
    let before = (8 + block.len() + 3 * sections.len()).next_multiple_of(8);
    let mut file = vec![0x746f_6c73, 0x7373_656c, 1, 1, kind];
    let all = before + state.len() + 1;
    file.extend([all as u32, block.len() as u32, sections.len() as u32]);
    file.extend(block);
    let mut at = before;
    for &(kind, words) in sections {
        file.extend([kind, at as u32, words as u32]);
        at += words;
    }
    assert_eq!(at + 1, all);
    file.resize(before, 0);
    file.extend(state);
    file.push(0);
    sealed(file)
}
