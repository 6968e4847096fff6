//! From sensor values to a memory and back, as in `docs/embedded.md`: a device learns what its sensors say at each hour of a
//! day; once its thermometer has failed, the memory says from all other sensors what the temperature should be.

use slotless_core::bits;
use slotless_core::encode::{Bucket, Calibration, Circular, Decode, Encode, ParamsError, Range};
use slotless_core::ring::{Replacement, Slots, SlotsParams};

/// Acceleration in three axes, temperature in tenths of a degree, heading in degrees, time of day in minutes.
type Sensors = ([Bucket; 3], Bucket, Circular, Circular);

const UNITS: u32 = 256;
const WORDS: usize = bits::words_for(UNITS);

fn sensors(temperature: Range) -> Result<Sensors, ParamsError> {
    let axis = Bucket::new(Range::new(-4_096, 4_095)?, 39, 8)?; // 32 steps of 256
    let heading = Circular::new(360, 48, 8)?;
    let clock = Circular::new(24 * 60, 48, 8)?;
    Ok(([axis; 3], Bucket::new(temperature, 43, 8)?, heading, clock))
}

/// What the sensors say at a minute of the day.
fn reading(minute: i32) -> ([i32; 3], i32, i32, i32) {
    let hour = minute / 60;
    let tilt = [hour * 300 - 3_600, 500, 4_000 - hour * 150];
    let temperature = 215 + 8 * (12 - (hour - 14).abs());
    (tilt, temperature, hour * 15, minute)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The range of the temperature from a day of it: from 2 % to 98 %, at least one tenth of a degree per step.
    let mut calibration = Calibration::new(1_311, 64_225, 2_048)?;
    for minute in 0..24 * 60 {
        calibration.add(reading(minute).1);
    }
    let range = calibration.range(36).ok_or("no temperature yet")?;
    println!("temperature {}..={}", range.low(), range.high());

    let sensors = sensors(range)?;
    // Exactly 48 ones of 256, whatever the values, as a memory's parameters want to know.
    assert_eq!((sensors.units(), sensors.fixed_ones()), (UNITS, Some(48)));
    let params = SlotsParams::new(UNITS, 24, Replacement::Fifo)?;
    let mut memory = Slots::new(params, vec![0; params.words()])?;
    let mut pattern = [0; WORDS];
    for hour in 0..24 {
        sensors.encode(reading(hour * 60), &mut pattern)?;
        memory.learn(&pattern)?;
    }

    // The temperature is missing: a cue is the pattern without its 8 ones, which lie after those of the three axes.
    let ([x, y, z], temperature, ..) = &sensors;
    let from = x.units() + y.units() + z.units();
    let missing = from..from + temperature.units();
    println!("hour: temperature recalled (as it was), ones that agree");
    for hour in (0..24).step_by(4) {
        let (_, was, ..) = reading(hour * 60);
        sensors.encode(reading(hour * 60), &mut pattern)?;
        let mut cue = [0; WORDS];
        for one in bits::ones(&pattern).filter(|one| !missing.contains(one)) {
            bits::set(&mut cue, one);
        }
        let recalled = memory.recall(&cue)?;
        match temperature.read(recalled.pattern, from) {
            Some(found) => println!(
                "{hour}: {} ({was}), {} of {}",
                found.value, found.agreement, found.most
            ),
            None => println!("{hour}: nothing ({was})"),
        }
    }
    Ok(())
}
