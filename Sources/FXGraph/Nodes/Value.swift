import FXCore

/// Identifies a `Value` of a context. Equal values of one context have equal ids.
@frozen public struct ValueID: Hashable, Sendable, BitwiseCopyable {
  /// The number in the order of interning.
  public let rawValue: Int32
  /// Makes an id of its number.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Marks a node of whose result nothing is known (no `val` in torch.fx's metadata).
  @inlinable public static var unknown: ValueID { ValueID(rawValue: -1) }
}

/// What is known of a node's result: torch.fx's `meta["val"]`, without data.
public enum Value: Hashable, Sendable {
  /// Python's `None`.
  case none
  case tensor(TensorMeta)
  case symInt(SymInt)
  case symFloat(SymFloat)
  case symBool(SymBool)
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case customObject(name: String, className: String)
  /// A result of several values where the operator returns a list (`Tensor[]`).
  case list([ValueID])
  /// A result of several values where the operator returns a tuple.
  case tuple([ValueID])

  /// Returns the parts of a list or tuple; nil for any other value.
  public var elements: [ValueID]? {
    switch self {
    case .list(let parts), .tuple(let parts): parts
    default: nil
    }
  }

  /// Returns the tensor's metadata; nil where the value is no tensor.
  public var tensor: TensorMeta? {
    if case .tensor(let meta) = self { meta } else { nil }
  }
}

/// Keeps each distinct value once.
public final class ValueTable {
  private var values: [Value] = []
  private var ids: [Value: Int32] = [:]

  /// Returns the id of a value, adding it where it is new.
  public func intern(_ value: Value) -> ValueID {
    if let known = ids[value] { return ValueID(rawValue: known) }
    let id = Int32(values.count)
    values.append(value)
    ids[value] = id
    return ValueID(rawValue: id)
  }

  /// Returns the value of an id; nil for `unknown`.
  public subscript(id: ValueID) -> Value? {
    id.rawValue < 0 ? nil : values[Int(id.rawValue)]
  }

  /// Tells whether a value is a list or tuple.
  public func isAggregate(_ id: ValueID) -> Bool { partCount(of: id) != nil }

  /// Returns the number of parts of a list or tuple; nil for any other value.
  public func partCount(of id: ValueID) -> Int? {
    id.rawValue < 0 ? nil : values[Int(id.rawValue)].elements?.count
  }

  /// The number of distinct values.
  public var count: Int { values.count }
}
