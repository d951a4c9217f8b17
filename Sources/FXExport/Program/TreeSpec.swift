import FXCore

/// The structure of nested Python values, as `torch.utils._pytree.treespec_dumps` writes it.
///
/// The text is JSON: `[1, {"type": "builtins.tuple", "context": "null", "children_spec": […]}]`. A
/// leaf, which stands for one value, has neither type nor context.
public struct TreeSpec: Hashable, Sendable {
  /// The registered name of the container's type; nil for a leaf.
  public var type: String?
  /// What the type keeps beside its children, as a rule JSON: the keys of a dictionary.
  public var context: String?
  /// The parts of the container, in order.
  public var children: [TreeSpec]

  /// The one version of the format.
  static let version = 1

  /// Makes a tree of its parts.
  public init(type: String?, context: String?, children: [TreeSpec]) {
    self.type = type
    self.context = context
    self.children = children
  }

  /// Tells whether the node stands for one value.
  public var isLeaf: Bool { type == nil }

  /// Returns the number of values in the structure.
  public var leafCount: Int { isLeaf ? 1 : children.reduce(0) { $0 + $1.leafCount } }

  /// Parses a tree spec.
  ///
  /// - Throws: `callGraph.tree`, or `json.*` where the text is no JSON.
  public init(_ text: String) throws(FXError) {
    var copy = text
    let result = copy.withUTF8 { utf8 in
      Result { () throws(FXError) in try TreeSpec(json: UnsafeRawBufferPointer(utf8)) }
    }
    self = try result.get()
  }

  private init(json: UnsafeRawBufferPointer) throws(FXError) {
    var reader = JSONReader(json)
    var isFirst = true
    try reader.beginArray()
    guard try reader.nextElement(&isFirst) else {
      throw reader.error(.callGraphTree, "the tree spec is empty")
    }
    let version = try reader.readInt()
    guard version == Self.version else {
      throw reader.error(.callGraphTree, "the tree spec is of version \(version), not 1")
    }
    guard try reader.nextElement(&isFirst) else {
      throw reader.error(.callGraphTree, "the tree spec has a version only")
    }
    self = try TreeSpec(&reader)
    if try reader.nextElement(&isFirst) {
      throw reader.error(.callGraphTree, "the tree spec has more than a version and a tree")
    }
    try reader.finish()
  }

  private init(_ reader: inout JSONReader) throws(FXError) {
    self.init(type: nil, context: nil, children: [])
    var seen = FieldSet()
    let start = reader.offset
    var isFirst = true
    try reader.beginObject()
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("type") {
        try seen.note(0, reader, key)
        type = try Self.readText(&reader)
      } else if key.equals("context") {
        try seen.note(1, reader, key)
        context = try Self.readText(&reader)
      } else if key.equals("children_spec") {
        try seen.note(2, reader, key)
        var isFirstChild = true
        try reader.beginArray()
        while try reader.nextElement(&isFirstChild) { children.append(try TreeSpec(&reader)) }
      } else {
        throw reader.error(.callGraphTree, "unknown field '\(key.string)' of a tree spec")
      }
    }
    try seen.require(0, "type", reader, at: start)
    try seen.require(1, "context", reader, at: start)
    try seen.require(2, "children_spec", reader, at: start)
    if isLeaf, context != nil || !children.isEmpty {
      throw reader.error(.callGraphTree, "a leaf has neither context nor children", at: start)
    }
    if !isLeaf, context == nil {
      throw reader.error(.callGraphTree, "a container has a context", at: start)
    }
  }

  private static func readText(_ reader: inout JSONReader) throws(FXError) -> String? {
    if try reader.peek() == .null {
      try reader.readNull()
      return nil
    }
    return try reader.readString()
  }

  /// Returns how many keys a dictionary has; nil for any other node, or where they can't be read.
  var dictionaryKeyCount: Int? {
    guard type == "builtins.dict" || type == "collections.OrderedDict", var text = context else {
      return nil
    }
    return text.withUTF8 { utf8 -> Int? in
      var reader = JSONReader(UnsafeRawBufferPointer(utf8))
      var count = 0
      var isFirst = true
      do {
        try reader.beginArray()
        while try reader.nextElement(&isFirst) {
          try reader.skipValue()
          count += 1
        }
        try reader.finish()
      } catch { return nil }
      return count
    }
  }

  /// Calls `body` with this node and all below, parents first.
  public func forEachNode(_ body: (TreeSpec) -> Void) {
    body(self)
    for child in children { child.forEachNode(body) }
  }
}

extension FXError.Code {
  /// A tree spec can't be read.
  public static let callGraphTree = FXError.Code("callGraph.tree")
}
