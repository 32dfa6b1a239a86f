//! The official forms as workbooks.
