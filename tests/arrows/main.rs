//! Holds the arrows between the rooms: who may use whom, as ARCHITECTURE.md says.

mod rooms;
mod sources;
