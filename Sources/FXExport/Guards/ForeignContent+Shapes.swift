import FXCore

/// Files that are named where the shapes of tensors are wanted.
extension ForeignContent {
  /// Tells what a file is that is no JSON object of shapes; nil where it may be one.
  init?(withoutShapes bytes: UnsafeRawBufferPointer) {
    var reader = JSONReader(bytes)
    // What is wrong with JSON is for its reader to say, with the place.
    if (try? reader.skipValue()) != nil, (try? reader.finish()) != nil { return nil }
    guard let content = Self.any(bytes), content.name != Self.json else { return nil }
    self.init(content.name)
  }
}
