//! The desktop shell: a window onto `studio`.
