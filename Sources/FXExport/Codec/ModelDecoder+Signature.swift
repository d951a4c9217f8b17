import FXCore
import FXGraph

/// Decodes graph signatures. Names are kept by position where they are what the graph says.
extension ModelDecoder {
  /// What a signature's names are resolved against.
  struct SignatureNames {
    let inputs: [String]
    let outputs: [String?]
    let inputIndices: [String: Int]

    init(_ graph: Graph) {
      inputs = graph.placeholders.map(\.name)
      let result = graph.outputNode?.arg(0)
      outputs = (result?.elements ?? result.map { [$0] } ?? []).map { $0.node?.name }
      inputIndices = Dictionary(
        inputs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func input(_ name: String, at index: Int) -> SpecName {
      index < inputs.count && inputs[index] == name ? .positional : .literal(name)
    }

    func output(_ name: String, at index: Int) -> SpecName {
      index < outputs.count && outputs[index] == name ? .positional : .literal(name)
    }

    func userInput(_ name: String) -> UserInputName {
      inputIndices[name].map { .input($0) } ?? .literal(name)
    }
  }

  /// The fields of one specification, gathered before it is known which it is.
  struct SpecFields {
    var name: String?
    var argument: SpecArgument?
    var className = ""
    var target: String?
    var isPersistent: Bool?
    var userInput: String?
    var constant: ConstantValue?
    var unknown: [RawField] = []
  }

  /// Reads a `GraphSignature`.
  mutating func readSignature(_ names: SignatureNames) throws(FXError) -> GraphSignature {
    _ = try reader.peek()
    let start = reader.offset
    var signature = GraphSignature()
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("input_specs") {
        try fields.note(0, reader, key)
        try readArray { (decoder) throws(FXError) in
          let spec = try decoder.readInputSpec(names, at: signature.inputs.count)
          signature.inputs.append(spec)
        }
      } else if key.equals("output_specs") {
        try fields.note(1, reader, key)
        try readArray { (decoder) throws(FXError) in
          let spec = try decoder.readOutputSpec(names, at: signature.outputs.count)
          signature.outputs.append(spec)
        }
      } else {
        try readUnknown(key, into: &signature.unknownFields)
      }
    }
    try fields.require(0, "input_specs", reader, at: start)
    try fields.require(1, "output_specs", reader, at: start)
    return signature
  }

  private mutating func readInputSpec(_ names: SignatureNames, at index: Int) throws(FXError)
    -> InputSpec
  {
    var spec: InputSpec?
    try readUnion("InputSpec") { (decoder, tag) throws(FXError) in
      let start = decoder.reader.offset
      let fields = try decoder.readSpecFields { names.input($0, at: index) }
      let name = fields.name.map { names.input($0, at: index) }
      let kind: InputSpec.Kind
      if tag.equals("user_input") {
        kind = .userInput(try decoder.need(fields.argument, "arg", at: start))
      } else if tag.equals("parameter") {
        kind = .parameter(
          try decoder.need(name, "arg", at: start),
          target: try decoder.need(fields.target, "parameter_name", at: start))
      } else if tag.equals("buffer") {
        kind = .buffer(
          try decoder.need(name, "arg", at: start),
          target: try decoder.need(fields.target, "buffer_name", at: start),
          isPersistent: try decoder.need(fields.isPersistent, "persistent", at: start))
      } else if tag.equals("tensor_constant") {
        kind = .tensorConstant(
          try decoder.need(name, "arg", at: start),
          target: try decoder.need(fields.target, "tensor_constant_name", at: start))
      } else if tag.equals("custom_obj") {
        kind = .customObject(
          try decoder.need(name, "arg", at: start), className: fields.className,
          target: try decoder.need(fields.target, "custom_obj_name", at: start))
      } else if tag.equals("token") {
        kind = .token(try decoder.need(name, "arg", at: start))
      } else if tag.equals("constant_input") {
        kind = .constantInput(
          try decoder.need(name, "name", at: start),
          value: try decoder.need(fields.constant, "value", at: start))
      } else {
        return false
      }
      spec = InputSpec(kind, unknownFields: fields.unknown)
      return true
    }
    guard let spec else { throw reader.error(.malformedUnion, "the InputSpec is empty") }
    return spec
  }

  private mutating func readOutputSpec(_ names: SignatureNames, at index: Int) throws(FXError)
    -> OutputSpec
  {
    var spec: OutputSpec?
    try readUnion("OutputSpec") { (decoder, tag) throws(FXError) in
      let start = decoder.reader.offset
      let fields = try decoder.readSpecFields { names.output($0, at: index) }
      func name() throws(FXError) -> SpecName {
        names.output(try decoder.need(fields.name, "arg", at: start), at: index)
      }
      func input() throws(FXError) -> UserInputName {
        names.userInput(try decoder.need(fields.userInput, "user_input_name", at: start))
      }
      let kind: OutputSpec.Kind
      if tag.equals("user_output") {
        kind = .userOutput(try decoder.need(fields.argument, "arg", at: start))
      } else if tag.equals("loss_output") {
        kind = .lossOutput(try name())
      } else if tag.equals("buffer_mutation") {
        kind = .bufferMutation(
          try name(), target: try decoder.need(fields.target, "buffer_name", at: start))
      } else if tag.equals("parameter_mutation") {
        kind = .parameterMutation(
          try name(), target: try decoder.need(fields.target, "parameter_name", at: start))
      } else if tag.equals("gradient_to_parameter") {
        kind = .gradientToParameter(
          try name(), target: try decoder.need(fields.target, "parameter_name", at: start))
      } else if tag.equals("gradient_to_user_input") {
        kind = .gradientToUserInput(try name(), input: try input())
      } else if tag.equals("user_input_mutation") {
        kind = .userInputMutation(try name(), input: try input())
      } else if tag.equals("token") {
        kind = .token(try name())
      } else {
        return false
      }
      spec = OutputSpec(kind, unknownFields: fields.unknown)
      return true
    }
    guard let spec else { throw reader.error(.malformedUnion, "the OutputSpec is empty") }
    return spec
  }

