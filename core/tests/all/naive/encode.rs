//! Encoders, their inverses and calibration, written from the contract's text.

use super::Key;

/// `low..=high`.
#[derive(Clone, Copy, Debug)]
pub struct Values(pub i128, pub i128);

impl Values {
    pub fn width(self) -> i128 {
        self.1 - self.0 + 1
    }

    pub fn step(self, value: i128, steps: i128) -> i128 {
        (value.clamp(self.0, self.1) - self.0) * steps / self.width()
    }

    /// The steps that values have, in order, each with its value.
    pub fn candidates(self, steps: i128) -> Vec<(i128, i128)> {
        let width = self.width();
        if steps > width {
            let all = self.0..=self.1;
            return all.map(|value| (self.step(value, steps), value)).collect();
        }
        let ceil = |step: i128| (step * width + steps - 1) / steps;
        let value = |step| self.0 + (ceil(step) + ceil(step + 1) - 1) / 2;
        (0..steps).map(|step| (step, value(step))).collect()
    }
}

pub fn thermometer(n: usize, step: usize) -> Vec<bool> {
    (0..n).map(|j| j <= step).collect()
}

pub fn bucket(n: usize, w: usize, step: usize) -> Vec<bool> {
    (0..n).map(|j| j >= step && j < step + w).collect()
}

pub fn circular(n: usize, w: usize, step: usize) -> Vec<bool> {
    let mut pattern = vec![false; n];
    for j in 0..w {
        pattern[(step + j) % n] = true;
    }
    pattern
}

pub fn sparse(n: u64, k: u64, seed: u64, step: u64) -> Vec<bool> {
    let mut pattern = vec![false; n as usize];
    for c in step..step + k {
        let block = c % k;
        let start = block * (n / k) + block.min(n % k);
        let size = n / k + u64::from(block < n % k);
        let place = start + ((Key::of(seed, 15).at(c) * size) >> 32);
        pattern[place as usize] = true;
    }
    pattern
}

/// Number of the candidate that is chosen, and its score.
pub fn best(scores: &[usize], around: bool) -> (usize, usize) {
    let count = scores.len();
    let largest = *scores.iter().max().unwrap();
    let is = |at: usize| scores[at % count] == largest;
    if scores.iter().all(|&score| score == largest) {
        return ((count - 1) / 2, largest);
    }
    let mut runs = Vec::new();
    for start in 0..count {
        let before = if start > 0 {
            is(start - 1)
        } else {
            around && is(count - 1)
        };
        if is(start) && !before {
            let end = if around { start + count } else { count };
            let length = (start..end).take_while(|&at| is(at)).count();
            runs.push((length, start));
        }
    }
    let longest = runs.iter().map(|run| run.0).max().unwrap();
    let run = runs.iter().find(|run| run.0 == longest).unwrap();
    ((run.1 + (longest - 1) / 2) % count, largest)
}

pub fn in_common(a: &[bool], b: &[bool]) -> usize {
    a.iter().zip(b).filter(|(a, b)| **a && **b).count()
}

pub fn alike(a: &[bool], b: &[bool]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a == b).count()
}

/// The n-gram of patterns, position 0 first.
pub fn ngram(n: usize, rotation: usize, patterns: &[Vec<bool>]) -> Vec<bool> {
    let mut gram = vec![false; n];
    for (position, pattern) in patterns.iter().enumerate() {
        for j in (0..n).filter(|&j| pattern[j]) {
            let from = j + position * rotation;
            let free = (from..from + n).find(|&unit| !gram[unit % n]).unwrap();
            gram[free % n] = true;
        }
    }
    gram
}

/// The estimates of a calibration after each value of a stream.
pub fn calibration(l: i128, h: i128, m: i128, stream: &[i32]) -> Vec<(i32, i32)> {
    let shares = [0, l / 2, l, (l + h) / 2, h, (h + 65_536) / 2, 65_536];
    let mut heights: Vec<i128> = Vec::new();
    let mut places: Vec<i128> = (1..=7).collect();
    let mut count = 0;
    let mut estimates = Vec::new();
    for &value in stream {
        let x = i128::from(value) * 256;
        count += 1;
        if count <= 7 {
            heights.push(x);
            heights.sort();
        } else {
            heights[0] = heights[0].min(x);
            heights[6] = heights[6].max(x);
            for i in 1..6 {
                places[i] += i128::from(x < heights[i]);
            }
            places[6] += 1;
            for i in 1..6 {
                let wanted = 65_536 + (count - 1) * shares[i] - 65_536 * places[i];
                let (a, b) = (places[i] - places[i - 1], places[i + 1] - places[i]);
                let (u, v) = (heights[i] - heights[i - 1], heights[i + 1] - heights[i]);
                if wanted >= 65_536 && b > 1 {
                    let up = ((a + 1) * v / b + (b - 1) * u / a) / (a + b);
                    let inside = up < v && up > -u;
                    heights[i] += if inside { up } else { v / b };
                    places[i] += 1;
                } else if wanted <= -65_536 && a > 1 {
                    let down = ((a - 1) * v / b + (b + 1) * u / a) / (a + b);
                    let inside = down < u && -down < v;
                    heights[i] -= if inside { down } else { u / a };
                    places[i] -= 1;
                }
            }
            if count >= m {
                count = (count + 1) / 2;
                for place in &mut places {
                    *place = (*place + 1) / 2;
                }
                for i in (0..7).rev() {
                    let room = if i == 6 { count } else { places[i + 1] - 1 };
                    places[i] = places[i].min(room);
                }
                for i in 0..7 {
                    let room = if i == 0 { 1 } else { places[i - 1] + 1 };
                    places[i] = places[i].max(room);
                }
                heights[0] += (heights[1] - heights[0]) / 2;
                heights[6] -= (heights[6] - heights[5]) / 2;
            }
        }
        let beyond = |share: i128| {
            let places = (count - 1) * share / 65_536;
            (if count > 7 { places.min(2) } else { places }) as usize
        };
        let value = |height: i128| (height + 128).div_euclid(256) as i32;
        let last = heights.len() - 1;
        estimates.push((
            value(heights[beyond(l)]),
            value(heights[last - beyond(65_536 - h)]),
        ));
    }
    estimates
}
