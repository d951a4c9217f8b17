import FXCore

extension Graph: CustomStringConvertible {
  /// What `str(graph)` shows in torch.fx; see `listing`.
  public var description: String { listing }
}

extension GraphModule: CustomStringConvertible {
  /// FXKit's text of the module's graphs, without the metadata of nodes.
  public var description: String { text(TextOptions(includesMetadata: false)) }
}
