//! A figure as PDF of one page: its text as text of embedded fonts, or as outlines.
//!
//! The faces are those that come along, which are cut already; glyphs are addressed by their number in the face (Identity-H), and a
//! table says which letter each is, so that words can be found and copied. Equal sheets give equal bytes: no date is written.

use std::collections::BTreeMap;

use pdf_writer::types::{
    CidFontType, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo, UnicodeCmap,
};
use pdf_writer::{Content, Filter, Finish, Name, Pdf as Writer, Rect, Ref, Str, TextStr};
use ttf_parser::OutlineBuilder;

use super::font::{self, Style};
use super::geometry::{Area, Point, RIM};
use super::metrics::{self, Placed};
use super::page::{Page, TextAs};
use super::style::Rgb;
use super::surface::{Mosaic, Surface, Text};

/// Points of a unit of 1/96 inch.
const UNIT: f32 = 0.75;

/// Compression: 6 of 0 to 10.
const LEVEL: u8 = 6;

const SYSTEM: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// Names of the faces, in the order of `Style::ALL`; six letters before a part of a font are the format's.
const NAMES: [&str; 4] = [
    "SLOTLA+DejaVuSans",
    "SLOTLB+DejaVuSans-Bold",
    "SLOTLC+DejaVuSans-Oblique",
    "SLOTLD+DejaVuSans-BoldOblique",
];

/// A figure on its way to the file.
pub(super) struct Pdf {
    page: Page,
    text_as: TextAs,
    content: Content,
    /// Hundredths of opacity that are used.
    opacities: Vec<u8>,
    images: Vec<Mosaic>,
    /// Glyphs of each face that are used, with their letters and advances.
    glyphs: [BTreeMap<u16, (char, f32)>; 4],
}

impl std::fmt::Debug for Pdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pdf").field("page", &self.page).finish()
    }
}

fn numbers((x, y): Point) -> (f32, f32) {
    (x as f32, y as f32)
}

fn shares(Rgb(r, g, b): Rgb) -> [f32; 3] {
    [r, g, b].map(|c| f32::from(c) / 255.0)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(bytes, LEVEL)
}

impl Pdf {
    pub fn new(page: Page, text_as: TextAs) -> Self {
        let mut content = Content::new();
        // As on the other sheets, y goes down; corners of curves are round.
        let height = page.height as f32 * UNIT;
        content
            .transform([UNIT, 0.0, 0.0, -UNIT, 0.0, height])
            .set_line_join(LineJoinStyle::RoundJoin)
            .set_line_cap(LineCapStyle::ButtCap);
        Self {
            page,
            text_as,
            content,
            opacities: Vec::new(),
            images: Vec::new(),
            glyphs: Default::default(),
        }
    }

    fn fill_colour(&mut self, colour: Rgb) {
        let [r, g, b] = shares(colour);
        self.content.set_fill_rgb(r, g, b);
    }

    fn stroke_look(&mut self, colour: Rgb, width: f64) {
        let [r, g, b] = shares(colour);
        self.content.set_stroke_rgb(r, g, b);
        self.content.set_line_width(width as f32);
    }

    fn path(&mut self, points: &[Point]) {
        for (number, &point) in points.iter().enumerate() {
            let (x, y) = numbers(point);
            if number == 0 {
                self.content.move_to(x, y);
            } else {
                self.content.line_to(x, y);
            }
        }
    }

    /// Does something with this opacity.
    fn seen_through(&mut self, opacity: f64, draw: impl FnOnce(&mut Self)) {
        let hundredths = (opacity.clamp(0.0, 1.0) * 100.0).round() as u8;
        if hundredths == 100 {
            draw(self);
            return;
        }
        if !self.opacities.contains(&hundredths) {
            self.opacities.push(hundredths);
        }
        self.content.save_state();
        let name = format!("O{hundredths}");
        self.content.set_parameters(Name(name.as_bytes()));
        draw(self);
        self.content.restore_state();
    }

    /// A circle of four curves.
    fn circle(&mut self, (x, y): Point, r: f64) {
        // The distance of the middle points that comes nearest to a circle.
        let k = 0.552_284_8 * r;
        let at = |dx: f64, dy: f64| numbers((x + dx, y + dy));
        let (x0, y0) = at(r, 0.0);
        self.content.move_to(x0, y0);
        for [a, b, c] in [
            [at(r, k), at(k, r), at(0.0, r)],
            [at(-k, r), at(-r, k), at(-r, 0.0)],
            [at(-r, -k), at(-k, -r), at(0.0, -r)],
            [at(k, -r), at(r, -k), at(r, 0.0)],
        ] {
            self.content.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
        }
        self.content.close_path();
    }

