import FXCore

/// What the allowed classes and functions make of their arguments.
extension PickleMachine {
  mutating func call(_ function: PickleItem, _ arguments: [PickleItem]) throws(FXError)
    -> PickleItem
  {
    guard case .global(let global) = function else {
      throw error(.pickleValue, "\(function.kindName) is called")
    }
    switch global {
    case .orderedDictionary:
      guard let pairs = arguments.first else { return make(.dictionary, []) }
      var items: [PickleItem] = []
      let contents = try elements(pairs, [.list, .tuple], "the contents of a dictionary")
      try spend(contents.count)
      for pair in contents {
        let parts = try elements(pair, [.list, .tuple], "an entry of a dictionary")
        guard parts.count == 2 else {
          throw error(.pickleValue, "an entry of a dictionary has \(parts.count) parts")
        }
        items += parts
      }
      return make(.dictionary, items)
    case .rebuildTensor: return .tensor(try tensor(arguments, dtype: nil))
    case .rebuildTypedTensor:
      guard arguments.count > 6, case .dtype(let type) = arguments[6] else {
        throw error(.pickleValue, "a tensor has no dtype")
      }
      return .tensor(try tensor(arguments, dtype: type))
    case .rebuildParameter, .rebuildParameterWithState:
      guard arguments.count >= 2, case .tensor(var tensor) = arguments[0],
        case .bool(let requiresGrad) = arguments[1]
      else { throw error(.pickleValue, "a parameter is made of something else than a tensor") }
      tensor.isParameter = true
      tensor.meta.requiresGrad = requiresGrad
      return .tensor(tensor)
    case .size:
      let sizes = try arguments.first.map { first throws(FXError) in try integers(first, "a size") }
      return .size(sizes ?? [])
    case .device: return .device(try device(arguments))
    case .layout:
      guard case .string(let name)? = arguments.first, let layout = Layout(name: name) else {
        throw error(.pickleValue, "a layout is unknown")
      }
      return .layout(layout)
    case .set:
      guard let list = arguments.first else { return make(.set, []) }
      let contents = try elements(list, [.list, .tuple, .set], "the contents of a set")
      try spend(contents.count)
      return make(.set, contents)
    case .complex:
      guard arguments.count == 2, case .float(let real) = arguments[0],
        case .float(let imaginary) = arguments[1]
      else { throw error(.pickleValue, "a complex number is made of something else than floats") }
      return .complex(real, imaginary)
    case .bytes:
      if case .bytes(let bytes)? = arguments.first { return .bytes(bytes) }
      guard arguments.isEmpty else { throw error(.pickleValue, "bytes are made of something else") }
      return .bytes([])
    case .encode: return .bytes(try latin1(arguments))
    case .rebuildFromType: return .tensor(try typedTensor(arguments))
    case .storage, .tensorClass, .parameterClass:
      throw error(.pickleGlobal, "the pickle calls '\(global.name)'")
    case .unknown(let name, let offset): throw unknown(name, offset)
    }
  }

  /// Refuses what is done with a class or function that is not known.
  func unknown(_ name: String, _ offset: Int) -> FXError {
    FXError(
      .pickleGlobal, "the pickle names '\(name)', which FXKit does not rebuild",
      at: SourcePlace(offset: offset))
  }

  /// Rebuilds a tensor of a class by a function and its arguments, without its attributes.
  private mutating func typedTensor(_ arguments: [PickleItem]) throws(FXError) -> PickledTensor {
    guard arguments.count == 4, case .global(let function) = arguments[0],
      case .global(let type) = arguments[1]
    else { throw error(.pickleValue, "a tensor has no class") }
    switch function {
    case .rebuildTensor, .rebuildTypedTensor, .rebuildParameter, .rebuildParameterWithState: break
    default: throw error(.pickleValue, "'\(function.name)' rebuilds a tensor")
    }
    let parts = try elements(arguments[2], [.tuple], "a list of arguments")
    guard case .tensor(var tensor) = try call(.global(function), parts) else {
      throw error(.pickleValue, "'\(function.name)' rebuilds no tensor")
    }
    switch type {
    case .unknown(let name, let offset): throw unknown(name, offset)
    case .tensorClass: break
    case .parameterClass: tensor.isParameter = true
    default: throw error(.pickleGlobal, "'\(type.name)' is not a class of tensors")
    }
    return tensor
  }

