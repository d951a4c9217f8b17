import FXCore
import FXGraph
import FXSchemas
import FXTensor

/// An operator as a run needs it: its schema, and the definition that computes it.
///
/// In-place operators (`add_`) and those with `out` arguments run the functional overload and write
/// its results to the tensors that they change.
public final class ResolvedOperator {
  /// Tells how the definition is put to use.
  enum Variant {
    /// The definition is that of the operator itself.
    case direct
    /// The definition is that of a functional overload, whose results go to the arguments at these
    /// positions; the others are the arguments of the overload.
    case writing(functional: OperatorSchema, targets: [Int], isInPlace: Bool)
  }

  /// The schema.
  public let schema: OperatorSchema
  /// The definition; nil where FXKit knows no more than the schema.
  public let definition: OperatorDefinition?
  let variant: Variant
  /// The default of each parameter; nil for required ones.
  let defaults: [IValue?]

  init(_ schema: OperatorSchema, _ definition: OperatorDefinition?, _ variant: Variant) {
    self.schema = schema
    self.definition = definition
    self.variant = variant
    defaults = schema.parameters.map { $0.defaultValue.flatMap { IValue(constant: $0) } }
  }

  /// Whether the definition is that of the operator itself, and not of a functional overload.
  public var isDirect: Bool { if case .direct = variant { true } else { false } }

  /// A functional overload, and the positions of the arguments that get its results.
  public typealias FunctionalForm = (schema: OperatorSchema, targets: [Int], isInPlace: Bool)

  /// The functional overload that an in-place or `out` operator runs; nil for other operators.
  public var functionalForm: FunctionalForm? {
    guard case .writing(let schema, let targets, let isInPlace) = variant else { return nil }
    return (schema, targets, isInPlace)
  }

  /// Returns the arguments of the functional overload for those of an in-place or `out` operator.
  public func functionalArguments(_ arguments: [IValue]) -> [IValue] {
    guard case .writing(let functional, let targets, let isInPlace) = variant else {
      return arguments
    }
    if isInPlace { return arguments }
    let kept = arguments.indices.filter { !targets.contains($0) }
    if functional.parameters.count == kept.count { return kept.map { arguments[$0] } }
    let dtype = targets.first.flatMap { try? arguments[$0].dtype }
    return functional.parameters.map { parameter in
      if let index = kept.first(where: { schema.parameters[$0].name == parameter.name }) {
        return arguments[index]
      }
      return parameter.name == "dtype" ? dtype.map { .dtype($0) } ?? .none : .none
    }
  }

  /// Whether FXKit can run the operator.
  public var isRunnable: Bool { definition?.isComputed ?? false }

  /// Returns the default of a parameter; nil for a required one.
  public func defaultValue(at index: Int) -> IValue? {
    defaults.indices.contains(index) ? defaults[index] : nil
  }

