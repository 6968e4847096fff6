//! Pictures recalled by a network: a strip a picture, from what was stored to what came back.

use crate::images::recall::{Ending, Outcome, Retrieval, Spec};
use slotless_draw::{Figure, StripPanel, StripPicture, StripRow};

/// Letters of a picture's name that have room.
const LONGEST_NAME: usize = 18;

/// Pixels on a side of a picture in which single ones are marked.
const LARGEST_MARKED: u32 = 16;

/// The first `shown` pictures (those with their way kept), a row each: stored, cue, states on the way, recalled, the energy,
/// and what it came to.
#[must_use]
pub fn strip(outcome: &Outcome, spec: &Spec, shown: usize) -> Figure {
    let rows = outcome.retrievals.iter().take(shown).enumerate();
    let rows = rows.filter_map(|(number, one)| Some((number, one, one.path.as_ref()?)));
    let on_the_way = rows.clone().map(|(_, _, path)| path.moments.len()).max();
    let on_the_way = on_the_way.unwrap_or(0);
    let mut headings = vec![("stored".to_owned(), 1), ("cue".to_owned(), 1)];
    if on_the_way > 0 {
        let heading = format!("on the way, {}", spec.network.step_name());
        headings.push((heading, on_the_way));
    }
    headings.push(("recalled".to_owned(), 1));
    let shape = outcome.shape;
    let mut panel = StripPanel::new(shape.width as usize, shape.height as usize, headings);
    let curves = rows.clone().any(|(_, _, path)| !path.energies.is_empty());
    if curves {
        panel = panel.curves(spec.network.step_name(), "energy");
    }
    for (number, one, path) in rows {
        let mut pictures = vec![plain(&one.original), plain(&one.cue)];
        pictures.extend(path.moments.iter().map(|moment| {
            let picture = StripPicture::new(wide(&moment.picture));
            Some(picture.caption(&moment.step.to_string()))
        }));
        pictures.resize(2 + on_the_way, None);
        let recalled = StripPicture::new(wide(&one.recalled));
        let marks = if shape.width.max(shape.height) <= LARGEST_MARKED {
            differing(one)
        } else {
            Vec::new()
        };
        pictures.push(Some(recalled.marked(marks)));
        let steps = path.energies.iter();
        let curve = steps.map(|&(step, energy)| (step as f64, energy)).collect();
        let row = StripRow::new(&name(number, &outcome.names[number]), pictures);
        panel = panel.row(row.curve(curve).remark(remark(one, spec)));
    }
    let all = outcome.retrievals.len();
    let title = format!(
        "{} recalls {all} picture{} from {}",
        spec.network.name(),
        if all == 1 { "" } else { "s" },
        spec.corrupt.words()
    );
    let marked = spec.network.is_of_bits() && shape.width.max(shape.height) <= LARGEST_MARKED;
    let note = if marked {
        "Dots mark pixels that differ from the stored picture."
    } else {
        ""
    };
    Figure::new(&title, 1, 1)
        .subtitle(&format!("{}\n{}", outcome.resolved, outcome.summary()))
        .width(if curves { 820.0 } else { 640.0 })
        .note(note)
        .panel(panel)
}

fn wide(picture: &[f32]) -> Vec<f64> {
    picture.iter().map(|&value| value.into()).collect()
}

fn plain(picture: &[f32]) -> Option<StripPicture> {
    Some(StripPicture::new(wide(picture)))
}

/// Pixels on the other side of the middle than they were stored, where every pixel is at one end or the other.
fn differing(one: &Retrieval) -> Vec<usize> {
    let bipolar = |picture: &[f32]| picture.iter().all(|value| value.abs() == 1.0);
    if !(bipolar(&one.original) && bipolar(&one.recalled)) {
        return Vec::new();
    }
    let pixels = one.original.iter().zip(&one.recalled).enumerate();
    let differing = pixels.filter(|(_, (stored, recalled))| stored != recalled);
    differing.map(|(pixel, _)| pixel).collect()
}

/// Number and name, unless the name is the number.
fn name(number: usize, name: &str) -> String {
    let number = number.to_string();
    if name == number {
        return number;
    }
    let mut short: String = name.chars().take(LONGEST_NAME).collect();
    if short.len() < name.len() {
        short.push('\u{2026}');
    }
    format!("{number}: {short}")
}

fn remark(one: &Retrieval, spec: &Spec) -> Vec<String> {
    vec![
        one.verdict.to_string(),
        format!(
            "{} {:.2} \u{2192} {:.2}",
            spec.network.overlap_name(),
            one.before,
            one.after
        )
        .replace('-', "\u{2212}"),
        steps(one, spec),
    ]
}

/// "128 updates, fixed point". That all steps were made is worth a word only where more were to be expected.
fn steps(one: &Retrieval, spec: &Spec) -> String {
    let steps = format!("{} {}", one.steps, spec.network.steps_name(one.steps));
    if one.steps == 1 && one.ending == Ending::MostSteps {
        return steps;
    }
    format!("{steps}, {}", one.ending.words())
}
