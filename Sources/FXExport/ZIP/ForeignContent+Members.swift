import FXCore

extension ForeignContent {
  /// Tells what an archive is that has no `archive_format`.
  init(_ zip: ZIPArchive) {
    self.init(members: zip.members.map(\.name)) { name in
      zip[name].map { Array(zip.storedBytes(of: $0).prefix(80)) } ?? []
    }
  }
}
