//! Whether a question has an answer, by what was learned from other haystacks.

use slotless_recall::{AnswerModel, Calibration, Signs};

use super::{Answer, Loaded};

/// Says of every answer of the memory of sentences how likely it is one, by a [`Calibration`] made of the questions of all other haystacks.
/// `answers` has those of each haystack, for each question one a method. Nothing is said where these questions are too few, and so of a
/// single haystack. Cost: a calibration for each haystack and method.
pub fn judge(loaded: &Loaded, answers: &mut [Vec<Vec<Answer>>]) {
    let is_answerable: Vec<Vec<bool>> = loaded
        .haystacks
        .iter()
        .map(|one| {
            one.questions
                .iter()
                .map(super::Question::is_answerable)
                .collect()
        })
        .collect();
    let methods = answers.iter().flatten().map(Vec::len).max().unwrap_or(0);
    for method in 0..methods {
        let mut judged: Vec<Vec<Option<f64>>> = Vec::with_capacity(answers.len());
        for place in 0..answers.len() {
            let others = answers.iter().zip(&is_answerable).enumerate();
            let others = others
                .filter(|(at, _)| *at != place)
                .flat_map(|(_, both)| both.0.iter().zip(both.1));
            let learned: Vec<(Signs, bool)> = others
                .filter_map(|(one, &is_answer)| Some((one.get(method)?.signs.clone()?, is_answer)))
                .collect();
            let model = model(&learned);
            let of = |one: &Vec<Answer>| {
                let signs = one.get(method)?.signs.as_ref()?;
                Some(model.as_ref()?.known(signs))
            };
            judged.push(answers[place].iter().map(of).collect());
        }
        for (of, judged) in answers.iter_mut().zip(judged) {
            for (one, judged) in of.iter_mut().zip(judged) {
                if let Some(answer) = one.get_mut(method) {
                    answer.judged = judged;
                }
            }
        }
    }
}

/// One model; none of too few questions.
fn model(learned: &[(Signs, bool)]) -> Option<AnswerModel> {
    AnswerModel::fit(learned, Calibration::REFUSE).ok()
}
