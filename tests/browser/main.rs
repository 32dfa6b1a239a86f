//! The portal in a real browser: headless Chromium through chromedriver. `bash tests/run` installs both.

mod driver;
mod files;
mod harness;
mod portal;
mod status;
