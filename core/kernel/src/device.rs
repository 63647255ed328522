use vfs::Errno;

use crate::machine::Machine;

/// A character device without state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Null,
    Zero,
    Full,
    Random,
}

impl Device {
    /// The driver of the memory devices' numbers.
    pub(crate) fn from_numbers(numbers: vfs::Device) -> Option<Device> {
        match (numbers.major, numbers.minor) {
            (1, 3) => Some(Device::Null),
            (1, 5) => Some(Device::Zero),
            (1, 7) => Some(Device::Full),
            (1, 8 | 9) => Some(Device::Random),
            _ => None,
        }
    }

    pub(crate) fn read(self, machine: &Machine, max: usize) -> Vec<u8> {
        match self {
            Device::Null => Vec::new(),
            Device::Zero | Device::Full => vec![0; max],
            Device::Random => {
                let mut bytes = Vec::with_capacity(max + 8);
                while bytes.len() < max {
                    bytes.extend_from_slice(&machine.random().to_le_bytes());
                }
                bytes.truncate(max);
                bytes
            }
        }
    }

    pub(crate) fn write(self, bytes: &[u8]) -> Result<usize, Errno> {
        match self {
            Device::Full => Err(Errno::ENOSPC),
            Device::Null | Device::Zero | Device::Random => Ok(bytes.len()),
        }
    }
}
