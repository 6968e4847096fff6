use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

use crate::delta::{self, CHUNK, Cursor, Window};
use crate::error::Error;
use crate::identity::{self, Identity};
use crate::output::{BUFFER, Output};
use crate::record::{self, BEFORE, Geometry, HEADER, Header, Kind, VERSION};
use crate::report::{Restored, Saved, Written};

/// Most increments between two whole states: how many are read side by side when what is in flash is compared.
const INCREMENTS: u32 = 64;

/// A memory's state in a range of flash.
///
/// The crate's front page has what it does, an example, and the cost. `F` is the flash, or `&mut` of it.
#[derive(Clone, Debug)]
pub struct Store<F> {
    flash: F,
    geometry: Geometry,
    identity: Identity,
    log: Option<Log>,
    lost: u32,
}

/// What can be restored: a whole state, and increments after it. Places are never before `start`, which is in the range.
#[derive(Clone, Copy, Debug)]
struct Log {
    /// Where its first page starts.
    start: u32,
    /// Where the last whole state is.
    base: u32,
    increments: u32,
    /// Where the next record goes.
    end: u32,
    sequence: u32,
    /// Whether the rest of the page is erased.
    clean: bool,
}

impl<F: NorFlash> Store<F> {
    /// Finds what is in a range of the flash: whole pages, at least twice as many as a whole state takes. Writes nothing. A
    /// range that holds no store, erased or not, is one where nothing was saved.
    ///
    /// Reads what it finds, once.
    ///
    /// # Errors
    /// [`Error::Sizes`], [`Error::Range`] and [`Error::Pages`] for a range that cannot hold a store, [`Error::Other`] and
    /// [`Error::Version`] for a store of another memory or program, [`Error::Flash`].
    pub async fn mount(
        flash: F,
        range: Range<u32>,
        identity: impl Into<Identity>,
    ) -> Result<Self, Error<F::Error>> {
        let mut store = Self::over(flash, range, identity.into())?;
        store.scan().await?;
        Ok(store)
    }

    /// Erases a range, whatever is in it, for a store in which nothing was saved.
    ///
    /// # Errors
    /// Those of [`mount`](Self::mount) but for [`Error::Other`] and [`Error::Version`].
    pub async fn format(
        flash: F,
        range: Range<u32>,
        identity: impl Into<Identity>,
    ) -> Result<Self, Error<F::Error>> {
        let mut store = Self::over(flash, range.clone(), identity.into())?;
        let erased = store.flash.erase(range.start, range.end).await;
        erased.map_err(Error::Flash)?;
        Ok(store)
    }

    fn over(flash: F, range: Range<u32>, identity: Identity) -> Result<Self, Error<F::Error>> {
        let sizes = [F::READ_SIZE, F::WRITE_SIZE, F::ERASE_SIZE];
        let geometry = Geometry::new(sizes, flash.capacity(), range, identity.words())?;
        Ok(Self {
            flash,
            geometry,
            identity,
            log: None,
            lost: 0,
        })
    }

    /// Whose state it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The number of the last save, from 1; none before it.
    #[must_use]
    pub fn sequence(&self) -> Option<u32> {
        self.log.map(|log| log.sequence)
    }

    /// Gives the flash back.
    #[must_use]
    pub fn into_flash(self) -> F {
        self.flash
    }

    /// Writes the last state that is whole to `words`, and says which it is; none, and the words are left alone, where nothing
    /// was saved. Reads what is in flash twice: first to check it.
    ///
    /// # Errors
    /// [`Error::Words`] for a buffer of another length, those of [`mount`](Self::mount), [`Error::Content`].
    pub async fn load(&mut self, words: &mut [u32]) -> Result<Option<Restored>, Error<F::Error>> {
        self.check_words(words.len())?;
        self.scan().await?;
        let Some(log) = self.log else {
            return Ok(None);
        };
        if self.restore(&log, words).await.map_err(Error::Flash)? {
            return Ok(Some(Restored::new(log.sequence, self.lost)));
        }
        let sequence = log.sequence;
        Err(Error::Content { sequence })
    }

