//! Cutting a TrueType font down to a few characters.
//!
//! What this needs of the format: a directory of tables; `cmap` from characters to glyph numbers, `loca` and `glyf` from these
//! to outlines, `hmtx` to widths. A composed glyph names its parts by number. Every read is checked: a font that is not what it
//! should be gives `None`.

use std::collections::BTreeSet;

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..at + value.len())?.copy_from_slice(value);
    Some(())
}

fn table<'a>(font: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let records = (0..usize::from(u16_at(font, 4)?)).map(|i| 12 + 16 * i);
    for at in records {
        if font.get(at..at + 4)? == tag {
            let offset = u32_at(font, at + 8)?;
            return font.get(offset..offset + u32_at(font, at + 12)?);
        }
    }
    None
}

/// The glyph of a character, by the table for the first 65536 characters (format 4).
fn glyph(cmap: &[u8], c: char) -> Option<u16> {
    let code = u16::try_from(u32::from(c)).ok()?;
    for i in 0..usize::from(u16_at(cmap, 2)?) {
        let record = 4 + 8 * i;
        if (u16_at(cmap, record)?, u16_at(cmap, record + 2)?) != (3, 1) {
            continue;
        }
        let sub = cmap.get(u32_at(cmap, record + 4)?..)?;
        if u16_at(sub, 0)? != 4 {
            continue;
        }
        let twice = usize::from(u16_at(sub, 6)?);
        for segment in (0..twice).step_by(2) {
            let (end, start) = (
                u16_at(sub, 14 + segment)?,
                u16_at(sub, 16 + twice + segment)?,
            );
            if code > end {
                continue;
            }
            if code < start {
                return None;
            }
            let delta = u16_at(sub, 16 + 2 * twice + segment)?;
            let range_at = 16 + 3 * twice + segment;
            let range = usize::from(u16_at(sub, range_at)?);
            let found = match range {
                0 => code.wrapping_add(delta),
                _ => match u16_at(sub, range_at + range + 2 * usize::from(code - start))? {
                    0 => 0,
                    direct => direct.wrapping_add(delta),
                },
            };
            return (found != 0).then_some(found);
        }
    }
    None
}

/// Places of the glyph numbers of the parts inside a composed glyph; none for a simple one.
fn parts(outline: &[u8]) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    if outline.is_empty() || u16_at(outline, 0)? < 0x8000 {
        return Some(places);
    }
    let mut at = 10;
    loop {
        let flags = u16_at(outline, at)?;
        places.push(at + 2);
        at += if flags & 1 == 0 { 6 } else { 8 };
        at += if flags & 0x08 != 0 {
            2
        } else if flags & 0x40 != 0 {
            4
        } else if flags & 0x80 != 0 {
            8
        } else {
            0
        };
        if flags & 0x20 == 0 {
            return Some(places);
        }
    }
}

