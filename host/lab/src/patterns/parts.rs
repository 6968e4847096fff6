//! Patterns made of parts that stand side by side: an item and a context, a cue and what it is answered with.

use rand_core::Rng;
use slotless_core::bits;

use super::floor_share;

/// A part of a pattern: its units, one after the other, and how many of them are ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The first unit.
    pub first: u32,
    /// Units.
    pub units: u32,
    /// Ones.
    pub ones: u32,
}

impl Part {
    /// Draws its ones, each choice as likely; they are those of a pattern of this part alone.
    pub fn draw(self, rng: &mut impl Rng) -> Vec<u32> {
        let mut own = vec![0; bits::words_for(self.units)];
        bits::sample(self.units, self.ones.min(self.units), rng, &mut own)
            .expect("the length is that of the part");
        own
    }

    /// Sets the ones of a pattern of this part alone where they stand in the whole one.
    pub fn put(self, own: &[u32], pattern: &mut [u32]) {
        for unit in bits::ones(own) {
            bits::set(pattern, self.first + unit);
        }
    }

    /// The part cut into a first one and a second one that has this share of its units and of its ones, both rounded down; both
    /// have room for their ones.
    pub fn cut(self, share: f64) -> [Self; 2] {
        let (units, ones) = (
            floor_share(share, self.units),
            floor_share(share, self.ones),
        );
        let first = Self {
            units: self.units - units,
            ones: self.ones - ones,
            ..self
        };
        let second = Self {
            first: self.first + first.units,
            units,
            ones,
        };
        [first, second]
    }
}

/// The halves of a pattern of `visible` units and `active` ones, both even: the cue, and what it is answered with.
pub(crate) fn halves(visible: u32, active: u32) -> [Part; 2] {
    let half = Part {
        first: 0,
        units: visible / 2,
        ones: active / 2,
    };
    let other = Part {
        first: half.units,
        ..half
    };
    [half, other]
}

/// The ones of a pattern from one unit on, up to but not including another.
pub(crate) fn between(pattern: &[u32], from: u32, to: u32) -> Vec<u32> {
    let mut part = vec![0; pattern.len()];
    for unit in bits::ones(pattern).filter(|&unit| (from..to).contains(&unit)) {
        bits::set(&mut part, unit);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use slotless_core::rng;

    #[test]
    fn parts_stand_side_by_side() {
        let [cue, target] = halves(70, 12);
        assert_eq!((cue.first, cue.units, cue.ones), (0, 35, 6));
        assert_eq!((target.first, target.units, target.ones), (35, 35, 6));
        let [item, context] = cue.cut(0.4);
        assert_eq!((item.first, item.units, item.ones), (0, 21, 4));
        assert_eq!((context.first, context.units, context.ones), (21, 14, 2));
        let mut rng = rng::stream(1, rng::Purpose(900), 0, 0);
        let mut pattern = vec![0; 3];
        for part in [item, context, target] {
            let own = part.draw(&mut rng);
            assert_eq!(bits::count(&own), part.ones);
            part.put(&own, &mut pattern);
            let there = between(&pattern, part.first, part.first + part.units);
            assert_eq!(bits::count(&there), part.ones);
        }
        assert_eq!(bits::count(&pattern), 12);
        // All of it, and none.
        assert_eq!(cue.cut(1.0)[1], cue);
        assert_eq!(cue.cut(0.0)[0], cue);
        assert_eq!(bits::count(&between(&pattern, 5, 5)), 0);
    }
}
