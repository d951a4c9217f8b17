import FXCore

/// A tensor of a pickle: how it lies in a storage that is kept beside the pickle.
public struct PickledTensor: Hashable, Sendable {
  /// Dtype, sizes, strides, offset, device, and whether it requires a gradient.
  public var meta: TensorMeta
  public var isParameter: Bool
  /// The name of the storage: `0` for the member `data/0`.
  public var storage: String
  /// The bytes of the storage as the pickle says.
  public var storageByteCount: Int
  /// Where the pickle rebuilds the tensor.
  public var offset: Int
}

/// What a pickle holds, as plain data.
public indirect enum PickleValue: Hashable, Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case complex(real: Double, imaginary: Double)
  case string(String)
  case bytes([UInt8])
  case list([PickleValue])
  case tuple([PickleValue])
  /// A set or frozen set, in the pickle's order.
  case set([PickleValue])
  /// A dictionary or ordered dictionary, in order; where a key comes twice the last entry counts.
  case dictionary([Entry])
  /// An instance of a class that FXKit does not know, by its qualified name, as plain data.
  case object(type: String, fields: [Field])
  case tensor(PickledTensor)
  case size([Int])
  case dtype(ScalarType)
  case device(Device)
  case layout(Layout)

  /// A field of an object; without a name where it was an argument of the class.
  public struct Field: Hashable, Sendable {
    public var name: String?
    public var value: PickleValue

    public init(name: String?, value: PickleValue) {
      self.name = name
      self.value = value
    }
  }

  /// A key of a dictionary and its value.
  public struct Entry: Hashable, Sendable {
    public var key: PickleValue
    public var value: PickleValue

    public init(key: PickleValue, value: PickleValue) {
      self.key = key
      self.value = value
    }
  }

  /// Reads a pickle of protocol 2 to 5, with storages beside it.
  ///
  /// Nothing is called: what a pickle may rebuild is known to FXKit, all else is refused by name.
  ///
  /// - Parameter keepsObjects: whether instances of other classes become plain data.
  /// - Throws: a `pickle` code, with the offset.
  public init(
    pickle bytes: UnsafeRawBufferPointer, keepsObjects: Bool = false
  ) throws(FXError) {
    var machine = PickleMachine(bytes, keepsObjects: keepsObjects)
    self = try machine.run()
  }

  /// Returns the entries whose keys are texts, the last of each key; nil for no dictionary.
  public var namedEntries: [(name: String, value: PickleValue)]? {
    guard case .dictionary(let entries) = self else { return nil }
    var indices: [String: Int] = [:]
    var result: [(name: String, value: PickleValue)] = []
    for entry in entries {
      guard case .string(let name) = entry.key else { continue }
      if let index = indices[name] {
        result[index].value = entry.value
      } else {
        indices[name] = result.count
        result.append((name, entry.value))
      }
    }
    return result
  }
}
