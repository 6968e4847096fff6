//! Lists of numbers as bytes.

/// Appends a list: its length, the bytes of a number, the numbers, as short as the largest of them.
pub(crate) fn put(bytes: &mut Vec<u8>, values: &mut dyn ExactSizeIterator<Item = u64>) {
    bytes.extend((values.len() as u32).to_le_bytes());
    let values: Vec<u64> = values.collect();
    let most = values.iter().copied().max().unwrap_or(0);
    // As few bytes as the largest number needs: 2, 4 or 8.
    let width: u8 = if most < 1 << 16 {
        2
    } else if most < 1 << 32 {
        4
    } else {
        8
    };
    bytes.push(width);
    for value in values {
        bytes.extend(&value.to_le_bytes()[..usize::from(width)]);
    }
}

/// What is left to read.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl Reader<'_> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn numbers(&mut self) -> Option<Vec<u64>> {
        let count = u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize;
        let width = usize::from(*self.take(1)?.first()?);
        if ![2, 4, 8].contains(&width) {
            return None;
        }
        let bytes = self.take(count.checked_mul(width)?)?;
        Some(
            bytes
                .chunks_exact(width)
                .map(|chunk| {
                    chunk
                        .iter()
                        .rev()
                        .fold(0, |value, &byte| value << 8 | u64::from(byte))
                })
                .collect(),
        )
    }

    pub(crate) fn small(&mut self) -> Option<Vec<u32>> {
        self.numbers()?
            .into_iter()
            .map(|value| u32::try_from(value).ok())
            .collect()
    }
}
