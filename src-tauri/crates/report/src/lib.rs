//! Figures to one self-contained page, and the same as JSON.
