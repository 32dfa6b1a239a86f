//! The workbooks, read back cell by cell with another library than the one that wrote them.

mod corpus;
mod form1;
mod form2;
mod national;
mod office;
mod support;
