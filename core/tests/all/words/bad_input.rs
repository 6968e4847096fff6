use slotless_core::words::{Found, Length, Lists, Sizes, Units, WordsError};

#[test]
fn sizes_out_of_range_are_refused() {
    for bits in [0, 7, 33, u32::MAX] {
        let error = WordsError::Bits { bits };
        assert_eq!(Units::new(bits), Err(error));
        assert_eq!(Sizes::new(bits, 1, 1), Err(error));
        assert_eq!(
            error.to_string(),
            format!("bits of a unit are {bits}, allowed 8..=32")
        );
    }
    for items in [0, (1 << 24) + 1] {
        let error = Sizes::new(8, items, 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("room for {items} items, allowed 1..=16777216")
        );
    }
    for entries in [0, (1 << 28) + 1] {
        let error = Sizes::new(8, 1, entries).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("room for {entries} units of items, allowed 1..=268435456")
        );
    }
    let error = Length::new(257).unwrap_err();
    assert_eq!(
        error.to_string(),
        "share of the length is 257/256, allowed 0..=256"
    );
    assert_eq!(Length::new(256).unwrap().share(), 256);
    assert_eq!(Sizes::new(16, 10, 121).unwrap().words(), 2 + 10 + 61);
    assert_eq!(Sizes::new(17, 10, 121).unwrap().words(), 2 + 10 + 121);
}

#[test]
fn calls_that_cannot_be_leave_everything_as_it_was() {
    let sizes = Sizes::new(8, 4, 10).unwrap();
    let error = Lists::new(sizes, [0; 10]).unwrap_err();
    assert_eq!(error.to_string(), "buffer of 10 words, expected 11");
    let mut lists = Lists::new(sizes, [0; 11]).unwrap();
    lists.add(&[3, 255]).unwrap();
    let before = lists.clone();
    for (units, unit, place) in [
        (&[3, 3][..], 3, 1),
        (&[4, 3], 3, 1),
        (&[3, 256], 256, 1),
        (&[u32::MAX], u32::MAX, 0),
    ] {
        let error = WordsError::Units { unit, place };
        assert_eq!(lists.add(units), Err(error));
        let mut found = [Found::NONE];
        assert_eq!(
            lists.best(units, Length::NONE, &mut [0; 4], &mut found),
            Err(error)
        );
        assert_eq!(
            error.to_string(),
            format!("unit {unit} at place {place}, allowed ascending ones below 2^bits")
        );
    }
    assert_eq!(lists.buffer(), before.buffer());
    let error = lists
        .best(&[1, 2], Length::NONE, &mut [0], &mut [])
        .unwrap_err();
    assert_eq!(error.to_string(), "scratch of 1 words, needed 2");
    let wide = Sizes::new(32, 1, 1).unwrap();
    let wide = Lists::new(wide, [0; 4]).unwrap();
    let many: Vec<u32> = (0..513).collect();
    let error = wide
        .best(&many, Length::NONE, &mut [0; 513], &mut [])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "question of 513 units, allowed up to 512"
    );
    assert_eq!(
        wide.best(&many[..512], Length::NONE, &mut [0; 512], &mut []),
        Ok(&[][..])
    );
    let error = Units::new(20)
        .unwrap()
        .distinct("one two three", &mut [0; 2])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "room for 2 units, expected one for each different unit"
    );
}

#[test]
fn a_damaged_buffer_is_refused_and_says_where() {
    let sizes = Sizes::new(9, 3, 8).unwrap();
    let mut lists = Lists::new(sizes, [0; 9]).unwrap();
    lists.add(&[1, 2, 3]).unwrap();
    lists.add(&[4, 5]).unwrap();
    let sound = *lists.buffer().first_chunk::<9>().unwrap();
    assert!(Lists::open(sizes, sound).is_ok());
    // Too many items, entries that end elsewhere, an end before its start, units that do not ascend or are none.
    for (word, value, named) in [
        (0, 4, 0),
        (1, 9, 1),
        (1, 4, 3),
        (1, 6, 3),
        (2, 6, 2),
        (3, 2, 3),
        (5, 0, 5),
        (5, 1 << 16 | 600, 5),
        (0, 0, 1),
    ] {
        let mut words = sound;
        words[word] = value;
        let error = Lists::open(sizes, words).unwrap_err();
        assert_eq!(error, WordsError::Damaged { word: named }, "{word} {value}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("word {named} of the buffer"))
        );
    }
}
