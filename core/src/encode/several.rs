//! Several encoders as one: their patterns one after the other.

use super::{Decode, Encode};
use core::ops::RangeInclusive;

/// Ones of two together.
fn sum(a: &RangeInclusive<u32>, b: &RangeInclusive<u32>) -> RangeInclusive<u32> {
    a.start().saturating_add(*b.start())..=a.end().saturating_add(*b.end())
}

impl<E: Encode + ?Sized> Encode for &E {
    type Value = E::Value;

    fn units(&self) -> u32 {
        (**self).units()
    }

    fn ones(&self) -> RangeInclusive<u32> {
        (**self).ones()
    }

    fn write(&self, value: E::Value, at: u32, out: &mut [u32]) {
        (**self).write(value, at, out);
    }
}

impl<E: Decode + ?Sized> Decode for &E {
    type Found = E::Found;

    fn read(&self, pattern: &[u32], at: u32) -> E::Found {
        (**self).read(pattern, at)
    }
}

impl<E: Encode, const N: usize> Encode for [E; N] {
    type Value = [E::Value; N];

    fn units(&self) -> u32 {
        let units = self.iter().map(Encode::units);
        units.fold(0, u32::saturating_add)
    }

    fn ones(&self) -> RangeInclusive<u32> {
        let ones = self.iter().map(Encode::ones);
        ones.fold(0..=0, |all, own| sum(&all, &own))
    }

    fn write(&self, value: [E::Value; N], at: u32, out: &mut [u32]) {
        let mut at = at;
        for (encoder, value) in self.iter().zip(value) {
            encoder.write(value, at, out);
            at = at.saturating_add(encoder.units());
        }
    }
}

impl<E: Decode, const N: usize> Decode for [E; N] {
    type Found = [E::Found; N];

    fn read(&self, pattern: &[u32], at: u32) -> [E::Found; N] {
        let mut at = at;
        self.each_ref().map(|encoder| {
            let found = encoder.read(pattern, at);
            at = at.saturating_add(encoder.units());
            found
        })
    }
}

macro_rules! tuples {
    ($(($($kind:ident $field:tt),+))+) => {$(
        impl<$($kind: Encode),+> Encode for ($($kind,)+) {
            type Value = ($($kind::Value,)+);

            fn units(&self) -> u32 {
                [$(self.$field.units()),+].into_iter().fold(0, u32::saturating_add)
            }

            fn ones(&self) -> RangeInclusive<u32> {
                [$(self.$field.ones()),+].iter().fold(0..=0, |all, own| sum(&all, own))
            }

            fn write(&self, value: Self::Value, at: u32, out: &mut [u32]) {
                let mut next = at;
                $({
                    let at = next;
                    next = next.saturating_add(self.$field.units());
                    self.$field.write(value.$field, at, out);
                })+
                let _ = next;
            }
        }

        impl<$($kind: Decode),+> Decode for ($($kind,)+) {
            type Found = ($($kind::Found,)+);

            fn read(&self, pattern: &[u32], at: u32) -> Self::Found {
                let mut next = at;
                let found = ($({
                    let at = next;
                    next = next.saturating_add(self.$field.units());
                    self.$field.read(pattern, at)
                },)+);
                let _ = next;
                found
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
