//! Points, rectangles and dashes.

/// A point in units of 1/96 inch, y downwards.
pub(super) type Point = (f64, f64);

/// A rectangle in the same units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Area {
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub fn centre_x(&self) -> f64 {
        self.x + self.w / 2.0
    }

    pub fn centre_y(&self) -> f64 {
        self.y + self.h / 2.0
    }
}

/// Cuts a line into the strokes of a dash pattern that runs on through its corners.
pub(super) fn cut(points: &[Point], on: f64, off: f64) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut drawing, mut left) = (true, on);
    for pair in points.windows(2) {
        let ((mut x, mut y), (x2, y2)) = (pair[0], pair[1]);
        let mut length = (x2 - x).hypot(y2 - y);
        while length > left {
            let share = left / length;
            (x, y) = (x + (x2 - x) * share, y + (y2 - y) * share);
            length -= left;
            if drawing {
                piece.push((x, y));
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![(x, y)];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length;
        if drawing {
            piece.push((x2, y2));
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}
