//! Any bytes as the log of a memory of sentences: what opens is read, written to and compacted, and nothing panics.

#![no_main]

#[path = "../memory.rs"]
mod memory;

use libfuzzer_sys::fuzz_target;

/// Bytes of the header, of a record before its payload, and behind it.
const HEADER: usize = 72;
const HEAD: usize = 20;
const TAIL: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let Some((&how, body)) = bytes.split_first() else {
        return;
    };
    let folder = memory::folder();
    let log = match how {
        0 => [&memory::LOG[..HEADER], body].concat(),
        1 => mended(body),
        _ => body.to_vec(),
    };
    memory::write(&folder, "log", &log);
    memory::exercise(&folder);
});

/// Records with whatever lengths and kinds stand there, and right checksums.
fn mended(body: &[u8]) -> Vec<u8> {
    let mut log = memory::LOG[..HEADER].to_vec();
    let mut chain = [
        log[HEADER - 4],
        log[HEADER - 3],
        log[HEADER - 2],
        log[HEADER - 1],
    ];
    let mut rest = body;
    while let Some((head, behind)) = rest.split_first_chunk::<HEAD>() {
        let length = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
        let length = length.min(behind.len().saturating_sub(TAIL));
        let (payload, behind) = behind.split_at(length);
        let mut record = b"rec1".to_vec();
        record.extend([head[4] % 6, 0, 0, head[7] & 0x80]);
        record.extend((length as u32).to_le_bytes());
        record.extend(chain);
        let crc = crc32fast::hash(&record).to_le_bytes();
        chain = crc32fast::hash(&[&crc, payload].concat()).to_le_bytes();
        log.extend([&record, &crc[..], payload, &chain].concat());
        rest = behind.get(TAIL..).unwrap_or_default();
    }
    log.extend(rest);
    log
}
