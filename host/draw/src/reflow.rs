//! The panels of a figure for a width: rows that do not fit are broken into several.

use super::error::DrawError;
use super::grid::{Cells, Grid, Placed};
use super::panel::Panel;

/// Rows of panels that have one grid.
pub(super) struct Block {
    pub cells: Cells,
    pub grid: Grid,
}

/// Below this width of its data area, a panel's ticks and labels have no room.
fn least_width(panel: &Panel) -> f64 {
    match panel {
        Panel::Curve(_) | Panel::Mark(_) => 90.0,
        Panel::Heat(_) => 44.0,
        // What is in them takes the room that there is.
        Panel::Tree(_) | Panel::Strip(_) => 0.0,
    }
}

/// More panels than these, one below the other, would be higher than a page; they may be narrower by this factor.
const MANY: usize = 4;
const TIGHT: f64 = 0.75;

/// Narrower figures with one column of panels have low ones.
const NARROW: f64 = 450.0;

type Row = Vec<Option<Placed>>;

/// A row's panels without the cells that they cover besides their first; and how many there is room for.
fn slots(cells: &Cells, row: usize) -> (Row, usize) {
    let columns = cells.columns;
    let (mut slots, mut spans) = (Vec::new(), Vec::new());
    let mut column = 0;
    while column < columns {
        let placed = cells.at(row * columns + column).cloned();
        let span = placed.as_ref().map_or(1, |placed| placed.span);
        if placed.is_some() {
            spans.push(span);
        }
        slots.push(placed);
        column += span;
    }
    match spans.first() {
        Some(&first) if spans.iter().all(|&span| span == first) => {
            // Empty cells are as wide as the panels.
            let mut kept: Row = Vec::new();
            let mut empty = 0;
            for slot in slots {
                if slot.is_none() {
                    empty += 1;
                    if empty < first {
                        continue;
                    }
                }
                empty = 0;
                kept.push(slot);
            }
            (kept, columns / first)
        }
        _ => {
            let count = slots.len();
            (slots, count)
        }
    }
}

fn is_heat(row: &Row) -> bool {
    let mut panels = row.iter().flatten();
    panels.all(|placed| matches!(placed.panel, Panel::Heat(_)))
}

/// The panels in fewer columns: in their order, a row of before begun anew.
fn broken(rows: &[Row], columns: usize) -> Vec<Row> {
    let mut broken = Vec::new();
    for row in rows {
        let panels: Vec<Placed> = row.iter().flatten().cloned().collect();
        let names = panels.first().map(|first| first.panel.clone());
        for part in panels.chunks(columns) {
            let mut part = part.to_vec();
            // What the first panel of a row says of its rows holds for the first of each part.
            if let (Some(Panel::Heat(of)), Some(Placed { panel, .. })) = (&names, part.first_mut())
                && let Panel::Heat(own) = panel
            {
                own.take_names(of);
            }
            broken.push(part.into_iter().map(Some).collect());
        }
    }
    // Rows of single panels each, or of pairs that stay pairs, are filled up: nothing is gained by gaps.
    let short = |row: &Row| row.len() < columns;
    let follows = rows.iter().flatten().flatten().any(|one| one.follows);
    if broken.iter().filter(|row| short(row)).count() > 1 && !follows {
        let all: Vec<Option<Placed>> = broken.into_iter().flatten().collect();
        return all.chunks(columns).map(<[_]>::to_vec).collect();
    }
    broken
}

/// Lays the panels out within `room`, in as many columns as they are readable in.
///
/// # Errors
/// [`DrawError::Width`] if a single column does not fit.
pub(super) fn blocks(
    cells: &Cells,
    room: f64,
    width: f64,
    edge: f64,
) -> Result<Vec<Block>, DrawError> {
    let mut groups: Vec<(Vec<Row>, usize)> = Vec::new();
    for row in 0..cells.rows {
        let (slots, count) = slots(cells, row);
        if slots.iter().all(Option::is_none) {
            continue;
        }
        match groups.last_mut() {
            Some((rows, before)) if *before == count && is_heat(&rows[0]) == is_heat(&slots) => {
                rows.push(slots);
            }
            _ => groups.push((vec![slots], count)),
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut first_letter = 0;
    for (rows, most) in groups {
        let panels = rows.iter().flatten().flatten();
        let many = panels.clone().count() > MANY;
        let least = panels.map(|placed| least_width(&placed.panel));
        let least = least.fold(0.0, f64::max) * if many { TIGHT } else { 1.0 };
        let mut columns = most;
        let block = loop {
            let rows = if columns == most {
                rows.clone()
            } else {
                broken(&rows, columns)
            };
            let flat = columns == 1 && width < NARROW;
            let cells = cells.part(rows, columns, first_letter, flat);
            match Grid::lay_out(&cells, room, width, edge) {
                Ok(grid) if grid.plot >= least || columns == 1 => break Block { cells, grid },
                Err(error) if columns == 1 => return Err(error),
                _ => columns -= 1,
            }
        };
        first_letter += block.cells.lettered_panels();
        blocks.push(block);
    }
    Ok(blocks)
}
