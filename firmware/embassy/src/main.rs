//! A sensor, a memory and its flash as three tasks of Embassy.
//!
//! * `sensor` wakes with each tick of SysTick, takes a sample of a made-up accelerometer, and hands on windows of them as features.
//! * `memory` owns a recogniser: it learns or names what comes, and hands a copy of its words to be saved after each motion.
//! * `flash` saves them by `slotless_store::asynchronous` while the others go on; at the end it mounts the flash anew, loads, and
//!   compares.
//!
//! Nothing is shared but channels, and no task waits in a loop. Ends with 1 unless all windows are named rightly and what is loaded is
//! what was saved.

#![no_std]
#![no_main]

use cortex_m::peripheral::Peripherals;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use embassy_executor::{Executor, Spawner};
use embassy_sync::blocking_mutex::raw::{CriticalSectionRawMutex, ThreadModeRawMutex};
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use slotless_core::recogniser::{Grow, GrowParams, RecogniserError};
use slotless_core::rng::Purpose;
use slotless_firmware::{entry, error, exit, println};
use slotless_store::{Error, asynchronous::Store};
use static_cell::{ConstStaticCell, StaticCell};

use crate::flash::{BYTES, Flash, OutOfBounds};
use crate::stream::{Bout, Motion};
use crate::window::{FEATURES, SAMPLES};

mod flash;
// The demo's stream and features.
#[path = "../../src/bin/shake/stream.rs"]
mod stream;
#[path = "../../src/bin/shake/window.rs"]
mod window;

const SEED: u64 = 1;
const MOTIONS: [(Motion, &str); 4] = [
    (Motion::Shake, "shake"),
    (Motion::Rock, "rock"),
    (Motion::Knock, "knock"),
    (Motion::Swing, "swing"),
];
/// Windows of a motion that are learned, and that are named afterwards.
const TAUGHT: u32 = 3;
const NAMED: u32 = 2;

const EXAMPLES: Purpose = Purpose(256);
const TESTS: Purpose = Purpose(257);

const PARAMS: GrowParams = match GrowParams::new(FEATURES as u32, 16) {
    Ok(params) => params.seed(SEED),
    Err(_) => panic!("parameters out of range"),
};
type Words = [u32; PARAMS.words()];

/// What a window is for.
enum Window {
    /// To be learned, the last of its motion.
    Learn(usize, [u8; FEATURES]),
    /// All of a motion was taught.
    Taught(usize),
    /// To be named; what it is, is for the end.
    Name(usize, [u8; FEATURES]),
    /// There is no more.
    End,
}

/// What the flash is to do.
enum Save {
    Words(Words),
    /// Compare with what is loaded; the windows named rightly.
    End(Words, u32),
}

static TICK: Signal<CriticalSectionRawMutex, ()> = Signal::new();
static WINDOWS: Channel<ThreadModeRawMutex, Window, 2> = Channel::new();
static SAVES: Channel<ThreadModeRawMutex, Save, 1> = Channel::new();

static MEMORY: ConstStaticCell<Words> = ConstStaticCell::new([0; _]);
static FLASH: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0xff; _]);
static EXECUTOR: StaticCell<Executor> = StaticCell::new();

#[exception]
fn SysTick() {
    TICK.signal(());
}

#[entry]
fn main() -> ! {
    let Some(peripherals) = Peripherals::take() else {
        exit(1)
    };
    // 1,000 samples a second, where the stream has 50: the demo is over sooner.
    let mut syst = peripherals.SYST;
    syst.set_clock_source(SystClkSource::Core);
    syst.set_reload(25_000 - 1);
    syst.clear_current();
    syst.enable_counter();
    syst.enable_interrupt();
    EXECUTOR.init(Executor::new()).run(|spawner| {
        if let Err(error) = spawn(spawner) {
            error!("{}", defmt::Debug2Format(&error));
            exit(1)
        }
    })
}