/// A font with the glyphs of these characters only, renumbered. Characters that the font lacks are left out.
pub(super) fn subset(font: &[u8], used: &BTreeSet<char>) -> Option<Vec<u8>> {
    let (head, hhea, maxp) = (
        table(font, b"head")?,
        table(font, b"hhea")?,
        table(font, b"maxp")?,
    );
    let (cmap, loca, glyf, hmtx) = (
        table(font, b"cmap")?,
        table(font, b"loca")?,
        table(font, b"glyf")?,
        table(font, b"hmtx")?,
    );
    let long = u16_at(head, 50)? != 0;
    let outline = |number: u16| {
        let i = usize::from(number);
        let place = |i: usize| {
            if long {
                u32_at(loca, 4 * i)
            } else {
                Some(2 * usize::from(u16_at(loca, 2 * i)?))
            }
        };
        glyf.get(place(i)?..place(i + 1)?)
    };
    let mapped: Vec<(char, u16)> = used
        .iter()
        .filter_map(|&c| Some((c, glyph(cmap, c)?)))
        .collect();
    // Glyph 0 stands for what is missing. The list grows by the parts of composed glyphs while it is read.
    let mut kept = vec![0u16];
    let add = |kept: &mut Vec<u16>, number: u16| {
        kept.iter().position(|&k| k == number).unwrap_or_else(|| {
            kept.push(number);
            kept.len() - 1
        }) as u16
    };
    let codes: Vec<(u16, u16)> = mapped
        .iter()
        .map(|&(c, number)| (c as u16, add(&mut kept, number)))
        .collect();
    let (mut new_glyf, mut new_loca, mut new_hmtx) =
        (Vec::new(), 0u32.to_be_bytes().to_vec(), Vec::new());
    let metrics = usize::from(u16_at(hhea, 34)?).max(1);
    let mut i = 0;
    while i < kept.len() {
        let number = kept[i];
        let mut data = outline(number)?.to_vec();
        for place in parts(&data)? {
            let part = add(&mut kept, u16_at(&data, place)?);
            put(&mut data, place, &part.to_be_bytes())?;
        }
        data.resize(data.len().next_multiple_of(4), 0);
        new_glyf.extend(data);
        new_loca.extend((new_glyf.len() as u32).to_be_bytes());
        let n = usize::from(number);
        let bearing = if n < metrics {
            4 * n + 2
        } else {
            4 * metrics + 2 * (n - metrics)
        };
        new_hmtx.extend(u16_at(hmtx, 4 * n.min(metrics - 1))?.to_be_bytes());
        new_hmtx.extend(u16_at(hmtx, bearing)?.to_be_bytes());
        i += 1;
    }
    let count = u16::try_from(kept.len()).ok()?;
    let (mut head, mut hhea, mut maxp) = (head.to_vec(), hhea.to_vec(), maxp.to_vec());
    put(&mut head, 8, &[0; 4])?;
    put(&mut head, 50, &1u16.to_be_bytes())?;
    put(&mut hhea, 34, &count.to_be_bytes())?;
    put(&mut maxp, 4, &count.to_be_bytes())?;
    // Version 3: no names of glyphs.
    let mut post = table(font, b"post")?.get(..32)?.to_vec();
    put(&mut post, 0, &0x0003_0000u32.to_be_bytes())?;
    let mut tables = vec![
        (*b"cmap", character_map(&codes)),
        (*b"glyf", new_glyf),
        (*b"head", head),
        (*b"hhea", hhea),
        (*b"hmtx", new_hmtx),
        (*b"loca", new_loca),
        (*b"maxp", maxp),
        (*b"post", post),
    ];
    // Hinting programs, the copyright and the line metrics stay whole.
    for tag in [b"OS/2", b"cvt ", b"fpgm", b"name", b"prep"] {
        tables.extend(table(font, tag).map(|data| (*tag, data.to_vec())));
    }
    tables.sort();
    assemble(tables)
}

/// A `cmap` table of format 4 with a segment for each character.
fn character_map(codes: &[(u16, u16)]) -> Vec<u8> {
    let last = (0xffff, 0);
    let segments: Vec<(u16, u16)> = codes.iter().copied().chain([last]).collect();
    let n = segments.len() as u16;
    let log = n.ilog2() as u16;
    let mut words = vec![
        0,
        1,
        3,
        1,
        0,
        12,
        4,
        16 + 8 * n,
        0,
        2 * n,
        2 << log,
        log,
        2 * n - (2 << log),
    ];
    words.extend(segments.iter().map(|s| s.0));
    words.push(0);
    words.extend(segments.iter().map(|s| s.0));
    words.extend(segments.iter().map(|s| s.1.wrapping_sub(s.0)));
    words.extend(segments.iter().map(|_| 0));
    words
        .iter()
        .flat_map(|word: &u16| word.to_be_bytes())
        .collect()
}

fn checksum(bytes: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        chunk
            .iter()
            .enumerate()
            .fold(0u32, |sum, (i, &b)| sum | u32::from(b) << (24 - 8 * i))
    };
    bytes
        .chunks(4)
        .fold(0, |sum, chunk| sum.wrapping_add(word(chunk)))
}

