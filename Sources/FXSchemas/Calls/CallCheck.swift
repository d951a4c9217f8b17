import FXCore
import FXGraph

/// Matches one call with a schema, as PyTorch's dispatcher does.
struct CallCheck {
  let schema: OperatorSchema
  let args: [Argument]
  let names: [String?]
  let kwargs: [NamedArgument]
  let place: SourcePlace
  /// Parameters that are given in another way than by an argument.
  var given: Set<String> = []

  init(node: Node, schema: OperatorSchema) {
    self.init(
      schema: schema, args: node.args, names: node.argNames, kwargs: node.kwargs,
      place: SourcePlace(node: node.name))
  }

  init(
    schema: OperatorSchema, args: [Argument], names: [String?], kwargs: [NamedArgument],
    place: SourcePlace
  ) {
    self.schema = schema
    self.args = args
    self.names = names
    self.kwargs = kwargs
    self.place = place
  }

  func findings() -> [FXError] {
    var errors: [FXError] = []
    var isGiven = schema.parameters.map { given.contains($0.name) }
    let takesNumbers = Self.numbersForTensors.contains(schema.name)

    func check(_ argument: Argument, for parameter: OperatorSchema.Parameter) {
      if parameter.type.accepts(argument, numbersForTensors: takesNumbers) { return }
      let message =
        "argument '\(parameter.name)' of \(schema.qualifiedName) is \(argument.kindName), "
        + "expected \(parameter.type)"
      errors.append(error(.argumentType, message))
    }

    let positional = schema.parameters.indices.filter { !schema.parameters[$0].isKeywordOnly }
    for (place, (index, argument)) in zip(positional, args).enumerated() {
      isGiven[index] = true
      let parameter = schema.parameters[index]
      // PyTorch goes by the names that a file gives.
      if let name = names[place], name != parameter.name {
        let message =
          "argument \(place) of \(schema.qualifiedName) is called '\(name)', "
          + "expected '\(parameter.name)'"
        errors.append(error(.unknownKeyword, message))
      }
      check(argument, for: parameter)
    }
    if args.count > positional.count, !schema.isVariadic {
      let message =
        "\(schema.qualifiedName) takes \(positional.count) positional arguments, "
        + "found \(args.count)"
      errors.append(error(.tooManyArguments, message))
    }
    for argument in kwargs {
      guard let index = schema.parameters.firstIndex(where: { $0.name == argument.name }) else {
        let message = "\(schema.qualifiedName) has no argument '\(argument.name)'"
        errors.append(error(.unknownKeyword, message))
        continue
      }
      if isGiven[index] {
        let message = "argument '\(argument.name)' of \(schema.qualifiedName) is given twice"
        errors.append(error(.duplicateArgument, message))
      }
      isGiven[index] = true
      check(argument.value, for: schema.parameters[index])
    }
    for (parameter, given) in zip(schema.parameters, isGiven) where !given && parameter.isRequired {
      let message = "argument '\(parameter.name)' of \(schema.qualifiedName) is missing"
      errors.append(error(.missingArgument, message))
    }
    return errors
  }

  private func error(_ code: FXError.Code, _ message: String) -> FXError {
    FXError(code, message, at: place)
  }

  /// The operators for which PyTorch makes tensors of numbers.
  private static let numbersForTensors: Set<String> = {
    let families = [
      "add", "div", "divide", "mul", "multiply", "sub", "subtract", "true_divide", "floor_divide",
    ]
    return Set(families + families.map { $0 + "_" } + ["to", "_to_copy", "copy_", "copy", "_conj"])
  }()
}