    /// Writes what has changed since the last save, or all of it: once this returns, it is what is loaded. When power fails
    /// before, either that or what was saved before is. Nothing is written where nothing has changed.
    ///
    /// Reads what is in flash twice to compare, and what is written once to check it. Erases the pages that it enters.
    ///
    /// # Errors
    /// [`Error::Words`] for a buffer of another length, [`Error::End`]; [`Error::Flash`] and [`Error::Verify`], after which either this or
    /// what was saved before is what is loaded.
    pub async fn save(&mut self, words: &[u32]) -> Result<Saved, Error<F::Error>> {
        self.check_words(words.len())?;
        let Some(mut log) = self.log else {
            return self.save_apart(words, 0, 1, &mut Output::new()).await;
        };
        let mut output = Output::new();
        let changes = self.changes(&log, words, &mut output).await;
        if !changes.map_err(Error::Flash)? {
            return Ok(Saved::new(log.sequence, Written::Nothing, 0));
        }
        let sequence = log.sequence.checked_add(1).ok_or(Error::End)?;
        let length = output.length();
        let record = self.geometry.record(length);
        let whole = self.geometry.whole;
        let few = log.increments < INCREMENTS && record < whole;
        if log.clean && few && self.geometry.fits(log.start, log.end, record) {
            let header = Header::new(Kind::Increment, sequence, length, output.digest());
            let written = self.append(&log, &header, words, &mut output).await;
            if written.unwrap_or(false) {
                log.increments = log.increments.saturating_add(1);
                log.end = log.end.saturating_add(record);
                log.sequence = sequence;
                self.log = Some(log);
                return Ok(Saved::new(sequence, Written::Increment, record));
            }
            self.log = Some(Log {
                clean: false,
                ..log
            });
        } else if log.clean && !few && self.geometry.fits(log.start, log.end, whole) {
            let written = self
                .write_whole(log.end, sequence, words, &mut output)
                .await;
            if written.unwrap_or(false) {
                log.base = log.end;
                log.increments = 0;
                log.end = log.end.saturating_add(whole);
                log.sequence = sequence;
                self.log = Some(log);
                return Ok(Saved::new(sequence, Written::Whole, whole));
            }
            self.log = Some(Log {
                clean: false,
                ..log
            });
        }
        // What could not be written, as where a write was cut so early that it left no trace, is written elsewhere.
        let start = self.geometry.next_page(log.end);
        self.save_apart(words, start, sequence, &mut output).await
    }

    fn check_words(&self, got: usize) -> Result<(), Error<F::Error>> {
        match self.identity.words() {
            expected if got == expected as usize => Ok(()),
            expected => Err(Error::Words { got, expected }),
        }
    }

    /// Reads a state to `words`; whether each record says what it can.
    #[inline(never)]
    async fn restore(&mut self, log: &Log, words: &mut [u32]) -> Result<bool, F::Error> {
        let mut old = [0; CHUNK];
        let mut place = log.base.saturating_add(BEFORE);
        for chunk in words.chunks_mut(CHUNK / 4) {
            let bytes = old.get_mut(..chunk.len().saturating_mul(4));
            let bytes = bytes.unwrap_or_default();
            self.read_all(place, bytes).await?;
            place = place.saturating_add(bytes.len() as u32);
            for (word, bytes) in chunk.iter_mut().zip(old.as_chunks::<4>().0) {
                *word = u32::from_le_bytes(*bytes);
            }
        }
        let mut window = Window::new();
        let mut at = log.base.saturating_add(self.geometry.whole);
        for _ in 0..log.increments {
            let Some(header) = self.header(at).await? else {
                return Ok(false);
            };
            let mut cursor = self.begin(&mut window, at).await?;
            while (cursor.position as usize) < words.len().saturating_mul(4) {
                let length = u32::from(self.byte(&mut window, &mut cursor.at).await?) + 1;
                for position in cursor.position..cursor.position.saturating_add(length) {
                    let byte = self.byte(&mut window, &mut cursor.at).await?;
                    let Some(word) = words.get_mut(position as usize / 4) else {
                        return Ok(false);
                    };
                    let shift = position % 4 * 8;
                    *word = *word & !(0xff << shift) | u32::from(byte) << shift;
                }
                self.skip(&mut window, &mut cursor, length).await?;
            }
            at = at.saturating_add(self.geometry.record(header.length));
        }
        Ok(true)
    }

