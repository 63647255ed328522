//! The browser front end of Glasshull.
