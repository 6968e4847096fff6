//! Values in the form of JSON, as programs give them: read, with what is wrong kept as data, so that it can be said in terms of
//! what was given.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

/// Characters of a value that a message shows.
const SHOWN: usize = 60;

/// Why a value is not taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Why {
    /// It is of another kind, or out of range; this is expected.
    Expected(String),
    /// It is none of these names.
    Names(&'static [&'static str]),
    /// It has a key that there is not; these there are.
    Unknown(String, &'static [&'static str]),
    /// It lacks a key.
    Lacks(&'static str),
    /// As whoever reads it says.
    Said(String),
}

/// A value that is not taken, and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wrong {
    /// Keys and places in lists that lead to it: `network[0].n_i`.
    at: String,
    /// As it is shown.
    value: Option<String>,
    pub(crate) why: Why,
}

impl Wrong {
    fn new(why: Why) -> Self {
        Self {
            at: String::new(),
            value: None,
            why,
        }
    }

    /// The same, of a value that was looked at.
    fn of(mut self, value: &Value) -> Self {
        if self.at.is_empty() {
            self.value.get_or_insert_with(|| shown(value));
        }
        self
    }

    /// Whether it lies at this key, or in what that holds.
    pub(crate) fn is_at(&self, key: &str) -> bool {
        let rest = self.at.strip_prefix(key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// The same with another name for the first key that leads to it, if that is this one.
    pub(crate) fn renamed(mut self, key: &str, name: &str) -> Self {
        if self.is_at(key) {
            self.at = format!("{name}{}", &self.at[key.len()..]);
        }
        self
    }

    /// The same, a key or place deeper.
    pub(crate) fn within(mut self, part: &str) -> Self {
        let dot = match self.at.chars().next() {
            None | Some('[') => "",
            _ => ".",
        };
        self.at = format!("{part}{dot}{}", self.at);
        self
    }
}

/// What was expected, without serde's names of types.
fn allowed(expected: &str) -> String {
    let whole = |most: u64| format!("a whole number, 0 to {most}");
    match expected {
        "u8" => whole(u8::MAX.into()),
        "u16" => whole(u16::MAX.into()),
        "u32" => whole(u32::MAX.into()),
        "u64" | "usize" => whole(u64::MAX),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "a borrowed string" | "path string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "variant identifier" => "a name".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") || other.contains("enum ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// A value as a message shows it.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start += "...";
    }
    start
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = match self.at.is_empty() {
            true => "the value",
            false => &self.at,
        };
        let value = self.value.as_deref().unwrap_or_default();
        match &self.why {
            Why::Expected(expected) => write!(f, "{at} is {value}, allowed {}", allowed(expected)),
            Why::Names(names) => write!(f, "{at} is {value}, allowed one of {}", names.join(", ")),
            Why::Unknown(key, []) => {
                write!(f, "{at} has {key:?}, allowed no key")
            }
            Why::Unknown(key, keys) => {
                write!(f, "{at} has {key:?}, allowed {}", keys.join(", "))
            }
            Why::Lacks(key) => write!(f, "{at} lacks {key}"),
            Why::Said(text) => write!(f, "{at}: {text}"),
        }
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::new(Why::Said(text.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(Why::Expected(expected.to_string()))
    }

    fn unknown_variant(_: &str, names: &'static [&'static str]) -> Self {
        Self::new(Why::Names(names))
    }

    fn unknown_field(key: &str, keys: &'static [&'static str]) -> Self {
        Self::new(Why::Unknown(key.to_owned(), keys))
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Why::Lacks(key))
    }
}

/// Reads a value.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, Wrong> {
    let shown = value.clone();
    T::deserialize(Reader(value)).map_err(|wrong| wrong.of(&shown))
}

/// A value on its way.
struct Reader(Value);

impl<'de> IntoDeserializer<'de, Wrong> for Reader {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let value = self.0.clone();
        let read = match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::String(text) => visitor.visit_string(text),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, Some(number)) => visitor.visit_f64(number),
                _ => Err(de::Error::custom("no number")),
            },
            Value::Array(list) => visitor.visit_seq(List(list.into_iter().enumerate())),
            Value::Object(table) => visitor.visit_map(Table {
                entries: table.into_iter(),
                next: None,
            }),
        };
        read.map_err(|wrong| wrong.of(&value))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Self(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let value = self.0;
        let read = match value.as_str() {
            Some(name) => {
                let name: StringDeserializer<Wrong> = name.to_owned().into_deserializer();
                visitor.visit_enum(name)
            }
            None => Err(de::Error::custom("allowed a name")),
        };
        read.map_err(|wrong| wrong.of(&value))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct List(std::iter::Enumerate<std::vec::IntoIter<Value>>);

impl<'de> SeqAccess<'de> for List {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        let Some((place, value)) = self.0.next() else {
            return Ok(None);
        };
        let read = seed.deserialize(Reader(value.clone())).map(Some);
        read.map_err(|wrong| wrong.of(&value).within(&format!("[{place}]")))
    }
}

struct Table {
    entries: serde_json::map::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Table {
    type Error = Wrong;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        self.next = self.entries.next();
        let Some((key, _)) = &self.next else {
            return Ok(None);
        };
        let key: StringDeserializer<Wrong> = key.clone().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        let (key, value) = self.next.take().unwrap_or_default();
        let read = seed.deserialize(Reader(value.clone()));
        read.map_err(|wrong| wrong.of(&value).within(&key))
    }
}

