mod container;
mod image;
mod spelling;

pub use container::{ContainerConfig, HealthConfig};
pub use image::{History, ImageConfig, RootFs};
pub use spelling::ConfigStyle;

/// A time as Go writes it in JSON; none is Go's zero time.
pub(crate) fn time_text(time: Option<vfs::Time>) -> String {
    image::time::text(time)
}
