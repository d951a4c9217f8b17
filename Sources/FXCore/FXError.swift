/// Where something is that an error speaks of.
public struct SourcePlace: Hashable, Sendable, CustomStringConvertible {
  /// The archive member or file, where known.
  public var member: String?
  /// The path inside the document: `graph_module.graph.nodes[3].inputs[0].arg`.
  public var path: String?
  /// The byte offset inside the member.
  public var offset: Int?
  /// The line, from 1, in a text document.
  public var line: Int?
  /// The column, from 1, in bytes, in a text document.
  public var column: Int?
  /// The node's name.
  public var node: String?

  /// Makes a place of what is known of it.
  public init(
    member: String? = nil, path: String? = nil, offset: Int? = nil, line: Int? = nil,
    node: String? = nil, column: Int? = nil
  ) {
    self.member = member
    self.path = path
    self.offset = offset
    self.line = line
    self.column = column
    self.node = node
  }

  public var description: String {
    var parts: [String] = []
    if let member { parts.append(member) }
    if let line { parts.append("line \(line)") }
    if let column { parts.append("column \(column)") }
    if let path, !path.isEmpty { parts.append(path) }
    if let node { parts.append("node '\(node)'") }
    if let offset { parts.append("byte \(offset)") }
    return parts.joined(separator: ", ")
  }
}

/// An error of any FXKit layer: a stable code, a sentence, and the place it speaks of.
///
/// Every layer declares its codes in an extension of `FXError.Code`, so that tests and callers
/// compare codes and never prose.
public struct FXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Names a kind of failure: `json.syntax`, `zip.truncated`, `graph.cycle`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The code as text.
    public let rawValue: String
    /// Makes a code of a text.
    public init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
  }

  /// The kind of failure.
  public var code: Code
  /// What was found and what was expected, as one sentence without a full stop.
  public var message: String
  /// What the error speaks of.
  public var place: SourcePlace

  /// Makes an error.
  public init(_ code: Code, _ message: String, at place: SourcePlace = SourcePlace()) {
    self.code = code
    self.message = message
    self.place = place
  }

  public var description: String {
    let place = place.description
    return place.isEmpty ? message : "\(place): \(message)"
  }

  /// Returns the error with the node where it came up, unless it tells one already.
  public func atNode(_ name: String) -> FXError {
    if place.node != nil { return self }
    var copy = self
    copy.place.node = name
    return copy
  }

  /// Returns the error with the path of the submodule that it is about; that of the root is empty.
  public func inPart(_ path: String) -> FXError {
    if path.isEmpty { return self }
    var copy = self
    copy.place.path = path
    return copy
  }

  /// Returns the error with the archive member or file named, unless one is named already.
  public func inMember(_ member: String) -> FXError {
    var copy = self
    if copy.place.member == nil { copy.place.member = member }
    return copy
  }
}