  /// Returns one argument a parameter, defaults filled in.
  ///
  /// - Throws: `operator.missingArgument`, `operator.tooManyArguments`, `operator.unknownKeyword` or
  ///   `operator.duplicateArgument`.
  public func complete(
    _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> [IValue] {
    try complete(arguments, keywords) { $0 }
  }

  /// Returns one argument a parameter, whatever stands for values; `constant` makes it of a default.
  ///
  /// - Throws: `operator.missingArgument`, `operator.tooManyArguments`, `operator.unknownKeyword` or
  ///   `operator.duplicateArgument`.
  package func complete<Operand>(
    _ arguments: [Operand], _ keywords: [(name: String, value: Operand)],
    constant: (IValue) -> Operand
  ) throws -> [Operand] {
    let parameters = schema.parameters
    guard arguments.count <= parameters.count || schema.isVariadic else {
      throw FXError(
        .tooManyArguments,
        "\(schema.qualifiedName) takes \(parameters.count) arguments, found \(arguments.count)")
    }
    if arguments.count >= parameters.count, keywords.isEmpty { return arguments }
    var result = arguments
    result.reserveCapacity(parameters.count)
    for index in arguments.count..<max(parameters.count, arguments.count) {
      if let given = keywords.first(where: { $0.name == parameters[index].name }) {
        result.append(given.value)
      } else if let value = defaults[index] {
        result.append(constant(value))
      } else {
        throw FXError(
          .missingArgument,
          "argument '\(parameters[index].name)' of \(schema.qualifiedName) is missing")
      }
    }
    for (place, keyword) in keywords.enumerated() {
      guard let index = parameters.firstIndex(where: { $0.name == keyword.name }) else {
        throw FXError(
          .unknownKeyword, "\(schema.qualifiedName) has no argument '\(keyword.name)'")
      }
      if index < arguments.count || keywords[..<place].contains(where: { $0.name == keyword.name })
      {
        throw FXError(
          .duplicateArgument,
          "argument '\(keyword.name)' of \(schema.qualifiedName) is given twice")
      }
    }
    return result
  }

  /// Computes a call of complete arguments by the kernel, below all modes.
  func compute(
    _ arguments: [IValue], in environment: ExecutionEnvironment
  ) throws -> IValue {
    guard let definition else { throw unsupported }
    let result: IValue
    switch variant {
    case .direct:
      result = try run(definition, OperatorCall(schema, arguments, emitter: environment))
    case .writing(let functional, let targets, let isInPlace):
      result = try write(
        definition, functional, arguments, to: targets, isInPlace: isInPlace, environment)
    }
    if !environment.materializedViews.isEmpty {
      try followWrites(to: arguments, environment.materializedViews)
    }
    return result
  }

  /// Brings what the operator wrote to its arguments to those that are lazy views of one another.
  private func followWrites(to arguments: [IValue], _ views: MaterializedViews) throws {
    for (parameter, argument) in zip(schema.parameters, arguments) where parameter.isWritten {
      for case .tensor(let tensor) in argument.elements ?? [argument] {
        try views.follow(writeTo: tensor)
      }
    }
  }

  private func run(_ definition: OperatorDefinition, _ call: OperatorCall) throws -> IValue {
    if let kernel = definition.kernel { return try kernel(call) }
    guard let decomposition = definition.decomposition else { throw unsupported }
    return try decomposition(call, call.emitter)
  }

  /// Runs the functional overload and copies its results to the arguments that the call changes.
  private func write(
    _ definition: OperatorDefinition, _ functional: OperatorSchema, _ arguments: [IValue],
    to targets: [Int], isInPlace: Bool, _ environment: ExecutionEnvironment
  ) throws -> IValue {
    let outputs = try targets.flatMap { try tensors(arguments[$0], at: $0) }
    let call = OperatorCall(
      functional, functionalArguments(arguments), emitter: environment,
      destination: outputs.count == 1 ? outputs[0] : nil)
    try definition.overlap?.check(call, outputs, isInPlace: isInPlace)
    let result = try run(definition, call)
    let results = result.elements ?? [result]
    guard results.count >= outputs.count else { throw unsupported }
    for (output, result) in zip(outputs, results) {
      guard case .tensor(let value) = result else { throw unsupported }
      if value === output { continue }
      if value.sizes != output.sizes {
        if isInPlace {
          throw FXError(
            .tensorShape,
            "\(schema.qualifiedName): the result has the shape \(Geometry.text(value.sizes)), and "
              + "the tensor that is written to \(Geometry.text(output.sizes))")
        }
        try output.resize(value.sizes)
      }
      try output.copy(from: value)
    }
    if schema.results.isEmpty { return .none }
    return outputs.count == 1
      ? .tensor(outputs[0]) : .tuple(outputs.map { .tensor($0) })
  }

  /// Returns the tensors of an argument that is written to: one, or a list.
  private func tensors(_ argument: IValue, at index: Int) throws -> [Tensor] {
    let parts = argument.elements ?? [argument]
    return try parts.map { part in
      guard case .tensor(let tensor) = part else {
        throw FXError(
          .argumentType,
          "argument '\(schema.parameters[index].name)' of \(schema.qualifiedName) is "
            + "\(part.kindName), expected a tensor")
      }
      return tensor
    }
  }

  private var unsupported: FXError {
    FXError(.operatorUnsupported, "FXKit can't run \(schema.qualifiedName)")
  }
}

extension IValue {
  /// Makes a value of an argument that refers to no node; nil where it is no value of a run.
  public init?(constant argument: Argument) {
    switch argument {
    case .none: self = .none
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .complex(let real, let imaginary): self = .complex(real, imaginary)
    case .string(let value): self = .string(value)
    case .dtype(let value): self = .dtype(value)
    case .layout(let value): self = .layout(value)
    case .memoryFormat(let value): self = .memoryFormat(value)
    case .device(let value): self = .device(value)
    case .list(let parts, _):
      var values: [IValue] = []
      for part in parts {
        guard let value = IValue(constant: part) else { return nil }
        values.append(value)
      }
      self = .list(values)
    case .tuple(let parts):
      var values: [IValue] = []
      for part in parts {
        guard let value = IValue(constant: part) else { return nil }
        values.append(value)
      }
      self = .tuple(values)
    case .opaque(let text): self = .object(text)
    case .customObject(let name, _): self = .object(name)
    case .function(let name): self = .object(name)
    case .node, .dict, .slice, .ellipsis: return nil
    }
  }
}
