//! Marks of single points: a shape for each role, and what stands for a point beyond the axis.

use super::canvas::{Canvas, Point};
use super::style::{Rgb, Role};

/// The shape of a point's mark, so that curves are told apart in grey and where they cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Disc,
    Square,
    Up,
    Diamond,
    Down,
}

impl Symbol {
    pub fn of(role: Role) -> Self {
        const ALL: [Symbol; 5] = [
            Symbol::Disc,
            Symbol::Square,
            Symbol::Up,
            Symbol::Diamond,
            Symbol::Down,
        ];
        match role {
            Role::KWinner | Role::Theory => Self::Disc,
            Role::OneWinner => Self::Square,
            Role::Graded => Self::Up,
            Role::Slow => Self::Diamond,
            Role::Fit | Role::Neutral => Self::Down,
            Role::Other(number) => ALL[(usize::from(number) + 3) % ALL.len()],
        }
    }

    /// Draws it, about as large as a disc of radius `r`.
    pub fn draw(self, canvas: &mut Canvas, (x, y): Point, r: f64, colour: Rgb) {
        let polygon = |points: &[(f64, f64)]| -> Vec<Point> {
            let place = |&(dx, dy): &(f64, f64)| (x + r * dx, y + r * dy);
            points.iter().map(place).collect()
        };
        let points = match self {
            Self::Disc => return canvas.disc((x, y), r, colour, 1.0, None),
            Self::Square => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Self::Diamond => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
            Self::Up => polygon(&[(0.0, -1.3), (1.2, 0.9), (-1.2, 0.9)]),
            Self::Down => polygon(&[(0.0, 1.3), (1.2, -0.9), (-1.2, -0.9)]),
        };
        canvas.polygon(&points, colour, 1.0);
    }
}

/// An end of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Low,
    High,
}

/// Height of [`draw_beyond`].
pub(super) const BEYOND: f64 = 5.0;

/// A triangle at the end of a vertical axis, its tip on `edge`: a point lies beyond.
pub(super) fn draw_beyond(canvas: &mut Canvas, (x, edge): Point, end: End, colour: Rgb) {
    let inwards = match end {
        End::Low => -BEYOND,
        End::High => BEYOND,
    };
    let points = [
        (x, edge),
        (x + 3.0, edge + inwards),
        (x - 3.0, edge + inwards),
    ];
    canvas.polygon(&points, colour, 1.0);
}
