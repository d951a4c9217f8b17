import FXCore
import FXGraph

/// The name in a signature entry: as a rule that of the placeholder or output at its position.
///
/// Kept by position, a name follows renames and replaced outputs by itself. A file whose entry
/// names something else keeps that name, for `validate` to report.
public enum SpecName: Hashable, Sendable {
  /// The name of the graph's placeholder or output at the entry's position.
  case positional
  case literal(String)
}

/// The name of a user input that an output entry refers to.
public enum UserInputName: Hashable, Sendable {
  /// The name of the graph's placeholder at an index.
  case input(Int)
  case literal(String)
}

/// A constant that an input is specialized to (`schema.ConstantValue`).
public enum ConstantValue: Hashable, Sendable {
  case none
  case int(Int)
  case float(Double)
  case string(String)
  case bool(Bool)
}

/// The argument of a user input or output in a signature.
public enum SpecArgument: Hashable, Sendable {
  /// A tensor, symbolic number, symbolic truth value or custom object: whatever the graph has there.
  case value(SpecName)
  /// A constant of the graph's own.
  case constant(ConstantValue)
}

/// What one input of the graph is (`schema.InputSpec`). Inputs are the graph's placeholders in order.
public struct InputSpec: Hashable, Sendable {
  /// What an input can be.
  public enum Kind: Hashable, Sendable {
    case userInput(SpecArgument)
    /// A user input that was specialized to a constant.
    case constantInput(SpecName, value: ConstantValue)
    case parameter(SpecName, target: String)
    case buffer(SpecName, target: String, isPersistent: Bool)
    case tensorConstant(SpecName, target: String)
    case customObject(SpecName, className: String, target: String)
    case token(SpecName)
  }

  /// What it is, with its name and target.
  public var kind: Kind
  /// Fields that this version does not know.
  public var unknownFields: [RawField]

  /// Makes an entry of a kind.
  public init(_ kind: Kind, unknownFields: [RawField] = []) {
    self.kind = kind
    self.unknownFields = unknownFields
  }

  /// Returns the schema's name of the kind: `parameter`, `user_input`.
  public var kindName: String {
    switch kind {
    case .userInput: "user_input"
    case .constantInput: "constant_input"
    case .parameter: "parameter"
    case .buffer: "buffer"
    case .tensorConstant: "tensor_constant"
    case .customObject: "custom_obj"
    case .token: "token"
    }
  }

  /// Returns the qualified name of the parameter, buffer, constant or object; nil for user inputs.
  public var target: String? {
    switch kind {
    case .parameter(_, let target), .buffer(_, let target, _), .tensorConstant(_, let target),
      .customObject(_, _, let target):
      target
    case .userInput, .constantInput, .token: nil
    }
  }

  /// Returns the entry's own name where it is not the placeholder's.
  public var literalName: String? {
    let name: SpecName
    switch kind {
    case .userInput(.value(let own)), .parameter(let own, _), .buffer(let own, _, _),
      .tensorConstant(let own, _), .customObject(let own, _, _), .token(let own),
      .constantInput(let own, _):
      name = own
    case .userInput(.constant): return nil
    }
    if case .literal(let text) = name { return text }
    return nil
  }
}

/// What one output of the graph is (`schema.OutputSpec`).
public struct OutputSpec: Hashable, Sendable {
  /// What an output can be.
  public enum Kind: Hashable, Sendable {
    case userOutput(SpecArgument)
    case lossOutput(SpecName)
    case bufferMutation(SpecName, target: String)
    case parameterMutation(SpecName, target: String)
    case gradientToParameter(SpecName, target: String)
    case gradientToUserInput(SpecName, input: UserInputName)
    case userInputMutation(SpecName, input: UserInputName)
    case token(SpecName)
  }

  /// What it is, with its name and target.
  public var kind: Kind
  /// Fields that this version does not know.
  public var unknownFields: [RawField]

  /// Makes an entry of a kind.
  public init(_ kind: Kind, unknownFields: [RawField] = []) {
    self.kind = kind
    self.unknownFields = unknownFields
  }

  /// Returns the schema's name of the kind: `user_output`, `buffer_mutation`.
  public var kindName: String {
    switch kind {
    case .userOutput: "user_output"
    case .lossOutput: "loss_output"
    case .bufferMutation: "buffer_mutation"
    case .parameterMutation: "parameter_mutation"
    case .gradientToParameter: "gradient_to_parameter"
    case .gradientToUserInput: "gradient_to_user_input"
    case .userInputMutation: "user_input_mutation"
    case .token: "token"
    }
  }

  /// Returns the qualified name of the parameter or buffer that the output is for.
  public var target: String? {
    switch kind {
    case .bufferMutation(_, let target), .parameterMutation(_, let target),
      .gradientToParameter(_, let target):
      target
    default: nil
    }
  }

  /// Returns the user input that the output is for.
  public var userInput: UserInputName? {
    switch kind {
    case .gradientToUserInput(_, let input), .userInputMutation(_, let input): input
    default: nil
    }
  }

  /// Returns the entry's own name where it is not the output's.
  public var literalName: String? {
    let name: SpecName
    switch kind {
    case .userOutput(.value(let own)), .lossOutput(let own), .bufferMutation(let own, _),
      .parameterMutation(let own, _), .gradientToParameter(let own, _),
      .gradientToUserInput(let own, _), .userInputMutation(let own, _), .token(let own):
      name = own
    case .userOutput(.constant): return nil
    }
    if case .literal(let text) = name { return text }
    return nil
  }
}

/// What the inputs and outputs of an exported graph are (`schema.GraphSignature`).
public struct GraphSignature: Hashable, Sendable {
  /// One entry for each placeholder, in order.
  public var inputs: [InputSpec]
  /// One entry for each part of the output, in order.
  public var outputs: [OutputSpec]
  /// Fields that this version does not know.
  public var unknownFields: [RawField]

  /// Makes a signature of its entries.
  public init(inputs: [InputSpec] = [], outputs: [OutputSpec] = [], unknownFields: [RawField] = [])
  {
    self.inputs = inputs
    self.outputs = outputs
    self.unknownFields = unknownFields
  }
}
