import FXCore

/// The classes and functions that a pickle may name.
enum PickleGlobal {
  case orderedDictionary
  case rebuildTensor
  /// As `rebuildTensor`, of an untyped storage, with the dtype as an argument.
  case rebuildTypedTensor
  case rebuildParameter
  case rebuildParameterWithState
  /// A tensor with Python attributes, which are left out.
  case rebuildFromType
  case tensorClass
  case parameterClass
  case size
  case device
  case layout
  case set
  case bytes
  case complex
  case encode
  /// A class of storages: `torch.FloatStorage`.
  case storage(ScalarType?)
  /// A class or function that is not known, and where it is named. Instances of it become plain data;
  /// whatever else is done with it is refused.
  case unknown(String, offset: Int)

  /// The name in an error.
  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildTypedTensor: "torch._utils._rebuild_tensor_v3"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .rebuildParameterWithState: "torch._utils._rebuild_parameter_with_state"
    case .rebuildFromType: "torch._tensor._rebuild_from_type_v2"
    case .tensorClass: "torch.Tensor"
    case .parameterClass: "torch.nn.parameter.Parameter"
    case .size: "torch.Size"
    case .device: "torch.device"
    case .layout: "torch.serialization._get_layout"
    case .set: "set"
    case .bytes: "bytes"
    case .complex: "complex"
    case .encode: "_codecs.encode"
    case .storage(let type): "the storage of \(type?.name ?? "bytes")"
    case .unknown(let name, _): name
    }
  }

  /// Finds what a module and a name in it stand for; nil for all that is not known.
  static func find(module: String, name: String) -> PickleItem? {
    if module == "torch" {
      if let type = ScalarType(name: name) { return .dtype(type) }
      if name == "bool" { return .dtype(.bool) }
      if let type = storages[name] { return .global(.storage(type)) }
    }
    return others["\(module).\(name)"].map { .global($0) }
  }

  private static let others: [String: PickleGlobal] = [
    "collections.OrderedDict": .orderedDictionary,
    "torch._utils._rebuild_tensor_v2": .rebuildTensor,
    "torch._utils._rebuild_tensor_v3": .rebuildTypedTensor,
    "torch._utils._rebuild_parameter": .rebuildParameter,
    "torch._utils._rebuild_parameter_with_state": .rebuildParameterWithState,
    "torch._tensor._rebuild_from_type_v2": .rebuildFromType,
    "torch.Tensor": .tensorClass,
    "torch.nn.parameter.Parameter": .parameterClass,
    "torch.Size": .size,
    "torch.device": .device,
    "torch.serialization._get_layout": .layout,
    "torch.storage.UntypedStorage": .storage(nil),
    // Python 2 and 3 name the module of builtins differently, and protocol 2 keeps the old name.
    "__builtin__.set": .set, "builtins.set": .set,
    "__builtin__.frozenset": .set, "builtins.frozenset": .set,
    "__builtin__.bytes": .bytes, "builtins.bytes": .bytes,
    "__builtin__.bytearray": .bytes, "builtins.bytearray": .bytes,
    "__builtin__.complex": .complex, "builtins.complex": .complex,
    "_codecs.encode": .encode,
  ]

  private static let storages: [String: ScalarType?] = [
    "ByteStorage": .uint8, "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32,
    "LongStorage": .int64, "HalfStorage": .float16, "FloatStorage": .float32,
    "DoubleStorage": .float64, "ComplexFloatStorage": .complex64,
    "ComplexDoubleStorage": .complex128, "BoolStorage": .bool, "BFloat16Storage": .bfloat16,
    "UntypedStorage": nil,
  ]
}
