import FXCore
import FXGraph
import FXSchemas

extension OperatorLibrary {
  /// Returns how an operator runs, by its qualified name: `aten::add_.Tensor`.
  ///
  /// - Throws: `operator.unknown` where there is no such operator.
  public func resolved(named name: String) throws -> ResolvedOperator {
    if let known = knownOperator(named: name) { return known }
    let hint = target(like: name).map { "; did you mean '\($0)'?" } ?? ""
    throw FXError(.unknownOperator, "there is no operator '\(name)'\(hint)")
  }

  /// Finds the operator of a target's parts; without an overload it is the default one.
  ///
  /// - Throws: `operator.unknown`.
  package func resolved(_ name: OperatorName) throws -> ResolvedOperator {
    try resolved(named: name.qualifiedName)
  }

  /// Returns how an operator runs, by its qualified name; nil where there is no such operator.
  package func knownOperator(named name: String) -> ResolvedOperator? {
    if let known = resolvedOperators[name] { return known }
    guard let schema = schema(named: name) else {
      return nil
    }
    let resolved = resolve(schema)
    resolvedOperators[name] = resolved
    return resolved
  }

  private func resolve(_ schema: OperatorSchema) -> ResolvedOperator {
    if let definition = definition(named: schema.qualifiedName) {
      return ResolvedOperator(schema, definition, .direct)
    }
    let written = schema.parameters.indices.filter { schema.parameters[$0].isWritten }
    guard !written.isEmpty else { return ResolvedOperator(schema, nil, .direct) }
    let isInPlace = schema.name.hasSuffix("_") && written == [0]
    if let functional = functionalSchema(of: schema, written, isInPlace: isInPlace),
      let definition = definition(named: functional.qualifiedName), definition.isComputed
    {
      let variant = ResolvedOperator.Variant.writing(
        functional: functional, targets: written, isInPlace: isInPlace)
      return ResolvedOperator(schema, definition, variant)
    }
    return ResolvedOperator(schema, nil, .direct)
  }

  /// Returns the functional overload of an operator that writes to its first argument, whether it
  /// runs by it or has a definition of its own; nil where there is none.
  public func functionalForm(of resolved: ResolvedOperator) -> ResolvedOperator.FunctionalForm? {
    if let form = resolved.functionalForm { return form }
    let schema = resolved.schema
    guard schema.isMutable, schema.name.hasSuffix("_"),
      schema.parameters.indices.filter({ schema.parameters[$0].isWritten }) == [0],
      let functional = functionalSchema(of: schema, [0], isInPlace: true),
      definition(named: functional.qualifiedName)?.isComputed ?? false
    else { return nil }
    return (functional, [0], true)
  }

  /// Finds the overload that computes the same without writing to its arguments.
  func functionalSchema(
    of schema: OperatorSchema, _ written: [Int], isInPlace: Bool
  ) -> OperatorSchema? {
    let name = isInPlace ? String(schema.name.dropLast()) : schema.name
    let kept =
      isInPlace
      ? Array(schema.parameters.indices)
      : schema.parameters.indices.filter {
        !written.contains($0)
      }
    let wanted = kept.map { schema.parameters[$0] }
    return OperatorTable.overloads(of: OperatorName.qualified(schema.namespace, name)).first {
      candidate in
      var parameters = candidate.parameters
      if !isInPlace {
        // What an `out` tensor tells by itself is no parameter beside it.
        parameters.removeAll { parameter in
          parameter.isTensorOption && !wanted.contains { $0.name == parameter.name }
        }
      }
      return parameters.count == wanted.count && !candidate.isMutable
        && zip(parameters, wanted).enumerated().allSatisfy { place, pair in
          // In-place operators call their first argument `self`, whatever the functional one does.
          (pair.0.name == pair.1.name || (isInPlace && place == 0))
            && pair.0.type.withoutAliases == pair.1.type.withoutAliases
        }
    }
  }
}

extension OperatorSchema.Parameter {
  /// Whether the parameter says how a new tensor is stored: its dtype, device or layout.
  var isTensorOption: Bool {
    switch name {
    case "dtype", "layout", "device", "pin_memory", "memory_format": isKeywordOnly
    default: false
    }
  }
}

extension SchemaType {
  /// The type without alias annotations.
  var withoutAliases: SchemaType {
    switch self {
    case .aliased(let type, _): type.withoutAliases
    case .optional(let type): .optional(type.withoutAliases)
    case .list(let type, let count): .list(type.withoutAliases, count: count)
    case .tuple(let types): .tuple(types.map(\.withoutAliases))
    case .generic(let name, let types): .generic(name, types.map(\.withoutAliases))
    case .named, .other: self
    }
  }
}