    fn text_as_text(&mut self, text: &Text) {
        let placed = metrics::placed(text);
        self.content.begin_text();
        // Letters of one face and size that follow one another are shown at once.
        let look = |one: &Placed| {
            let style = font::style_of(one.c, one.style);
            (style.place(), one.size.to_bits(), one.drop.to_bits())
        };
        for part in placed.chunk_by(|a, b| look(a) == look(b)) {
            let first = part[0];
            let style = font::style_of(first.c, first.style);
            let mut bytes = Vec::with_capacity(2 * part.len());
            for one in part {
                let glyph = font::glyph(one.c, one.style);
                let advance = 1000.0 * font::advance(one.c, one.style);
                self.glyphs[style.place()].insert(glyph, (one.c, advance as f32));
                bytes.extend(glyph.to_be_bytes());
            }
            let name = format!("F{}", style.place());
            self.content
                .set_font(Name(name.as_bytes()), first.size as f32);
            let (x, y) = text.at;
            // Text goes upwards from its baseline, and the page down.
            self.content.set_text_matrix(if text.upwards {
                let (x, y) = numbers((x + first.drop, y - first.along));
                [0.0, -1.0, -1.0, 0.0, x, y]
            } else {
                let (x, y) = numbers((x + first.along, y + first.drop));
                [1.0, 0.0, 0.0, -1.0, x, y]
            });
            self.content.show(Str(&bytes));
        }
        self.content.end_text();
    }

    fn text_as_paths(&mut self, text: &Text) {
        for one in metrics::placed(text) {
            let mut outline = Outline {
                content: &mut self.content,
                at: text.at,
                upwards: text.upwards,
                placed: one,
                unit: one.size / font::em_of(one.c, one.style),
                last: (0.0, 0.0),
            };
            font::outline(one.c, one.style, &mut outline);
        }
        self.content.fill_nonzero();
    }

    /// The whole file.
    pub fn finish(self, title: &str) -> Vec<u8> {
        let mut last = 0;
        let mut next = || {
            last += 1;
            Ref::new(last)
        };
        let [catalog, pages, page, content, info] = std::array::from_fn(|_| next());
        let faces: Vec<(Style, [Ref; 5])> = Style::ALL
            .into_iter()
            .filter(|style| !self.glyphs[style.place()].is_empty())
            .map(|style| (style, std::array::from_fn(|_| next())))
            .collect();
        let opacities: Vec<(u8, Ref)> = self.opacities.iter().map(|&of| (of, next())).collect();
        let images: Vec<Ref> = self.images.iter().map(|_| next()).collect();
        let mut pdf = Writer::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let mut described = pdf.document_info(info);
        if !title.is_empty() {
            described.title(TextStr(title));
        }
        described.producer(TextStr("slotless"));
        described.finish();
        let (width, height) = numbers((self.page.width, self.page.height));
        let mut one = pdf.page(page);
        one.media_box(Rect::new(0.0, 0.0, width * UNIT, height * UNIT))
            .parent(pages)
            .contents(content);
        let mut resources = one.resources();
        if !faces.is_empty() {
            let mut fonts = resources.fonts();
            for (style, [font, ..]) in &faces {
                fonts.pair(Name(format!("F{}", style.place()).as_bytes()), *font);
            }
        }
        if !opacities.is_empty() {
            let mut states = resources.ext_g_states();
            for (hundredths, state) in &opacities {
                states.pair(Name(format!("O{hundredths}").as_bytes()), *state);
            }
        }
        if !images.is_empty() {
            let mut objects = resources.x_objects();
            for (number, image) in images.iter().enumerate() {
                objects.pair(Name(format!("I{number}").as_bytes()), *image);
            }
        }
        resources.finish();
        one.finish();
        pdf.stream(content, &deflated(&self.content.finish()))
            .filter(Filter::FlateDecode);
        for (hundredths, state) in opacities {
            let opacity = f32::from(hundredths) / 100.0;
            pdf.ext_graphics(state).non_stroking_alpha(opacity);
        }
        for (mosaic, image) in self.images.iter().zip(images) {
            write_image(&mut pdf, mosaic, image);
        }
        for (style, references) in faces {
            write_face(&mut pdf, style, &self.glyphs[style.place()], references);
        }
        pdf.finish()
    }
}

fn write_image(pdf: &mut Writer, mosaic: &Mosaic, image: Ref) {
    let size = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let pixels = deflated(&mosaic.rgb());
    let mut image = pdf.image_xobject(image, &pixels);
    image.filter(Filter::FlateDecode);
    image.width(size(mosaic.columns));
    image.height(size(mosaic.rows));
    image.color_space().device_rgb();
    image.bits_per_component(8);
    image.interpolate(false);
}

