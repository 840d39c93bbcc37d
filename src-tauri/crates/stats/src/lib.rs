//! Agreement, calibration, intervals, paired tests, corrected estimates. Pure arithmetic.
