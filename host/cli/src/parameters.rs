//! The library's parameters as flags.

use clap::builder::{PossibleValue, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use slotless::run::parameter::{Kind, Parameter, Sweeps, Swept};

/// A flag per parameter, each with one value or several with commas between.
#[derive(Clone, Debug)]
pub(super) struct ParameterFlags<S>(pub(super) S);

/// What the help says of a parameter: what it is, which values it takes, and what it is unless told otherwise.
pub(super) fn help_with(parameter: &Parameter, note: &str, default: &str) -> String {
    let mut help = parameter.help.to_owned();
    let range = parameter.range.to_string();
    if !range.is_empty() {
        help += &format!(", {range}");
    }
    help += note;
    if !default.is_empty() {
        help += &format!(" [default: {default}]");
    }
    help
}

/// What reads the value of a parameter, and refuses what is none.
fn parser(kind: Kind) -> ValueParser {
    /// The text as it was given, once it has been read.
    fn read<T: Swept>(text: &str) -> Result<String, String> {
        T::read(text).map(|_| text.to_owned())
    }
    match kind {
        Kind::Whole => ValueParser::new(read::<u32>),
        Kind::Real => ValueParser::new(read::<f64>),
        Kind::Name(names) => {
            let values = names().into_iter();
            let values = values.map(|(name, help)| PossibleValue::new(name).help(help));
            PossibleValuesParser::new(values).into()
        }
        Kind::Text { read, .. } => {
            ValueParser::new(move |text: &str| read(text).map(|()| text.to_owned()))
        }
    }
}

/// A number of single precision; one that is too small for it, or too large, is not 0 or infinite.
pub(super) fn single(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let has = |wanted: fn(char) -> bool| mantissa.contains(wanted);
    let is_lost = match value {
        0.0 => has(|digit| matches!(digit, '1'..='9')),
        value => value.is_infinite() && has(|digit| digit.is_ascii_digit()),
    };
    if is_lost {
        let (least, most) = (f32::from_bits(1), f32::MAX);
        return Err(format!(
            "allowed {least:e} to {most:e}, in single precision, and 0"
        ));
    }
    Ok(value)
}

/// As [`single`], of what cannot be 0.
pub(super) fn positive_single(text: &str) -> Result<f32, String> {
    single(text).map_err(|why| why.replace(", and 0", ""))
}

fn arg(parameter: &'static Parameter) -> Arg {
    let value_name = match parameter.kind {
        Kind::Whole => "N",
        Kind::Real => "X",
        Kind::Name(_) => "NAME",
        Kind::Text { .. } => "TEXT",
    };
    let mut arg = Arg::new(parameter.name)
        .long(parameter.name.replace('_', "-"))
        .help(help_with(parameter, "", parameter.default))
        .help_heading(parameter.heading)
        .value_name(value_name)
        .value_parser(parser(parameter.kind))
        .value_delimiter(',')
        .action(ArgAction::Append);
    if let Kind::Real = parameter.kind {
        arg = arg.allow_hyphen_values(true);
    }
    if let Some(short) = parameter.short {
        arg = arg.short(short);
    }
    arg
}

impl<S: Sweeps> Args for ParameterFlags<S> {
    fn augment_args(command: Command) -> Command {
        command.args(S::PARAMETERS.iter().map(arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Sweeps> FromArgMatches for ParameterFlags<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut sweep = S::default();
        for parameter in S::PARAMETERS {
            let values = matches.get_many::<String>(parameter.name);
            for value in values.into_iter().flatten() {
                sweep.add(parameter.name, value).map_err(|why| {
                    let kind = clap::error::ErrorKind::ValueValidation;
                    clap::Error::raw(kind, format!("--{} {value}: {why}", parameter.name))
                })?;
            }
        }
        Ok(Self(sweep))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
