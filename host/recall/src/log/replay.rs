//! Reading a log from one end to the other: as far as it is whole, or over what is damaged.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::super::record::{Kind, Record};
use super::frame::{Head, Next, RECORD_MAGIC, WholeRecord, next};
use super::{HEAD, Log, Mark, StoreError, TAIL};

/// More zeros than this at the end of a file are no write that was cut off, and are not looked through.
const MAX_ZEROS: u64 = 1 << 27;

impl Log {
    /// Goes through the records from a place on, as far as they and their batches are whole, and gives the place behind the last
    /// one and the length that the file had. `each` gets a record and the place of its payload, and says what is wrong with it.
    pub fn replay(
        &self,
        from: Mark,
        each: impl FnMut(u64, Kind, &[u8], Record<'_>) -> Result<(), String>,
    ) -> Result<(Mark, u64), StoreError> {
        let mut mark = from;
        let length = self.replay_on(&mut mark, each)?;
        Ok((mark, length))
    }

    /// As [`Log::replay`]; the place is moved behind each record, so that it is right where reading fails as well.
    pub fn replay_on(
        &self,
        mark: &mut Mark,
        mut each: impl FnMut(u64, Kind, &[u8], Record<'_>) -> Result<(), String>,
    ) -> Result<u64, StoreError> {
        let from = *mark;
        let length = self.length()?;
        if length < from.at {
            // Before anything else: no crash cuts off what a snapshot was made of.
            let why = format!(
                "it ends here, the snapshot was made of its first {} bytes; without the file snapshot, what is left can be read",
                from.at
            );
            return Err(StoreError::damaged(&self.path, length, why));
        }
        let io = |error| self.io(error);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(from.at)).map_err(io)?;
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut payload = Vec::new();
        // The batches before this place are whole.
        let mut sure = from.at;
        while mark.at < length {
            let Some((head, behind)) = self.next(&mut reader, *mark, length, &mut payload)? else {
                break;
            };
            if head.goes_on && mark.at >= sure {
                let Some(end) = self.end_of_batch(&mut reader, behind, length, &mut payload)?
                else {
                    break;
                };
                sure = end;
                reader.seek(SeekFrom::Start(mark.at)).map_err(io)?;
                continue;
            }
            let wrong = |why: String| StoreError::damaged(&self.path, mark.at, why);
            let record = Record::parse(head.kind, &payload, self.shape())
                .ok_or_else(|| wrong("its checksum is right, but it is no record".to_owned()))?;
            each(mark.at + HEAD as u64, head.kind, &payload, record).map_err(wrong)?;
            *mark = behind;
        }
        Ok(length)
    }

    /// Where the batch ends whose next record begins at a place; none where the file ends before.
    fn end_of_batch(
        &self,
        reader: &mut impl Read,
        mut mark: Mark,
        length: u64,
        payload: &mut Vec<u8>,
    ) -> Result<Option<u64>, StoreError> {
        while mark.at < length {
            match self.next(reader, mark, length, payload)? {
                Some((head, behind)) if !head.goes_on => return Ok(Some(behind.at)),
                Some((_, behind)) => mark = behind,
                None => break,
            }
        }
        Ok(None)
    }

    /// The next record and the place behind it; none where the file ends within it.
    fn next(
        &self,
        reader: &mut impl Read,
        mark: Mark,
        length: u64,
        payload: &mut Vec<u8>,
    ) -> Result<Option<(Head, Mark)>, StoreError> {
        let next = next(reader, length - mark.at, mark.chain, payload);
        match next.map_err(|error| self.io(error))? {
            Next::Whole(head, chain) => Ok(Some((head, mark.behind(payload.len(), chain)))),
            Next::Bad { within, why } => {
                let content = self.content_end(length)?;
                if content <= mark.at.saturating_add(within) {
                    return Ok(None);
                }
                let why = match self.is_zeros(mark.at, length)? {
                    true => format!(
                        "more than {MAX_ZEROS} zeros, which no write leaves that was cut off; if all behind this byte are, the \
                         file can be cut here"
                    ),
                    false => why,
                };
                Err(StoreError::damaged(&self.path, mark.at, why))
            }
        }
    }

    /// Goes through all of the log, over what is damaged, and gives the place behind its last whole batch, and the length that the
    /// file had.
    pub fn scan(&self, mut each: impl FnMut(Scanned)) -> Result<(u64, u64), StoreError> {
        let length = self.length()?;
        let content = self.content_end(length)?;
        let (mut mark, mut batch) = (self.start, self.start.at);
        // What is behind damage follows something that is not known.
        let mut is_known = true;
        let mut room = Vec::new();
        while mark.at < length {
            let at = mark.at;
            let why = match self.record(at + HEAD as u64, 0, length, &mut room) {
                Ok(WholeRecord { head, chain, .. }) => {
                    let follows = !is_known || head.before == mark.chain;
                    let is_record = Record::parse(head.kind, &room, self.shape()).is_some();
                    mark = mark.behind(room.len(), chain);
                    is_known = true;
                    if !head.goes_on {
                        batch = mark.at;
                    }
                    if follows && is_record {
                        each(Scanned::Whole);
                        continue;
                    }
                    match follows {
                        false => "a record does not follow the one before it".to_owned(),
                        true => "its checksum is right, but it is no record".to_owned(),
                    }
                }
                Err(StoreError::Damaged { why, .. }) => {
                    let within = self.head(at).map_or(HEAD, |head| HEAD + head.length + TAIL);
                    let end = at.saturating_add(within as u64);
                    if content <= end {
                        break;
                    }
                    let goes_on = end == length || self.head(end).is_some();
                    mark.at = match goes_on && within > HEAD {
                        true => end,
                        false => self.next_head(at + 1, content)?,
                    };
                    (is_known, batch) = (false, mark.at);
                    why
                }
                Err(error) => return Err(error),
            };
            let places = at..mark.at;
            each(Scanned::Damaged { places, why });
        }
        Ok((batch, length))
    }

    /// The head of a record at a place, if there is one.
    fn head(&self, at: u64) -> Option<Head> {
        let mut bytes = [0; HEAD];
        self.read_at(&mut bytes, at).ok()?;
        Head::parse(bytes).ok()
    }

    /// The next place from one on at which a record may begin, or the end.
    fn next_head(&self, from: u64, end: u64) -> Result<u64, StoreError> {
        let mut block = vec![0; 1 << 16];
        let mut at = from;
        while at < end {
            let size = (block.len() as u64).min(end - at) as usize;
            self.read_at(&mut block[..size], at)?;
            let places = block[..size].windows(RECORD_MAGIC.len());
            let begins = places
                .enumerate()
                .filter(|(_, bytes)| *bytes == RECORD_MAGIC);
            let mut begins = begins.map(|(place, _)| at + place as u64);
            if let Some(place) = begins.find(|&place| self.head(place).is_some()) {
                return Ok(place);
            }
            at += (size.saturating_sub(RECORD_MAGIC.len() - 1)).max(1) as u64;
        }
        Ok(end)
    }
    /// Behind the last byte that is not 0; the whole length where there are more zeros than a write leaves that was cut off.
    pub fn content_end(&self, length: u64) -> Result<u64, StoreError> {
        match self.content.get() {
            Some(&(of, end)) if of == length => Ok(end),
            _ => {
                let end = self.look_for_content_end(length)?;
                self.content.get_or_init(|| (length, end));
                Ok(end)
            }
        }
    }

    /// Whether more zeros follow a place than are looked through.
    fn is_zeros(&self, at: u64, length: u64) -> Result<bool, StoreError> {
        let mut block = [0; 1 << 12];
        let is_long = length - at > MAX_ZEROS;
        if is_long {
            self.read_at(&mut block, at)?;
        }
        Ok(is_long && block == [0; 1 << 12])
    }

    fn look_for_content_end(&self, length: u64) -> Result<u64, StoreError> {
        let mut block = vec![0; 1 << 12];
        let zeros = vec![0; 1 << 20];
        let mut end = length;
        while end > 0 {
            if length - end > MAX_ZEROS {
                return Ok(length);
            }
            let size = (block.len() as u64).min(end) as usize;
            let block_end = end - size as u64;
            self.read_at(&mut block[..size], block_end)?;
            // All at once where there is nothing but zeros.
            if block[..size] != zeros[..size]
                && let Some(last) = block[..size].iter().rposition(|&byte| byte != 0)
            {
                return Ok(block_end + last as u64 + 1);
            }
            end = block_end;
            block.resize(1 << 20, 0);
        }
        Ok(0)
    }
}

/// What a log is made of.
#[derive(Clone, Debug)]
pub(in super::super) enum Scanned {
    /// A record that is as it was written.
    Whole,
    /// Bytes that are none.
    Damaged {
        /// Where.
        places: std::ops::Range<u64>,
        /// What is wrong.
        why: String,
    },
}