  private func need<T>(_ value: T?, _ field: StaticString, at start: Int) throws(FXError) -> T {
    guard let value else {
      throw reader.error(.jsonMissingField, "the field '\(field)' is missing", at: start)
    }
    return value
  }

  private mutating func readSpecFields(_ resolve: (String) -> SpecName) throws(FXError)
    -> SpecFields
  {
    let start = reader.offset
    var fields = SpecFields()
    var seen = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("arg") {
        try seen.note(0, reader, key)
        try readSpecArgument(&fields, resolve)
      } else if key.equals("name") {
        try seen.note(1, reader, key)
        fields.name = try reader.readString()
      } else if key.equals("value") {
        try seen.note(2, reader, key)
        var constant: ConstantValue?
        try readUnion("ConstantValue") { (decoder, tag) throws(FXError) in
          constant = try decoder.readConstant(tag)
          return constant != nil
        }
        fields.constant = constant
      } else if key.equals("parameter_name") || key.equals("buffer_name")
        || key.equals("tensor_constant_name") || key.equals("custom_obj_name")
      {
        try seen.note(3, reader, key)
        fields.target = try reader.readString()
      } else if key.equals("persistent") {
        try seen.note(4, reader, key)
        fields.isPersistent = try reader.readBool()
      } else if key.equals("user_input_name") {
        try seen.note(5, reader, key)
        fields.userInput = try reader.readString()
      } else {
        try readUnknown(key, into: &fields.unknown)
      }
    }
    try keepStrays(from: start, in: &fields.unknown)
    return fields
  }

  /// Reads the `arg` of a specification: a plain name, a custom object, or an `Argument` union.
  private mutating func readSpecArgument(
    _ fields: inout SpecFields, _ resolve: (String) -> SpecName
  ) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    guard let tag = try reader.nextKey(&isFirst) else {
      throw reader.error(.malformedUnion, "the argument of the specification is empty", at: start)
    }
    if tag.equals("name") || tag.equals("class_fqn") {
      reader.leave(backTo: start)
      if try peekHasClass() {
        let object = try readCustomObject()
        fields.name = context.strings[object.name]
        fields.className = context.strings[object.className]
      } else {
        fields.name = context.strings[try readNameObject()]
      }
      return
    }
    reader.leave(backTo: start)
    try readUnion("Argument") { (decoder, tag) throws(FXError) in
      if tag.equals("as_tensor") {
        fields.name = decoder.context.strings[try decoder.readNameObject()]
      } else if tag.equals("as_sym_int") || tag.equals("as_sym_float") || tag.equals("as_sym_bool")
      {
        try decoder.readUnion("symbolic argument") { (decoder, tag) throws(FXError) in
          guard tag.equals("as_name") else {
            guard let constant = try decoder.readConstant(tag) else { return false }
            fields.argument = .constant(constant)
            return true
          }
          fields.name = try decoder.reader.readString()
          return true
        }
      } else if tag.equals("as_custom_obj") {
        let object = try decoder.readCustomObject()
        fields.name = decoder.context.strings[object.name]
        fields.className = decoder.context.strings[object.className]
      } else if let constant = try decoder.readConstant(tag) {
        fields.argument = .constant(constant)
      } else {
        return false
      }
      return true
    }
    if let name = fields.name { fields.argument = .value(resolve(name)) }
  }

  /// Tells whether the next object has the field `class_fqn`, without reading it.
  private func peekHasClass() throws(FXError) -> Bool {
    var ahead = reader
    try ahead.beginObject()
    var isFirst = true
    while let key = try ahead.nextKey(&isFirst) {
      if key.equals("class_fqn") { return true }
      try ahead.skipValue()
    }
    return false
  }

  /// Reads the constant behind a tag that has been read; nil for a tag of another kind.
  mutating func readConstant(_ tag: JSONText) throws(FXError) -> ConstantValue? {
    if tag.equals("as_none") {
      try reader.skipValue()
      return ConstantValue.none
    }
    if tag.equals("as_int") { return .int(try reader.readInt()) }
    if tag.equals("as_float") { return .float(try reader.readDouble()) }
    if tag.equals("as_string") { return .string(try reader.readString()) }
    if tag.equals("as_bool") { return .bool(try reader.readBool()) }
    return nil
  }
}