    /// Begins a log: the one before stays until this is whole.
    async fn save_apart(
        &mut self,
        words: &[u32],
        start: u32,
        sequence: u32,
        output: &mut Output,
    ) -> Result<Saved, Error<F::Error>> {
        let written = self.write_whole(start, sequence, words, output).await;
        if !written.map_err(Error::Flash)? {
            let (address, _) = self.geometry.address(start);
            return Err(Error::Verify { address });
        }
        let whole = self.geometry.whole;
        self.log = Some(Log {
            start,
            base: start,
            increments: 0,
            end: start.saturating_add(whole),
            sequence,
            clean: true,
        });
        Ok(Saved::new(sequence, Written::Whole, whole))
    }

    /// Writes all of the state; whether it is there then.
    #[inline(never)]
    async fn write_whole(
        &mut self,
        place: u32,
        sequence: u32,
        words: &[u32],
        output: &mut Output,
    ) -> Result<bool, F::Error> {
        output.measure();
        self.state(words, output).await?;
        let header = Header::new(Kind::Whole, sequence, output.length(), output.digest());
        output.write(place);
        self.put(output, &header.to_bytes()).await?;
        self.state(words, output).await?;
        self.finish(output).await?;
        self.verify(place, &header).await
    }

    /// Writes what has changed; whether it is there then.
    async fn append(
        &mut self,
        log: &Log,
        header: &Header,
        words: &[u32],
        output: &mut Output,
    ) -> Result<bool, F::Error> {
        // What was measured is there still, if it is little.
        if !output.hold(log.end, &header.to_bytes()) {
            output.write(log.end);
            self.put(output, &header.to_bytes()).await?;
            self.changes(log, words, output).await?;
        }
        self.finish(output).await?;
        self.verify(log.end, header).await
    }

    /// Whether what was written is there.
    #[inline(never)]
    async fn verify(&mut self, place: u32, header: &Header) -> Result<bool, F::Error> {
        let written = self.header(place).await?;
        let same = written.is_some_and(|written| written.to_bytes() == header.to_bytes());
        Ok(same && self.is_sound(place, header).await?)
    }

    /// Identity and all of the state.
    #[inline(never)]
    async fn state(&mut self, words: &[u32], output: &mut Output) -> Result<(), F::Error> {
        let identity = self.identity.to_bytes();
        self.put(output, &identity).await?;
        for word in words {
            self.put(output, &word.to_le_bytes()).await?;
        }
        Ok(())
    }

