mod container;
mod image;
mod spelling;

pub use container::{ContainerConfig, HealthConfig};
pub use image::{History, ImageConfig, RootFs};
pub use spelling::ConfigStyle;
