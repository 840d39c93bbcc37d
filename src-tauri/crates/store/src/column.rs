//! Reading columns: ids, words and JSON documents, with errors that name the column.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::StoreError;

/// The 16 bytes of an id.
pub(crate) fn uuid(row: &Row<'_>, column: &str) -> rusqlite::Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

/// The 16 bytes of an id that may be missing.
pub(crate) fn uuid_opt(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

/// A word of [`crate::words`].
pub(crate) fn word<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| damaged(column, &format!("unknown word {text:?}")))
}

/// A JSON document.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|e| damaged(column, &e.to_string()))
}

/// A JSON document that may be missing.
pub(crate) fn json_opt<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(None),
        Some(text) => {
            serde_json::from_str(text).map(Some).map_err(|e| damaged(column, &e.to_string()))
        }
    }
}

/// Writes a document as JSON for a column.
pub(crate) fn to_json<T: Serialize + ?Sized>(
    place: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|e| StoreError::DamagedValue { place: place.to_owned(), detail: e.to_string() })
}

/// An error that names the column.
pub(crate) fn damaged(column: &str, detail: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        0,
        Type::Text,
        format!("column {column}: {detail}").into(),
    )
}

/// The beginning of a text on one line, for lists: at most 80 characters.
pub(crate) fn excerpt(text: &str) -> String {
    const CHARS: usize = 80;
    let mut line = String::new();
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            line.push(' ');
        }
        line.push_str(word);
        // Bytes are at least characters: stop early on long texts.
        if line.len() > CHARS * 4 {
            break;
        }
    }
    match line.char_indices().nth(CHARS) {
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" 夜間に\r\n転倒した。 "), "夜間に 転倒した。");
        let long = excerpt(&"審".repeat(500));
        assert_eq!(long.chars().count(), 81);
        assert!(long.ends_with('…'));
        assert_eq!(excerpt(""), "");
    }
}
