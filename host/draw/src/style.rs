//! Who has which colour: one choice for all figures.
//!
//! Hues are those of Okabe and Ito (2008), which stay apart under the common colour-vision deficiencies. A baseline keeps the
//! hue of its network, mixed with white, and is dashed besides, so that the two are told apart in grey, too.

/// What a curve, bar or mark stands for; it decides the colour, and the default line style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The K-winner modern Hopfield network: vermilion.
    KWinner,
    /// The one-winner modern Hopfield network: blue.
    OneWinner,
    /// A network with graded hidden activity: bluish green.
    Graded,
    /// A network that learns slowly: reddish purple.
    Slow,
    /// A theoretical prediction: black, dashed.
    Theory,
    /// A curve fitted to data: dark grey, dotted.
    Fit,
    /// Something without a side, such as chance level: mid grey.
    Neutral,
    /// Any further network; seven hues, repeated from 7 on.
    Other(u8),
}

impl Role {
    /// The colour on white.
    pub(super) fn colour(self) -> Rgb {
        match self {
            Self::KWinner => Rgb(0xd5, 0x5e, 0x00),
            Self::OneWinner => Rgb(0x00, 0x72, 0xb2),
            Self::Graded => Rgb(0x00, 0x9e, 0x73),
            Self::Slow => Rgb(0xcc, 0x79, 0xa7),
            Self::Theory => Rgb(0x00, 0x00, 0x00),
            Self::Fit => Rgb(0x4d, 0x4d, 0x4d),
            Self::Neutral => Rgb(0x80, 0x80, 0x80),
            Self::Other(n) => match n % 7 {
                0 => Rgb(0x56, 0xb4, 0xe9),
                1 => Rgb(0xe6, 0x9f, 0x00),
                2 => Rgb(0x33, 0x22, 0x88),
                3 => Rgb(0x88, 0x22, 0x55),
                4 => Rgb(0x99, 0x99, 0x33),
                5 => Rgb(0x66, 0x33, 0x00),
                _ => Rgb(0x11, 0x77, 0x33),
            },
        }
    }

    /// The line style of a series that asks for none.
    pub(super) fn line(self) -> LineStyle {
        match self {
            Self::Theory => LineStyle::Dashed,
            Self::Fit => LineStyle::Dotted,
            _ => LineStyle::Solid,
        }
    }
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineStyle {
    /// An unbroken line.
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
}

impl LineStyle {
    /// Lengths of stroke and gap for a line `width` units wide; `None` for an unbroken line.
    pub(super) fn dash(self, width: f64) -> Option<(f64, f64)> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some((3.6 * width, 2.4 * width)),
            Self::Dotted => Some((0.9 * width, 1.9 * width)),
        }
    }
}

/// A colour, opaque, 8 bits per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    pub const WHITE: Self = Self(0xff, 0xff, 0xff);
    pub const INK: Self = Self(0x1a, 0x1a, 0x1a);
    pub const SOFT_INK: Self = Self(0x4d, 0x4d, 0x4d);
    pub const GRID: Self = Self(0xe8, 0xe8, 0xe8);
    pub const MISSING: Self = Self(0xcf, 0xcf, 0xcf);

    /// The colour mixed with black: `share` = 0 leaves it, 1 makes it black.
    pub fn darker(self, share: f64) -> Self {
        let mix = |c: u8| (f64::from(c) * (1.0 - share)).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }

    /// The colour mixed with white: `share` = 0 leaves it, 1 makes it white.
    pub fn lighter(self, share: f64) -> Self {
        let mix = |c: u8| (f64::from(c) + (255.0 - f64::from(c)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

/// A point in units of 1/96 inch.
pub(super) const POINT: f64 = 96.0 / 72.0;

/// Font sizes in units of 1/96 inch: ten of them are 7.5 points.
pub(super) mod size {
    pub const TITLE: u32 = 14;
    pub const SUBTITLE: u32 = 10;
    pub const LETTER: u32 = 14;
    pub const PANEL: u32 = 11;
    pub const LABEL: u32 = 11;
    pub const TICK: u32 = 10;
    pub const LEGEND: u32 = 11;
    pub const NOTE: u32 = 10;
}