  /// Encodes a text of characters below 256: protocol 2 has no bytes of its own.
  private mutating func latin1(_ arguments: [PickleItem]) throws(FXError) -> [UInt8] {
    guard arguments.count == 2, case .string(let text) = arguments[0],
      case .string(let encoding) = arguments[1], encoding == "latin1" || encoding == "latin-1"
    else { throw error(.pickleValue, "a text is encoded otherwise than as latin1") }
    try spend(text.utf8.count)
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else {
        throw error(.pickleValue, "a text has characters that latin1 lacks")
      }
      bytes.append(byte)
    }
    return bytes
  }

  private func device(_ arguments: [PickleItem]) throws(FXError) -> Device {
    guard case .string(let type)? = arguments.first else {
      throw error(.pickleValue, "a device has no type")
    }
    guard arguments.count > 1 else { return try device(type) }
    guard case .int(let index) = arguments[1] else {
      throw error(.pickleValue, "the index of a device is \(arguments[1].kindName)")
    }
    return Device(type: type, index: index)
  }

  /// Takes a location apart: `cpu`, `cuda:0`.
  private func device(_ location: String) throws(FXError) -> Device {
    guard let device = Device(location) else {
      throw error(.pickleValue, "'\(location)' is not a device")
    }
    return device
  }

  private func integers(_ item: PickleItem, _ what: String) throws(FXError) -> [Int] {
    let items = try elements(item, [.tuple, .list], what)
    guard items.count <= Limits.tensorDimensions.value else {
      throw error("\(what) has \(items.count) dimensions", beyond: Limits.tensorDimensions)
    }
    var result: [Int] = []
    for item in items {
      guard case .int(let value) = item else {
        throw error(.pickleValue, "\(what) has \(item.kindName) in it")
      }
      result.append(value)
    }
    return result
  }

  /// Rebuilds a tensor from its storage, offset, sizes, strides, and whether it has a gradient.
  private func tensor(_ arguments: [PickleItem], dtype: ScalarType?) throws(FXError)
    -> PickledTensor
  {
    guard arguments.count >= 5, case .storage(let storage) = arguments[0],
      case .int(let offset) = arguments[1], case .bool(let requiresGrad) = arguments[4]
    else { throw error(.pickleValue, "a tensor is made of something else than a storage") }
    // A tensor may be the conjugate or the negative of what its storage has.
    if arguments.count > (dtype == nil ? 6 : 7), let last = arguments.last {
      if case .none = last {
      } else if try !elements(last, [.dictionary], "metadata").isEmpty {
        throw error(
          .pickleValue, "a tensor is not what its storage has, but its conjugate or negative")
      }
    }
    guard let type = dtype ?? storage.dtype else {
      throw error(.pickleValue, "a tensor of an untyped storage has no dtype")
    }
    let sizes = try integers(arguments[2], "a tensor's size")
    let strides = try integers(arguments[3], "a tensor's stride")
    let meta = TensorMeta(
      dtype: type, sizes: sizes.map { .int($0) }, requiresGrad: requiresGrad,
      device: storage.device, strides: strides.map { .int($0) }, storageOffset: .int(offset))
    guard let needed = meta.requiredByteCount else {
      throw error(.pickleStorage, "the sizes, strides or offset of a tensor are impossible")
    }
    guard needed <= storage.byteCount else {
      throw error(
        .pickleStorage, "a tensor needs \(needed) bytes, its storage has \(storage.byteCount)")
    }
    return PickledTensor(
      meta: meta, isParameter: false, storage: storage.key, storageByteCount: storage.byteCount,
      offset: start)
  }

  /// Reads what identifies a storage: `("storage", class, key, location, element count)`.
  func storage(_ item: PickleItem) throws(FXError) -> PickledStorage {
    let parts = try elements(item, [.tuple], "a persistent identifier")
    guard parts.count == 5, case .string("storage") = parts[0],
      case .global(.storage(let type)) = parts[1], case .string(let key) = parts[2],
      case .string(let location) = parts[3], case .int(let count) = parts[4], count >= 0
    else { throw error(.pickleValue, "a persistent identifier names no storage") }
    let (size, overflow) = count.multipliedReportingOverflow(by: type?.byteCount ?? 1)
    if overflow { throw error(.pickleStorage, "a storage has more bytes than 64 bits can count") }
    return PickledStorage(dtype: type, key: key, device: try device(location), byteCount: size)
  }
}
