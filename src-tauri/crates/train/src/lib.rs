//! Training runs: data, packing, planner, optimiser, schedules, checkpoints.
