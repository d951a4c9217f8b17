import FXCore
import FXGraph

extension SchemaType {
  /// Tells whether PyTorch's dispatcher can take an argument for the type.
  ///
  /// It takes more than the schema says: bools and dtypes for ints, ints for floats, `None` for an
  /// undefined tensor, one number for a list of known size. A node's result is taken for anything,
  /// and so are objects that only their `repr` is known of.
  package func accepts(_ argument: Argument, numbersForTensors: Bool = false) -> Bool {
    switch argument {
    case .node, .opaque: return true
    default: break
    }
    switch self {
    case .aliased(let type, _):
      return type.accepts(argument, numbersForTensors: numbersForTensors)
    case .optional(let type):
      return argument == .none || type.accepts(argument, numbersForTensors: numbersForTensors)
    case .list(let type, let count):
      if let parts = argument.elements { return parts.allSatisfy { type.acceptsInList($0) } }
      return count != nil && type.repeatsNumbers && argument.isNumber && type.accepts(argument)
    case .tuple(let types):
      guard let parts = argument.elements, parts.count == types.count else { return false }
      return zip(types, parts).allSatisfy { $0.accepts($1) }
    case .generic("Dict", _):
      if case .dict = argument { return true }
      return false
    case .named(let name):
      return name.accepts(argument) || (name == .tensor && numbersForTensors && argument.isNumber)
    case .other:
      guard isCustomClass else { return true }
      if case .customObject = argument { return true }
      return false
    case .generic: return true
    }
  }

  /// In lists there are no undefined tensors, only optional ones.
  private func acceptsInList(_ argument: Argument) -> Bool {
    argument == .none && base == .tensor ? isOptional : accepts(argument)
  }

  /// Tells whether one number can stand for a list of known size; for `SymInt[2]` it can't.
  private var repeatsNumbers: Bool { base == .named(.int) || base == .named(.float) }
}

extension SchemaType.TypeName {
  fileprivate func accepts(_ argument: Argument) -> Bool {
    switch self {
    case .any: true
    case .noneType, .tensor: argument == .none
    case .int, .symInt, .scalarType, .layout, .memoryFormat:
      switch argument {
      case .int, .bool, .dtype, .layout, .memoryFormat: true
      default: false
      }
    case .float, .symFloat:
      switch argument {
      case .float, .int, .bool: true
      default: false
      }
    case .bool, .symBool:
      switch argument {
      case .bool, .int, .float, .none: true
      default: false
      }
    case .complex: argument.isNumber
    case .scalar:
      switch argument {
      case .dtype, .layout: true
      default: argument.isNumber
      }
    case .string: argument.string != nil
    case .device:
      switch argument {
      case .device, .string: true
      default: false
      }
    case .generator:
      if case .customObject = argument { true } else { false }
    }
  }
}

extension Argument {
  fileprivate var isNumber: Bool {
    switch self {
    case .bool, .int, .float, .complex: true
    default: false
    }
  }

  /// Returns what an argument is, for a message: `an int`, `a list`.
  package var kindName: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .int: "an int"
    case .float: "a float"
    case .complex: "a complex number"
    case .string: "a string"
    case .dtype: "a dtype"
    case .layout: "a layout"
    case .memoryFormat: "a memory format"
    case .device: "a device"
    case .node: "the result of a node"
    case .function: "a function"
    case .list(let parts, _):
      parts.count == 1 ? "a list of \(parts[0].kindName)" : "a list of \(parts.count) values"
    case .tuple: "a tuple"
    case .dict: "a dictionary"
    case .slice: "a slice"
    case .ellipsis: "an ellipsis"
    case .customObject: "a custom object"
    case .opaque: "an object"
    }
  }
}
