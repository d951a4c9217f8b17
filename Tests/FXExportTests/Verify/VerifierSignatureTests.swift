import FXCore
import FXExport
import FXGraph
import Testing

/// Defects of signatures, module calls, header and weights.
@Suite struct VerifierSignatureTests {
  private static let inputs = "graph_module.signature.input_specs"
  private static let outputs = "graph_module.signature.output_specs"
  private static let calls = "graph_module.module_call_graph"
  private static let mutations = "programs/mutations.decomposed.json"
  private static let plain = "programs/mutations.json"
  private static let dynamic = "programs/dynamic-batch.json"
  private static let trees = "programs/pytree-inputs.json"

  @Test(arguments: [
    BrokenProgram(
      plain, [(", {\"user_input\": {\"arg\": {\"as_tensor\": {\"name\": \"y\"}}}}]", "]")],
      [(.signatureArity, inputs), (.callGraphArity, "\(calls)[0].signature.in_spec")]),
    BrokenProgram(
      plain, [(", {\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add__1\"}}}}]", "]")],
      [(.signatureArity, outputs), (.callGraphArity, "\(calls)[0].signature.out_spec")]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_input\": {\"arg\": {\"as_tensor\": {\"name\": \"y\"",
          "{\"user_input\": {\"arg\": {\"as_tensor\": {\"name\": \"z\""
        )
      ],
      [(.signatureName, "\(inputs)[4]")]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add\"",
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"mul_\""
        )
      ],
      [(.signatureName, "\(outputs)[0]")]),
    BrokenProgram(
      plain, [("\"buffer_name\": \"steps\"", "\"buffer_name\": \"total\"")],
      [
        (.signatureDuplicate, "\(inputs)[1]")
      ]),
    BrokenProgram(
      plain, [("\"buffer_name\": \"steps\"", "\"buffer_name\": \"\"")],
      [
        (.signatureTarget, "\(inputs)[1]")
      ]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add__1\"}}}}",
          "{\"buffer_mutation\": {\"arg\": {\"name\": \"add__1\"}, \"buffer_name\": \"steps\"}}"
        )
      ],
      [(.signatureOrder, "\(outputs)[1]"), (.callGraphArity, "\(calls)[0].signature.out_spec")]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add\"}}}}",
          "{\"buffer_mutation\": {\"arg\": {\"name\": \"add\"}, \"buffer_name\": \"nothing\"}}"
        )
      ],
      [(.signatureTarget, "\(outputs)[0]"), (.callGraphArity, "\(calls)[0].signature.out_spec")]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add\"}}}}",
          "{\"user_input_mutation\": {\"arg\": {\"name\": \"add\"}, \"user_input_name\": \"b_total\"}}"
        )
      ],
      [(.signatureUserInput, "\(outputs)[0]"), (.callGraphArity, "\(calls)[0].signature.out_spec")]),
    BrokenProgram(
      plain,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"add\"}}}}",
          "{\"user_input_mutation\": {\"arg\": {\"name\": \"add\"}, \"user_input_name\": \"zz\"}}"
        )
      ],
      [(.signatureUserInput, "\(outputs)[0]"), (.callGraphArity, "\(calls)[0].signature.out_spec")]),
    BrokenProgram(
      dynamic,
      [
        (
          "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"relu\"}}}}",
          "{\"user_output\": {\"arg\": {\"as_int\": 1}}}"
        )
      ],
      [(.signatureConstant, "\(outputs)[0]")]),
    BrokenProgram(
      dynamic,
      [
        (
          "{\"user_input\": {\"arg\": {\"as_tensor\": {\"name\": \"x\"}}}}",
          "{\"constant_input\": {\"name\": \"x\", \"value\": {\"as_int\": 1}}}"
        )
      ],
      [(.signatureKind, "\(inputs)[2]")]),
    BrokenProgram(
      "programs/symbolic-int-input.json",
      [
        (
          "{\"user_input\": {\"arg\": {\"as_sym_int\": {\"as_name\": \"count\"}}}}",
          "{\"parameter\": {\"arg\": {\"name\": \"count\"}, \"parameter_name\": \"n\"}}"
        )
      ],
      [(.signatureKind, "\(inputs)[1]"), (.callGraphArity, "\(calls)[0].signature.in_spec")]),
    // Module calls.
    BrokenProgram(
      dynamic,
      [
        (
          "\"inputs\": [], \"outputs\": []",
          "\"inputs\": [{\"as_tensor\": {\"name\": \"q\"}}], \"outputs\": []"
        )
      ],
      [
        (.callGraphName, "\(calls)[0].signature.inputs[0]")
      ]),
    BrokenProgram(
      dynamic,
      [
        (
          "\"inputs\": [], \"outputs\": []",
          "\"inputs\": [], \"outputs\": [{\"as_sym_int\": {\"as_name\": \"q\"}}]"
        )
      ],
      [
        (.callGraphName, "\(calls)[0].signature.outputs[0]")
      ]),
    BrokenProgram(
      dynamic, [("\"in_spec\": \"[1", "\"in_spec\": \"[2")],
      [
        (.callGraphTree, "\(calls)[0].signature.in_spec")
      ]),
    BrokenProgram(
      dynamic, [("\"out_spec\": \"[1, ", "\"out_spec\": \"[1, [")],
      [
        (.callGraphTree, "\(calls)[0].signature.out_spec")
      ]),
    BrokenProgram(
      dynamic, [("\"forward_arg_names\": [\"x\"]", "\"forward_arg_names\": [\"x\", \"y\"]")],
      [
        (.callGraphArity, "\(calls)[0].signature.forward_arg_names")
      ]),
    BrokenProgram(
      dynamic, [("\\\"context\\\": \\\"[]\\\"", "\\\"context\\\": \\\"[1]\\\"")],
      [
        (.callGraphTree, "\(calls)[0].signature.in_spec")
      ]),
    BrokenProgram(
      trees,
      [("{\"field_names\": [\"first\", \"second\"]}", "{\"field_names\": [\"a\", \"b\", \"c\"]}")],
      [
        (.callGraphNamedTuple, "\(calls)[0].signature.in_spec"),
        (.callGraphType, "\(calls)[0].signature.in_spec"),
        (.callGraphNamedTuple, "\(calls)[0].signature.out_spec"),
      ]),
    // Header.
    BrokenProgram(
      dynamic, [("\"minor\": 20", "\"minor\": 99")],
      [
        (.programSchemaVersion, "schema_version")
      ]),
    BrokenProgram(dynamic, [("{\"aten\": 10}", "{}")], [(.programOpset, "opset_version")]),
    BrokenProgram(dynamic, [("[\"TRAINING\"]", "[]")], [(.programVerifier, "verifiers")]),
    BrokenProgram(
      dynamic, [("[\"TRAINING\"]", "[\"TRAINING\", \"EDGE\"]")],
      [
        (.programVerifier, "verifiers[1]")
      ]),
    BrokenProgram(
      dynamic, [("\"torch_version\": \"2.15.0+cu132\"", "\"torch_version\": \"\"")],
      [
        (.programTorchVersion, "torch_version")
      ]),
    // All at once, in the order of the document.
    BrokenProgram(
      dynamic,
      [
        ("torch.ops.aten.relu.default", "len"),
        ("\"sizes\": [{\"as_int\": 2}", "\"sizes\": [{\"as_int\": -2}"),
        ("\"parameter_name\": \"linear.bias\"", "\"parameter_name\": \"linear.weight\""),
        ("\"in_spec\": \"[1", "\"in_spec\": \"[2"), ("{\"aten\": 10}", "{}"),
        ("\"torch_version\": \"2.15.0+cu132\"", "\"torch_version\": \"\""),
      ],
      [
        (.operatorNotAllowed, "graph_module.graph.nodes[1]"),
        (.tensorNegative, "graph_module.graph.tensor_values.p_linear_weight"),
        (.signatureDuplicate, "\(inputs)[1]"),
        (.callGraphTree, "\(calls)[0].signature.in_spec"),
        (.programOpset, "opset_version"), (.programTorchVersion, "torch_version"),
      ]),
  ])
  func findsDefect(_ broken: BrokenProgram) throws { try broken.check() }

  @Test func findsMutationsOfOneTarget() throws {
    let program = try readProgram("programs/mutations.decomposed.json")
    var broken = program
    let index = try #require(
      broken.signature.outputs.firstIndex { $0.kindName == "buffer_mutation" })
    broken.signature.outputs[index + 1] = broken.signature.outputs[index]
    let findings = ProgramVerifier().findings(in: broken).filter(\.isError)
    #expect(findings.first?.code == .signatureDuplicate)
    #expect(findings.first?.place.path == "\(Self.outputs)[\(index + 1)]")
  }

  // MARK: Weights

  private func stored(
    _ name: String, _ sizes: [SymInt], bytes: Int? = nil, dtype: ScalarType = .float32,
    isParameter: Bool = true
  ) -> StoredTensor {
    let meta = TensorMeta(dtype: dtype, sizes: sizes)
    return StoredTensor(
      name: name, meta: meta, byteCount: bytes ?? meta.requiredByteCount, isParameter: isParameter,
      member: "data/weights/\(name)")
  }

  private func check(
    _ path: String, _ weights: StoredWeights, _ expected: [(FXError.Code, String?)]
  ) throws {
    let program = try readProgram(path)
    let findings = ProgramVerifier(weights: weights).findings(in: program)
    #expect(
      findings.map { "\($0.code) \($0.place.path ?? "-")" }
        == expected.map { "\($0.0) \($0.1 ?? "-")" })
  }

  @Test func comparesParameters() throws {
    let (weight, bias) = (stored("linear.weight", [2, 3]), stored("linear.bias", [2]))
    try check(Self.dynamic, StoredWeights(stateDict: [weight, bias]), [])
    try check(
      Self.dynamic, StoredWeights(stateDict: [bias]), [(.weightMissing, "\(Self.inputs)[0]")])
    try check(
      Self.dynamic, StoredWeights(stateDict: [stored("linear.weight", [3, 3]), bias]),
      [(.weightMetadata, "\(Self.inputs)[0]")])
    try check(
      Self.dynamic,
      StoredWeights(stateDict: [stored("linear.weight", [2, 3], dtype: .float64), bias]),
      [(.weightMetadata, "\(Self.inputs)[0]")])
    try check(
      Self.dynamic, StoredWeights(stateDict: [stored("linear.weight", [2, 3], bytes: 20), bias]),
      [(.weightSize, "\(Self.inputs)[0]")])
    try check(
      Self.dynamic,
      StoredWeights(stateDict: [weight, stored("linear.bias", [2], isParameter: false)]),
      [(.weightKind, "\(Self.inputs)[1]")])
    try check(
      Self.dynamic, StoredWeights(stateDict: [weight, bias, stored("more", [1])]),
      [(.weightUnused, nil)])
    try check(
      Self.dynamic, StoredWeights(stateDict: [weight, bias, bias]), [(.weightDuplicate, nil)])
  }

  @Test func comparesBuffers() throws {
    func buffer(_ name: String, _ sizes: [SymInt], _ dtype: ScalarType = .float32) -> StoredTensor {
      stored(name, sizes, dtype: dtype, isParameter: false)
    }
    let state = [buffer("total", [3]), buffer("steps", [], .int64)]
    let scratch = buffer("scratch", [3])
    try check(Self.plain, StoredWeights(stateDict: state, constants: [scratch]), [])
    try check(
      Self.plain, StoredWeights(stateDict: state + [scratch]),
      [(.weightPersistence, "\(Self.inputs)[2]")])
    try check(
      Self.plain, StoredWeights(stateDict: state), [(.weightMissing, "\(Self.inputs)[2]")])
    try check(
      Self.plain,
      StoredWeights(stateDict: state, constants: [scratch], objects: ["engine"]),
      [(.weightUnused, nil)])
  }

  @Test func looksForStoredObjects() throws {
    let path = "programs/custom-object.json"
    let program = try readProgram(path)
    let objects = program.signature.inputs.filter { $0.kindName == "custom_obj" }
      .compactMap(\.target)
    #expect(!objects.isEmpty)
    let missing = ProgramVerifier(weights: StoredWeights()).findings(in: program)
    #expect(missing.filter { $0.code == .weightMissing }.count >= objects.count)
    let stored = ProgramVerifier(weights: StoredWeights(objects: objects)).findings(in: program)
    #expect(!stored.contains { $0.code == .weightMissing && $0.message.contains("object") })
  }
}
