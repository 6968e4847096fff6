//! The store, on a flash in RAM whose power fails.

mod asynchronous;
mod cuts;
mod damage;
mod flash;
mod refusals;
mod saves;
