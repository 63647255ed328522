//! The browser front end: one [`Session`] over the simulator, and its border to JavaScript.
//!
//! A session is a simulated machine with a project folder, a shell and a Docker. Lines typed into the shell and files
//! written from an editor are all that goes in; output, events and views of the state come out. The same input gives the
//! same bytes as the native program.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod archive;
pub mod border;
mod lesson_view;
mod lint;
mod next_edits;
mod reply;
mod session;
mod state;
mod tree;

pub use lesson_view::{LessonView, lesson_prose, lesson_views, lesson_views_in};
pub use lint::{Mark, lint};
pub use reply::{Chunk, Reply};
pub use session::{Session, SessionError, replay};
pub use simulator::machine::PROJECT;
pub use state::{ContainerView, FileView, HistoryView, ImageView, State};
pub use tree::TreeEntry;
