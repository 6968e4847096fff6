//! The store of awaited flash writes the same bytes, whether the flash is ready at once or later.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use embedded_storage::nor_flash::{ErrorType, NorFlash as _, ReadNorFlash as _};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use slotless_store::{Identity, Store, asynchronous};

use crate::flash::{Draws, Flash, Refused};

const RANGE: core::ops::Range<u32> = 0..5 * 512;
type Chip = Flash<4, 8, 512>;

struct Later(Chip);

/// Ready when it is asked the second time.
struct Second(bool);

impl Future for Second {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}

impl ErrorType for Later {
    type Error = Refused;
}

impl ReadNorFlash for Later {
    const READ_SIZE: usize = 4;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
        Second(false).await;
        self.0.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl NorFlash for Later {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 512;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
        Second(false).await;
        self.0.erase(from, to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
        Second(false).await;
        self.0.write(offset, bytes)
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return value;
        }
    }
}

#[test]
fn the_same_bytes_are_written() {
    let identity = Identity::new(256, 40, [0; 12]);
    let mut blocking = Chip::new(5);
    let mut later = Later(Chip::new(5));
    let mut draws = Draws(1);
    let (mut state, mut loaded) = ([0; 40], [0; 40]);
    for _ in 0..200 {
        state[draws.next() as usize % 40] = draws.next() as u32;
        let mut store = Store::mount(&mut blocking, RANGE, identity).unwrap();
        let expected = store.save(&state).unwrap();
        let saved = wait(async {
            let mut store = asynchronous::Store::mount(&mut later, RANGE, identity).await?;
            let saved = store.save(&state).await?;
            let _ = store.load(&mut loaded).await?;
            Ok::<_, slotless_store::Error<Refused>>(saved)
        });
        assert_eq!(saved.unwrap(), expected);
        assert_eq!(loaded, state);
    }
    assert_eq!(blocking.bytes, later.0.bytes);
    assert_eq!(blocking.erases, later.0.erases);
}