fn assemble(tables: Vec<([u8; 4], Vec<u8>)>) -> Option<Vec<u8>> {
    let n = tables.len() as u16;
    let log = n.ilog2() as u16;
    let mut font = 0x0001_0000u32.to_be_bytes().to_vec();
    for word in [n, 16 << log, log, 16 * n - (16 << log)] {
        font.extend(word.to_be_bytes());
    }
    let mut offset = font.len() + 16 * tables.len();
    let mut head_at = None;
    for (tag, data) in &tables {
        if tag == b"head" {
            head_at = Some(offset);
        }
        font.extend(tag);
        for word in [checksum(data), offset as u32, data.len() as u32] {
            font.extend(word.to_be_bytes());
        }
        offset += data.len().next_multiple_of(4);
    }
    for (_, data) in tables {
        font.extend(data);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afbau32.wrapping_sub(checksum(&font));
    put(&mut font, head_at? + 8, &adjustment.to_be_bytes())?;
    Some(font)
}

#[cfg(test)]
mod tests {
    use super::super::font::bundled;
    use super::*;

    #[test]
    fn a_subset_has_the_outlines_and_widths_of_the_whole_font() {
        let font = bundled();
        let used: BTreeSet<char> = "Aä′−⁻²× d".chars().collect();
        let small = subset(&font, &used).expect("the bundled font can be cut");
        assert!(small.len() < 60_000, "{}", small.len());
        assert_eq!(checksum(&small), 0xb1b0_afba);
        let width = |font: &[u8], c| {
            let number = usize::from(glyph(table(font, b"cmap")?, c)?);
            let metrics = usize::from(u16_at(table(font, b"hhea")?, 34)?);
            u16_at(table(font, b"hmtx")?, 4 * number.min(metrics - 1))
        };
        let outline = |font: &[u8], c| {
            let number = usize::from(glyph(table(font, b"cmap")?, c)?);
            let place = |i| {
                if u16_at(table(font, b"head")?, 50)? != 0 {
                    u32_at(table(font, b"loca")?, 4 * i)
                } else {
                    None
                }
            };
            Some(
                table(font, b"glyf")?
                    .get(place(number)?..place(number + 1)?)?
                    .to_vec(),
            )
        };
        for &c in &used {
            assert!(width(&small, c).is_some(), "{c}");
            assert_eq!(width(&small, c), width(&font, c), "{c}");
        }
        // Simple glyphs are copied as they are, but for the padding.
        let (whole, cut) = (
            outline(&font, 'd').expect("d"),
            outline(&small, 'd').expect("d"),
        );
        assert_eq!(whole[..], cut[..whole.len()]);
        assert_eq!(glyph(table(&small, b"cmap").expect("cmap"), 'B'), None);
    }

    #[test]
    fn the_widths_in_metrics_are_those_of_the_font() {
        let font = bundled();
        let cmap = table(&font, b"cmap").expect("cmap");
        for c in (' '..='~')
            .chain('Α'..='Ρ')
            .chain('α'..='ω')
            .chain("−×±′″–·°⁻⁴²".chars())
        {
            let number = usize::from(glyph(cmap, c).expect("the font has it"));
            let advance =
                u16_at(table(&font, b"hmtx").expect("hmtx"), 4 * number).expect("a width");
            let measured = super::super::metrics::width(&c.to_string(), 2048, false);
            assert!(
                (measured - f64::from(advance)).abs() < 1.0,
                "{c}: {measured} {advance}"
            );
        }
    }

    #[test]
    fn damaged_fonts_are_refused() {
        let font = bundled();
        let used: BTreeSet<char> = "Aé".chars().collect();
        for length in [0, 3, 12, 100, 5000, font.len() / 2] {
            assert_eq!(subset(&font[..length], &used), None, "{length}");
        }
    }
}
