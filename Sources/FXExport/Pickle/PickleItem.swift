import FXCore

/// A value on the stack of the machine. Containers are numbers of places in its arena, since a
/// pickle fills them after it has remembered them.
enum PickleItem {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case complex(Double, Double)
  case string(String)
  case bytes([UInt8])
  /// A container: its place in the arena.
  case container(Int)
  case tensor(PickledTensor)
  case storage(PickledStorage)
  case size([Int])
  case dtype(ScalarType)
  case device(Device)
  case layout(Layout)
  case global(PickleGlobal)

  /// Names the kind in an error.
  var kindName: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .int: "an integer"
    case .float: "a float"
    case .complex: "a complex number"
    case .string: "a text"
    case .bytes: "bytes"
    case .container: "a container"
    case .tensor: "a tensor"
    case .storage: "a storage"
    case .size: "a size"
    case .dtype: "a dtype"
    case .device: "a device"
    case .layout: "a layout"
    case .global(let global): "'\(global.name)'"
    }
  }
}

/// A container that a pickle builds.
struct PickleContainer {
  enum Kind: Equatable {
    case list, tuple, set, dictionary
    /// An instance of a class that FXKit does not know: its arguments, and its state once it has one.
    case object(String)
  }

  let kind: Kind
  /// The elements; of a dictionary keys and values in turn.
  var items: [PickleItem]
}

/// A storage that a pickle refers to.
struct PickledStorage {
  /// The type of its elements; nil where it is untyped.
  var dtype: ScalarType?
  var key: String
  var device: Device
  var byteCount: Int
}
