//! The invented country of the demo.
