//! The workbooks: what we write, read back cell by cell with another library than the one that wrote it,
//! and what we read, held against what made it.

mod amounts;
mod corpus;
mod form1;
mod form2;
mod fuzz;
mod hostile;
mod making;
mod national;
mod office;
mod process;
mod questions;
mod readers;
mod reading;
mod support;
