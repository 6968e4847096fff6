//! Whether a sample is like what was seen, without labels.

use super::{Outcome, Recogniser, Recognition, Verdict};

/// A recogniser that is told no labels: it learns what is usual, and says what is not.
///
/// All that it learns is one class, of label 0, so the score is the distance to what is nearest, and the threshold that below
/// which 19 of 20 samples were when they were learned.
///
/// ```
/// use slotless_core::recogniser::{Grow, GrowParams, Novelty, Verdict};
///
/// const PARAMS: GrowParams = match GrowParams::new(3, 16) {
///     Ok(params) => params,
///     Err(_) => panic!("sizes out of range"),
/// };
/// let mut usual = Novelty::new(Grow::new(PARAMS, [0; PARAMS.words()])?);
/// for time in 0..200u8 {
///     usual.learn(&[100 + time % 30, 40, 200 - time % 30])?;
/// }
/// assert_eq!(usual.verdict(&[110, 45, 190])?, Verdict::Known);
/// assert_eq!(usual.verdict(&[110, 200, 190])?, Verdict::Unknown);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Novelty<R> {
    recogniser: R,
}

impl<R: Recogniser> Novelty<R> {
    /// Around a recogniser, empty or of one class.
    pub fn new(recogniser: R) -> Self {
        Self { recogniser }
    }

    /// The recogniser.
    pub fn recogniser(&self) -> &R {
        &self.recogniser
    }

    /// Gives it back.
    pub fn into_recogniser(self) -> R {
        self.recogniser
    }

    /// Learns a sample as usual.
    ///
    /// # Errors
    /// Those of [`Recogniser::learn`].
    pub fn learn(&mut self, sample: &[u8]) -> Result<Outcome, R::Error> {
        self.recogniser.learn(sample, 0)
    }

    /// How near the nearest of what was seen is; nothing where nothing was.
    ///
    /// # Errors
    /// Those of [`Recogniser::recognise`].
    pub fn look(&self, sample: &[u8]) -> Result<Option<Recognition>, R::Error> {
        self.recogniser.recognise(sample)
    }

    /// Whether the sample is like what was seen.
    ///
    /// # Errors
    /// Those of [`Recogniser::recognise`].
    pub fn verdict(&self, sample: &[u8]) -> Result<Verdict, R::Error> {
        let found = self.look(sample)?;
        Ok(found.map_or(Verdict::Uncalibrated, Recognition::verdict))
    }
}
