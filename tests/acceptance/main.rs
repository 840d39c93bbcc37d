//! Drives the built `shinsa` as a user does: a home of its own, a passphrase
//! in the environment, files in and files out.

mod adjudication;
mod demo;
mod device;
mod exports;
mod flow;
mod import;
mod judges;
mod kills;
mod models;
mod people;
mod project;
mod prompts;
mod queue;
mod remote;
mod rubric;
mod train;
mod writing;
