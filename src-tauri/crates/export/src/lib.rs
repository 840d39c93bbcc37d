//! Datasets out, streamed: SFT, long CSV, dataset card.