fn write_face(
    pdf: &mut Writer,
    style: Style,
    glyphs: &BTreeMap<u16, (char, f32)>,
    [font, cid, descriptor, letters, file]: [Ref; 5],
) {
    let name = Name(NAMES[style.place()].as_bytes());
    pdf.type0_font(font)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(letters);
    let mut described = pdf.cid_font(cid);
    described
        .subtype(CidFontType::Type2)
        .base_font(name)
        .system_info(SYSTEM)
        .font_descriptor(descriptor)
        .default_width(0.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = described.widths();
    for (&glyph, &(_, advance)) in glyphs {
        widths.consecutive(glyph, [advance]);
    }
    widths.finish();
    described.finish();
    let ([left, bottom, right, top], [ascent, descent, capitals], bytes) = font::described(style);
    let mut flags = FontFlags::SYMBOLIC;
    if style.slanted {
        flags |= FontFlags::ITALIC;
    }
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(flags)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(if style.slanted { -11.0 } else { 0.0 })
        .ascent(ascent)
        .descent(descent)
        .cap_height(capitals)
        .stem_v(if style.bold { 140.0 } else { 80.0 })
        .font_file2(file);
    let mut map = UnicodeCmap::<u16>::new(Name(b"Letters"), SYSTEM);
    for (&glyph, &(c, _)) in glyphs {
        map.pair(glyph, c);
    }
    pdf.stream(letters, &deflated(&map.finish()))
        .filter(Filter::FlateDecode);
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    pdf.stream(file, &deflated(bytes))
        .filter(Filter::FlateDecode)
        .pair(Name(b"Length1"), length);
}

impl Surface for Pdf {
    fn text(&mut self, text: &Text) {
        self.fill_colour(text.colour);
        match self.text_as {
            TextAs::Text => self.text_as_text(text),
            TextAs::Paths => self.text_as_paths(text),
        }
    }

    fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64) {
        self.polyline(&[from, to], colour, width, None);
    }

    fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, dash: Option<(f64, f64)>) {
        self.stroke_look(colour, width);
        let dashes = dash.map(|(on, off)| [on as f32, off as f32]);
        let dashes = dashes.iter().flatten().copied();
        self.content.set_dash_pattern(dashes, 0.0);
        self.path(points);
        self.content.stroke();
        if dash.is_some() {
            self.content.set_dash_pattern([], 0.0);
        }
    }

    fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        self.seen_through(opacity, |pdf| {
            pdf.fill_colour(fill);
            pdf.path(points);
            pdf.content.close_path();
            pdf.content.fill_nonzero();
        });
    }

    fn fill(&mut self, area: Area, fill: Rgb) {
        self.fill_colour(fill);
        let [x, y, w, h] = sides(area);
        self.content.rect(x, y, w, h);
        self.content.fill_nonzero();
    }

    fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        self.stroke_look(colour, width);
        let [x, y, w, h] = sides(area);
        self.content.rect(x, y, w, h);
        self.content.stroke();
    }

    fn disc(&mut self, centre: Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        self.seen_through(opacity, |pdf| {
            pdf.fill_colour(fill);
            pdf.circle(centre, r);
            pdf.content.fill_nonzero();
        });
        if let Some(rim) = rim {
            self.stroke_look(rim, RIM);
            self.circle(centre, r);
            self.content.stroke();
        }
    }

    fn clip(&mut self, area: Area) {
        let [x, y, w, h] = sides(area);
        self.content.save_state();
        self.content.rect(x, y, w, h);
        self.content.clip_nonzero();
        self.content.end_path();
    }

    fn unclip(&mut self) {
        self.content.restore_state();
    }

    /// Each cell reaches under the next ones: viewers smooth edges, and would leave light seams.
    fn mosaic(&mut self, mosaic: &Mosaic) {
        const UNDER: f64 = 0.3;
        if mosaic.is_fine() {
            let [x, y, w, h] = sides(mosaic.area);
            let name = format!("I{}", self.images.len());
            self.images.push(mosaic.clone());
            self.content.save_state();
            // An image is a unit square that goes up from its corner.
            self.content.transform([w, 0.0, 0.0, -h, x, y + h]);
            self.content.x_object(Name(name.as_bytes()));
            self.content.restore_state();
            return;
        }
        for (area, fill) in mosaic.tiles(UNDER) {
            self.fill(area, fill);
        }
    }
}

fn sides(area: Area) -> [f32; 4] {
    [area.x, area.y, area.w, area.h].map(|side| side as f32)
}

/// The outline of a letter, in its place on the page.
struct Outline<'a> {
    content: &'a mut Content,
    at: Point,
    upwards: bool,
    placed: Placed,
    /// Units of the sheet for one of the font.
    unit: f64,
    last: (f32, f32),
}

impl Outline<'_> {
    fn place(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let right = self.placed.along + self.unit * f64::from(x);
        let down = self.placed.drop - self.unit * f64::from(y);
        numbers(if self.upwards {
            (self.at.0 + down, self.at.1 - right)
        } else {
            (self.at.0 + right, self.at.1 + down)
        })
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        let (x, y) = self.place(self.last);
        self.content.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        let (x, y) = self.place(self.last);
        self.content.line_to(x, y);
    }

    /// The format has curves of the third degree only.
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (x0, y0) = self.last;
        let between = |a: f32, b: f32| a + (b - a) * 2.0 / 3.0;
        let first = (between(x0, x1), between(y0, y1));
        let second = (between(x, x1), between(y, y1));
        self.curve_to(first.0, first.1, second.0, second.1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, c) = (
            self.place((x1, y1)),
            self.place((x2, y2)),
            self.place((x, y)),
        );
        self.content.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
        self.last = (x, y);
    }

    fn close(&mut self) {
        self.content.close_path();
    }
}
