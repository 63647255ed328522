//! The files of a result, as a folder or a tar archive.

use api::Exported;
use oci::layer::LayerStyle;
use vfs::{ChangeSet, Metadata, Time, Tree};

use crate::buildkit::schedule::Product;
use crate::buildkit::solve::{Failure, Solve};
use crate::buildkit::transfer::{Selection, copied_bytes};
use crate::buildkit::vertices::TRANSFER_COST;

impl Solve<'_> {
    /// `type=local`
    pub(super) fn export_folder(&mut self, product: Option<&Product>) -> Result<Exported, Failure> {
        let tree = result_tree(product);
        let name = if self.old { "exporting to client" } else { "exporting to client directory" };
        let exporting = self.begin_export(name);
        let bytes = copied_bytes(&tree, &Selection::everything());
        self.clock =
            self.record.status(self.clock, exporting.digest, "copying files", (bytes, 0), TRANSFER_COST);
        self.end_export(&exporting);
        Ok(Exported::Files(tree))
    }

    /// `type=tar`
    pub(super) fn export_tar(&mut self, product: Option<&Product>) -> Result<Exported, Failure> {
        let tree = result_tree(product);
        let name = if self.old { "exporting to client" } else { "exporting to client tarball" };
        let exporting = self.begin_export(name);
        self.small_part(&exporting, "sending tarball");
        self.end_export(&exporting);
        let style = LayerStyle::BuildKit { rewrite: None };
        Ok(Exported::Archive(oci::layer::to_vec(&ChangeSet::from_tree(&tree), style)))
    }
}

fn result_tree(product: Option<&Product>) -> Tree {
    product.map_or_else(|| Tree::new(Metadata::new(0o755, Time::EPOCH)), |product| product.tree.clone())
}