    /// What differs from the log; whether anything does.
    #[inline(never)]
    async fn changes(
        &mut self,
        log: &Log,
        words: &[u32],
        output: &mut Output,
    ) -> Result<bool, F::Error> {
        let mut window = Window::new();
        let mut cursors = [Cursor::DONE; INCREMENTS as usize];
        let mut at = log.base.saturating_add(self.geometry.whole);
        for cursor in cursors.iter_mut().take(log.increments as usize) {
            *cursor = self.begin(&mut window, at).await?;
            let length = self.header(at).await?.map_or(0, |header| header.length);
            at = at.saturating_add(self.geometry.record(length));
        }
        let (mut old, mut new) = ([0; CHUNK], [0; CHUNK]);
        let (mut position, mut last) = (0_u32, 0_u32);
        let mut changed = false;
        for chunk in words.chunks(CHUNK / 4) {
            let length = chunk.len().saturating_mul(4);
            let (Some(old), Some(new)) = (old.get_mut(..length), new.get_mut(..length)) else {
                continue;
            };
            for (bytes, word) in new.chunks_exact_mut(4).zip(chunk) {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
            let place = log.base.saturating_add(BEFORE).saturating_add(position);
            self.read_all(place, old).await?;
            for cursor in cursors.iter_mut().take(log.increments as usize) {
                self.apply(&mut window, cursor, position, old).await?;
            }
            let mut from = if old == new { length } else { 0 };
            while let Some(run) = delta::run(old, new, from) {
                from = run.end;
                let Some(bytes) = new.get(run.clone()) else {
                    break;
                };
                let start = position.saturating_add(run.start as u32);
                let (gap, length) = delta::number(start.saturating_sub(last));
                self.put(output, gap.get(..length).unwrap_or_default())
                    .await?;
                self.put(output, &[bytes.len().saturating_sub(1) as u8])
                    .await?;
                self.put(output, bytes).await?;
                last = position.saturating_add(run.end as u32);
                changed = true;
            }
            position = position.saturating_add(length as u32);
        }
        let (gap, length) = delta::number(position.saturating_sub(last));
        self.put(output, gap.get(..length).unwrap_or_default())
            .await?;
        Ok(changed)
    }

    /// The runs of an increment in a chunk of the state at `position`.
    async fn apply(
        &mut self,
        window: &mut Window,
        cursor: &mut Cursor,
        position: u32,
        chunk: &mut [u8],
    ) -> Result<(), F::Error> {
        let end = position.saturating_add(chunk.len() as u32);
        while cursor.position < end {
            let length = u32::from(self.byte(window, &mut cursor.at).await?) + 1;
            let start = cursor.position.saturating_sub(position) as usize;
            for place in chunk.iter_mut().skip(start).take(length as usize) {
                *place = self.byte(window, &mut cursor.at).await?;
            }
            self.skip(window, cursor, length).await?;
        }
        Ok(())
    }

    /// The first run of a record.
    #[inline(never)]
    async fn begin(&mut self, window: &mut Window, record: u32) -> Result<Cursor, F::Error> {
        let mut cursor = Cursor {
            at: record.saturating_add(HEADER),
            position: 0,
        };
        self.skip(window, &mut cursor, 0).await?;
        Ok(cursor)
    }

    /// From a run to the next.
    async fn skip(
        &mut self,
        window: &mut Window,
        cursor: &mut Cursor,
        length: u32,
    ) -> Result<(), F::Error> {
        let mut byte = self.byte(window, &mut cursor.at).await?;
        let (mut gap, mut shift) = (u32::from(byte & 0x7f), 7);
        while byte >= 0x80 && shift < 32 {
            byte = self.byte(window, &mut cursor.at).await?;
            gap |= u32::from(byte & 0x7f) << shift;
            shift += 7;
        }
        cursor.position = cursor.position.saturating_add(length).saturating_add(gap);
        Ok(())
    }

    #[inline]
    async fn byte(&mut self, window: &mut Window, at: &mut u32) -> Result<u8, F::Error> {
        let place = *at;
        *at = place.saturating_add(1);
        if let Some(byte) = window.byte(place) {
            return Ok(byte);
        }
        self.slide(window, place).await?;
        Ok(window.byte(place).unwrap_or(0))
    }

    /// Moves the window to a place.
    #[inline(never)]
    async fn slide(&mut self, window: &mut Window, place: u32) -> Result<(), F::Error> {
        let read = self.read_all(window.leave_for(place), window.bytes()).await;
        if read.is_ok() {
            window.arrive(place);
        }
        read
    }

    /// Finds the newest log that is whole, and how many newer saves are not.
    #[inline(never)]
    async fn scan(&mut self) -> Result<(), Error<F::Error>> {
        self.log = None;
        self.lost = 0;
        let mut before = (u32::MAX, u32::MAX);
        while let Some((start, header)) = self.newest(before).await.map_err(Error::Flash)? {
            let sound = self.is_sound(start, &header).await;
            if sound.map_err(Error::Flash)? {
                self.check(start, &header).await?;
                let log = self.follow(start, &header).await;
                self.log = Some(log.map_err(Error::Flash)?);
                break;
            }
            before = (header.sequence, start);
        }
        // What was begun apart and is not whole.
        let sequence = self.sequence().unwrap_or(0);
        let mut page = 0;
        while let Some(start) = self.geometry.page_start(page) {
            let header = self.header(start).await.map_err(Error::Flash)?;
            let newer = header
                .is_some_and(|header| header.kind == Kind::Whole && header.sequence > sequence);
            self.lost = self.lost.saturating_add(u32::from(newer));
            page += 1;
        }
        Ok(())
    }

    /// The newest whole state that a page starts with, of those before a number and place.
    #[inline(never)]
    async fn newest(&mut self, before: (u32, u32)) -> Result<Option<(u32, Header)>, F::Error> {
        let mut found: Option<(u32, Header)> = None;
        let mut page = 0;
        while let Some(start) = self.geometry.page_start(page) {
            let newest = found.map_or((0, u32::MAX), |(start, header)| (header.sequence, start));
            if let Some(header) = self.header(start).await?
                && header.kind == Kind::Whole
                && (header.sequence, start) > newest
                && (header.sequence, start) < before
            {
                found = Some((start, header));
            }
            page += 1;
        }
        Ok(found)
    }

    /// Whose state it is.
    async fn check(&mut self, start: u32, header: &Header) -> Result<(), Error<F::Error>> {
        if header.version != VERSION {
            return Err(Error::Version {
                got: header.version,
            });
        }
        let mut bytes = [0; identity::BYTES];
        let read = self.read_all(start.saturating_add(HEADER), &mut bytes);
        read.await.map_err(Error::Flash)?;
        let (got, expected) = (Identity::from_bytes(&bytes), self.identity);
        if got == expected && self.geometry.record(header.length) == self.geometry.whole {
            return Ok(());
        }
        Err(Error::Other { got, expected })
    }

    /// The records after a whole state, and those that are lost.
    #[inline(never)]
    async fn follow(&mut self, start: u32, header: &Header) -> Result<Log, F::Error> {
        let mut log = Log {
            start,
            base: start,
            increments: 0,
            end: start.saturating_add(self.geometry.whole),
            sequence: header.sequence,
            clean: true,
        };
        loop {
            let header = self.next(log.end, &log, log.sequence).await?;
            if let Some(header) = header
                && self.is_sound(log.end, &header).await?
            {
                match header.kind {
                    Kind::Whole => (log.base, log.increments) = (log.end, 0),
                    Kind::Increment => log.increments = log.increments.saturating_add(1),
                }
                log.sequence = header.sequence;
                log.end = log.end.saturating_add(self.geometry.record(header.length));
                continue;
            }
            log.clean = self.geometry.is_boundary(log.end) || self.is_erased(log.end).await?;
            // At the start of a page there may be anything, which is erased before the page is written.
            if header.is_some() || !log.clean {
                self.count_lost(&log).await?;
            }
            return Ok(log);
        }
    }

    /// The records of a log behind its end.
    #[inline(never)]
    async fn count_lost(&mut self, log: &Log) -> Result<(), F::Error> {
        let (mut at, mut sequence, mut lost) = (log.end, log.sequence, 0_u32);
        while let Some(header) = self.next(at, log, sequence).await? {
            // Those at the start of a page are counted with what was begun apart.
            let apart = header.kind == Kind::Whole && self.geometry.is_boundary(at);
            lost = lost.saturating_add(u32::from(!apart));
            sequence = header.sequence;
            at = at.saturating_add(self.geometry.record(header.length));
        }
        if at == log.end {
            lost = 1;
        }
        self.lost = self.lost.saturating_add(lost);
        Ok(())
    }

    /// The record at a place, if it says that it is the one after that number in this log.
    #[inline(never)]
    async fn next(
        &mut self,
        at: u32,
        log: &Log,
        sequence: u32,
    ) -> Result<Option<Header>, F::Error> {
        let room = log
            .start
            .saturating_add(self.geometry.bytes)
            .saturating_sub(at);
        if room < HEADER {
            return Ok(None);
        }
        let header = self.header(at).await?;
        Ok(header.filter(|header| {
            let record = self.geometry.record(header.length);
            let whole = header.kind != Kind::Whole || record == self.geometry.whole;
            let few = header.kind != Kind::Increment || log.increments < INCREMENTS;
            let next = sequence.checked_add(1) == Some(header.sequence);
            next && whole && few && record <= room && header.version == VERSION
        }))
    }

    /// The header at a place, if there is one.
    #[inline(never)]
    async fn header(&mut self, place: u32) -> Result<Option<Header>, F::Error> {
        let mut bytes = [0; HEADER as usize];
        self.read_all(place, &mut bytes).await?;
        Ok(Header::from_bytes(&bytes))
    }

    /// Whether a record's CRC is that of its bytes.
    #[inline(never)]
    async fn is_sound(&mut self, place: u32, header: &Header) -> Result<bool, F::Error> {
        if self.geometry.record(header.length) > self.geometry.bytes {
            return Ok(false);
        }
        let mut digest = record::digest();
        let mut bytes = [0; CHUNK];
        let (mut at, mut left) = (place.saturating_add(HEADER), header.length);
        while left > 0 {
            let length = left.min(CHUNK as u32);
            // Reads are of whole units; what is behind the record's end is not taken.
            self.read_all(at, &mut bytes).await?;
            digest.update(bytes.get(..length as usize).unwrap_or_default());
            at = at.saturating_add(length);
            left = left.saturating_sub(length);
        }
        Ok(header.crc_after(digest) == header.crc)
    }

    /// Whether the rest of a page is erased.
    #[inline(never)]
    async fn is_erased(&mut self, place: u32) -> Result<bool, F::Error> {
        let end = self.geometry.page_end(place);
        let mut bytes = [0; CHUNK];
        let mut at = place;
        while at < end {
            let length = end.saturating_sub(at).min(CHUNK as u32);
            let bytes = bytes.get_mut(..length as usize).unwrap_or_default();
            self.read_all(at, bytes).await?;
            if bytes.iter().any(|&byte| byte != 0xff) {
                return Ok(false);
            }
            at = at.saturating_add(length);
        }
        Ok(true)
    }

    /// Reads bytes at a place; those behind the range's end are at its start.
    #[inline(never)]
    async fn read_all(&mut self, place: u32, into: &mut [u8]) -> Result<(), F::Error> {
        let (mut at, mut rest) = (place, into);
        while !rest.is_empty() {
            let (address, left) = self.geometry.address(at);
            let length = rest.len().min(left as usize);
            let Some((part, behind)) = rest.split_at_mut_checked(length) else {
                break;
            };
            // As many as it reads at once; the few that are asked for beside those are read alone.
            let whole = part.len() - part.len() % F::READ_SIZE;
            if let Some((units, few)) = part.split_at_mut_checked(whole) {
                self.flash.read(address, units).await?;
                if !few.is_empty() {
                    let mut unit = [0; 16];
                    if let Some(unit) = unit.get_mut(..F::READ_SIZE) {
                        let address = address.saturating_add(whole as u32);
                        self.flash.read(address, unit).await?;
                        for (place, byte) in few.iter_mut().zip(unit) {
                            *place = *byte;
                        }
                    }
                }
            }
            at = at.saturating_add(length as u32);
            rest = behind;
        }
        Ok(())
    }

    /// Takes bytes of a record: measures them, or writes them.
    async fn put(&mut self, output: &mut Output, bytes: &[u8]) -> Result<(), F::Error> {
        let mut rest = output.take(bytes);
        while output.is_full() {
            self.flush(output).await?;
            rest = output.take(rest);
        }
        Ok(())
    }

    /// Writes what is left, and fills the last unit.
    async fn finish(&mut self, output: &mut Output) -> Result<(), F::Error> {
        output.fill(F::WRITE_SIZE.max(F::READ_SIZE).max(4));
        self.flush(output).await
    }

    #[inline(never)]
    async fn flush(&mut self, output: &mut Output) -> Result<(), F::Error> {
        let mut done = 0;
        while let Some(rest) = output.bytes(done).filter(|rest| !rest.is_empty()) {
            let place = output.place().saturating_add(done as u32);
            let (address, left) = self.geometry.address(place);
            if self.geometry.is_boundary(place) {
                let end = address.saturating_add(F::ERASE_SIZE as u32);
                self.flash.erase(address, end).await?;
            }
            let length = rest.len().min(left as usize).min(BUFFER);
            let part = rest.get(..length).unwrap_or_default();
            self.flash.write(address, part).await?;
            done = done.saturating_add(length);
        }
        output.flushed();
        Ok(())
    }
}
