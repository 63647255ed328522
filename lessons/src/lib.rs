//! Lessons: their format, checks on state, and grading.
