//! The project on disk: SQLite through SQLCipher, numbered migrations, one owner.
