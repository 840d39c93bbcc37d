//! The only door to std::fs: atomic write and fsync, safe names, free space.