fn spawn(spawner: Spawner) -> Result<(), embassy_executor::SpawnError> {
    spawner.spawn(sensor()?);
    spawner.spawn(memory(MEMORY.take())?);
    spawner.spawn(flash(FLASH.take())?);
    Ok(())
}

#[embassy_executor::task]
async fn sensor() {
    for motion in 0..MOTIONS.len() {
        for number in 0..TAUGHT {
            let features = window(EXAMPLES, motion, number).await;
            WINDOWS.send(Window::Learn(motion, features)).await;
        }
        WINDOWS.send(Window::Taught(motion)).await;
    }
    for motion in 0..MOTIONS.len() {
        for number in 0..NAMED {
            let features = window(TESTS, motion, number).await;
            WINDOWS.send(Window::Name(motion, features)).await;
        }
    }
    WINDOWS.send(Window::End).await;
}

/// The features of a window, a sample with each tick.
async fn window(purpose: Purpose, motion: usize, number: u32) -> [u8; FEATURES] {
    let mut bout = Bout::new(SEED, purpose, MOTIONS[motion].0, number);
    let mut samples = [[0; _]; SAMPLES];
    for sample in &mut samples {
        TICK.wait().await;
        *sample = bout.sample();
    }
    window::features(&samples)
}

#[embassy_executor::task]
async fn memory(words: &'static mut Words) {
    if let Err(error) = remember(words).await {
        error!("{}", error);
        exit(1)
    }
}

async fn remember(words: &mut Words) -> Result<(), RecogniserError> {
    let mut memory = Grow::new(PARAMS, words)?;
    let mut right = 0;
    loop {
        match WINDOWS.receive().await {
            Window::Learn(motion, features) => {
                memory.learn(&features, motion as u8)?;
            }
            Window::Taught(motion) => {
                println!(
                    "memory: {=str} learned from {=u32} windows",
                    MOTIONS[motion].1, TAUGHT
                );
                SAVES.send(Save::Words(copy(&memory))).await;
            }
            Window::Name(motion, features) => {
                let found = memory.recognise(&features)?;
                let name = found.map_or("nothing", |found| MOTIONS[usize::from(found.label())].1);
                println!("memory: {=str} is called {=str}", MOTIONS[motion].1, name);
                right += u32::from(name == MOTIONS[motion].1);
            }
            Window::End => {
                SAVES.send(Save::End(copy(&memory), right)).await;
                return Ok(());
            }
        }
    }
}

fn copy(memory: &Grow<&mut Words>) -> Words {
    core::array::from_fn(|word| memory.words()[word])
}

#[embassy_executor::task]
async fn flash(bytes: &'static mut [u8; BYTES]) {
    match keep(bytes).await {
        Ok(true) => exit(0),
        Ok(false) => exit(1),
        Err(error) => {
            error!("{}", error);
            exit(1)
        }
    }
}

/// Saves what comes; whether all was right at the end.
async fn keep(bytes: &mut [u8; BYTES]) -> Result<bool, Error<OutOfBounds>> {
    let mut store = Store::mount(Flash(bytes), 0..BYTES as u32, &PARAMS).await?;
    loop {
        match SAVES.receive().await {
            Save::Words(words) => {
                let saved = store.save(&words).await?;
                println!(
                    "flash: save {=u32}, {=u32} bytes",
                    saved.sequence(),
                    saved.bytes()
                );
            }
            Save::End(words, right) => {
                let flash = store.into_flash();
                let mut store = Store::mount(flash, 0..BYTES as u32, &PARAMS).await?;
                let mut loaded = [0; PARAMS.words()];
                let sequence = store
                    .load(&mut loaded)
                    .await?
                    .map(|restored| restored.sequence());
                let all = MOTIONS.len() as u32 * NAMED;
                println!(
                    "flash: save {=u32} loaded anew, the memory's words: {=bool}",
                    sequence.unwrap_or(0),
                    loaded == words
                );
                println!("{=u32} of {=u32} windows named rightly", right, all);
                return Ok(loaded == words && right == all);
            }
        }
    }
}
