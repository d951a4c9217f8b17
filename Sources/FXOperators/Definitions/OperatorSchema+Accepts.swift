import FXSchemas

extension OperatorSchema {
  /// Tells whether a call with these arguments fits the schema, as Python's overloads are chosen.
  func accepts(_ arguments: [IValue], _ keywords: [(name: String, value: IValue)]) -> Bool {
    guard arguments.count <= positionalCount || isVariadic else { return false }
    for keyword in keywords where !parameters.contains(where: { $0.name == keyword.name }) {
      return false
    }
    for (index, parameter) in parameters.enumerated() {
      let given =
        index < arguments.count
        ? arguments[index] : keywords.first { $0.name == parameter.name }?.value
      guard let given else {
        if parameter.isRequired { return false }
        continue
      }
      if !parameter.type.accepts(given) { return false }
    }
    return true
  }
}

extension SchemaType {
  /// Tells whether a value of a run is of the type, conversions that Python makes included.
  func accepts(_ value: IValue) -> Bool {
    if value.isNone { return isOptional }
    switch base {
    case .named(let name): return Self.accepts(value, name)
    case .list(let part, let count):
      if let parts = value.elements { return parts.allSatisfy { part.accepts($0) } }
      return count != nil && part.accepts(value)
    default: return true
    }
  }

  private static func accepts(_ value: IValue, _ name: TypeName) -> Bool {
    switch (name, value) {
    case (.tensor, .tensor), (.tensor, .fake), (.any, _): true
    case (.int, .int), (.symInt, .int), (.int, .symbol), (.symInt, .symbol): true
    case (.float, .float), (.float, .int), (.symFloat, .float), (.symFloat, .int): true
    case (.bool, .bool), (.symBool, .bool), (.string, .string): true
    case (.scalar, .bool), (.scalar, .int), (.scalar, .float), (.scalar, .complex): true
    case (.complex, .complex), (.scalarType, .dtype), (.layout, .layout): true
    case (.memoryFormat, .memoryFormat), (.device, .device), (.device, .string): true
    default: false
    }
  }
}