/// Reads a table whose values are kept by whoever finds out first what kind of table it is (`tag`): the error of one key says which.
pub(crate) fn read_tagged<T: for<'de> Deserialize<'de>>(
    table: &Map<String, Value>,
    tag: &str,
) -> Result<T, Wrong> {
    let all = match read(Value::Object(table.clone())) {
        Ok(all) => return Ok(all),
        Err(wrong) => wrong,
    };
    let kind = table.get_key_value(tag);
    for (key, value) in table.iter().filter(|(key, _)| *key != tag) {
        let both = kind.into_iter().chain([(key, value)]);
        let alone: Map<String, Value> = both
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let Err(mut wrong) = read::<T>(Value::Object(alone)) else {
            continue;
        };
        if matches!(wrong.why, Why::Expected(_) | Why::Names(_) | Why::Said(_)) {
            let own = read::<T>(kind.map_or(Value::Null, |(tag, kind)| {
                Value::Object(Map::from_iter([(tag.clone(), kind.clone())]))
            }));
            // It is the kind that is wrong, or all of it.
            if own.is_err_and(|own| own.why == wrong.why) {
                continue;
            }
            wrong.value = Some(shown(value));
            return Err(wrong.within(key));
        }
    }
    if let (Why::Names(_) | Why::Expected(_), Some((tag, kind))) = (&all.why, kind) {
        let wrong = Wrong::new(all.why);
        return Err(wrong.of(kind).within(tag));
    }
    Err(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        size: u32,
        #[serde(default)]
        share: Option<f64>,
        #[serde(default)]
        on: bool,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
    enum Kind {
        Plain,
        Long { length: u32, name: Option<String> },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
        Two,
    }

    /// A name that is read as a text first, as choices are.
    #[derive(Debug)]
    struct Late;

    impl<'de> Deserialize<'de> for Late {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let name = String::deserialize(from)?;
            match name.as_str() {
                "late" => Ok(Self),
                _ => Err(de::Error::unknown_variant(&name, &["late"])),
            }
        }
    }

    fn wrong<T: for<'de> Deserialize<'de> + fmt::Debug>(value: Value) -> String {
        read::<T>(value).unwrap_err().to_string()
    }

    #[test]
    fn what_serde_reads_is_read() {
        let inner = json!({ "size": 3, "share": 1, "on": true });
        let all = json!([inner, { "size": 0, "share": null }]);
        let expected: Vec<Inner> = serde_json::from_value(all.clone()).unwrap();
        assert_eq!(read::<Vec<Inner>>(all).unwrap(), expected);
        let kind = json!({ "kind": "long", "length": 2, "name": "a" });
        let expected: Kind = serde_json::from_value(kind.clone()).unwrap();
        assert_eq!(read::<Kind>(kind).unwrap(), expected);
        assert_eq!(read::<Word>(json!("two")).unwrap(), Word::Two);
        assert_eq!(read::<Option<i64>>(json!(-4)).unwrap(), Some(-4));
    }

    #[test]
    fn what_is_wrong_has_its_place_and_no_word_of_serde() {
        let least = "a whole number, 0 to 4294967295";
        assert_eq!(
            wrong::<Inner>(json!({ "size": -1 })),
            format!("size is -1, allowed {least}")
        );
        assert_eq!(
            wrong::<Vec<Inner>>(json!([{ "size": 1 }, { "size": 2, "share": [1] }])),
            "[1].share is [1], allowed a number"
        );
        assert_eq!(
            wrong::<Inner>(json!({ "size": 1, "on": 1 })),
            "on is 1, allowed true or false"
        );
        assert_eq!(
            wrong::<Inner>(json!({ "on": true })),
            "the value lacks size"
        );
        assert_eq!(
            wrong::<Inner>(json!({ "side": 1 })),
            "the value has \"side\", allowed size, share, on"
        );
        assert_eq!(
            wrong::<Vec<Word>>(json!(["one", "three"])),
            "[1] is \"three\", allowed one of one, two"
        );
        assert_eq!(
            wrong::<Vec<Late>>(json!(["late", "soon"])),
            "[1] is \"soon\", allowed one of late"
        );
        assert_eq!(
            wrong::<Late>(json!("soon")),
            "the value is \"soon\", allowed one of late"
        );
        let long = wrong::<u32>(json!("x".repeat(200)));
        assert!(long.len() < 120 && long.contains("..., allowed"), "{long}");
    }

    #[test]
    fn a_tagged_table_says_which_key() {
        let wrong = |value: Value| {
            let Value::Object(table) = value else {
                unreachable!()
            };
            read_tagged::<Kind>(&table, "kind").unwrap_err()
        };
        let said = |value| wrong(value).to_string();
        assert!(
            said(json!({ "kind": "long", "length": 2.5 }))
                .starts_with("length is 2.5, allowed a whole"),
        );
        assert_eq!(
            said(json!({ "kind": "long", "length": 2, "name": 7 })),
            "name is 7, allowed a text"
        );
        assert_eq!(
            said(json!({ "kind": "short", "length": 2 })),
            "kind is \"short\", allowed one of plain, long"
        );
        assert_eq!(wrong(json!({ "kind": "long" })).why, Why::Lacks("length"));
        let unknown = wrong(json!({ "kind": "long", "length": 1, "size": 2 })).why;
        assert_eq!(
            unknown,
            Why::Unknown("size".to_owned(), &["length", "name"])
        );
    }
}
