import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

@testable import FXPasses

/// What `Slimming` drops and what it must leave.
@Suite struct SlimmingTests {
  private let folder = TemporaryFolder()

  /// A weight of a model that a test makes: its signature entry, numbers, and file.
  private struct Weight {
    var name: String
    var kind: String
    var file: String
    var values: [Float] = [1, 2]
  }

  /// Makes a program whose weights `w0`, `w1`, … are the placeholders of the same names.
  private func program(_ weights: [Weight], _ lines: [String]) throws -> ExportedProgram {
    let names = weights.map(\.name)
    let specs = weights.map { weight in
      let arg = "arg: {name: \"\(weight.name)\"}"
      return switch weight.kind {
      case "parameter": "{parameter: {\(arg), parameter_name: \"\(weight.name)\"}}"
      case "constant": "{tensor_constant: {\(arg), tensor_constant_name: \"\(weight.name)\"}}"
      default:
        "{buffer: {\(arg), buffer_name: \"\(weight.name)\", persistent: "
          + "\(weight.kind == "buffer")}}"
      }
    }
    let text = """
      fx 1
      module @main {
      \(names.map { "  %\($0) = placeholder : f32[2]" }.joined(separator: "\n"))
        %x = placeholder : f32[2]
      \(lines.map { "  \($0)" }.joined(separator: "\n"))
      }
      program {
        graph_module: {
          signature: {
            input_specs: [\(specs.map { $0 + ", " }.joined()){user_input: {arg: {as_tensor: {name: "x"}}}}],
            output_specs: [{user_output: {arg: {as_tensor: {name: "out"}}}}],
          },
          module_call_graph: [], treespec_namedtuple_fields: {},
        },
        opset_version: {aten: 10}, range_constraints: {}, schema_version: {major: 8, minor: 20},
        verifiers: ["TRAINING"], torch_version: "2.15.0", guards_code: [],
      }
      """
    let file = MappedFile(copying: Array(text.utf8))
    return try #require(try Document(file).program)
  }

  private func add(
    _ name: String, _ weights: [Weight], _ lines: [String], to package: inout PT2Package
  ) throws {
    let program = try program(weights, lines)
    func config(_ isConstant: Bool) -> PayloadConfig {
      PayloadConfig(
        weights.filter { isConstant == $0.file.hasPrefix("tensor_") }.map { weight in
          let meta = TensorMeta(dtype: .float32, sizes: [2])
          let payload = PayloadMeta(
            pathName: weight.file, isParameter: weight.kind == "parameter", tensor: meta)
          return (weight.name, payload)
        })
    }
    func files(_ isConstant: Bool) -> [(name: String, source: MemberSource)] {
      weights.filter { isConstant == $0.file.hasPrefix("tensor_") }.map { weight in
        let bytes = weight.values.withUnsafeBytes { Array($0) }
        return (weight.file, .bytes(MemberBytes(copying: bytes)))
      }
    }
    package.addModel(
      name, json: .stream { try program.writeJSON(to: &$0) }, weights: config(false),
      weightFiles: files(false), constants: config(true), constantFiles: files(true),
      sampleInputs: .text("pickle"))
  }

  private func slim(
    _ package: PT2Package, _ parts: Set<SlimPart>, isFrozen: Bool = false
  ) throws -> (archive: PT2Archive, savings: [SlimPart: SlimSaving]) {
    try package.write(toPath: folder.file("in.pt2"))
    let archive = try PT2Archive(path: folder.file("in.pt2"))
    var documents = try archive.modelNames.map {
      try Document(MappedFile(path: folder.file("in.pt2")), model: $0)
    }
    var slimming = Slimming(parts, isFrozen: isFrozen)
    let slim = try #require(try slimming.run(on: &documents, for: .pt2))
    try slim.write(toPath: folder.file("out.pt2"))
    let savings = Dictionary(uniqueKeysWithValues: slimming.savings.map { ($0.part, $0) })
    return (try PT2Archive(path: folder.file("out.pt2")), savings)
  }

  private func slim(
    _ weights: [Weight], _ lines: [String], _ parts: Set<SlimPart>, isFrozen: Bool = false
  ) throws -> (archive: PT2Archive, savings: [SlimPart: SlimSaving]) {
    var package = PT2Package()
    try add("m", weights, lines, to: &package)
    return try slim(package, parts, isFrozen: isFrozen)
  }

  private func paths(_ archive: PT2Archive, _ model: String = "m") throws -> [String: String] {
    let entries = try archive.weightEntries(of: model)
    return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.meta.pathName) })
  }

  private static let sum = [
    "%a = call_function torch.ops.aten.add.Tensor(self: %x, other: %w0) : f32[2]",
    "%out = call_function torch.ops.aten.add.Tensor(self: %a, other: %w1) : f32[2]",
    "output (%out,)",
  ]

  // MARK: Duplicates

  @Test func constantsThatNobodyWritesShareAMember() throws {
    for kind in ["constant", "non_persistent"] {
      let (archive, savings) = try slim(
        [
          Weight(name: "w0", kind: kind, file: "tensor_0"),
          Weight(name: "w1", kind: kind, file: "tensor_1"),
        ], Self.sum, [.duplicates])
      #expect(try paths(archive) == ["w0": "tensor_0", "w1": "tensor_0"])
      #expect(savings[.duplicates]?.count == 1)
      #expect(savings[.duplicates]?.byteCount == 8)
      #expect(archive.size(of: "data/constants/tensor_1") == nil)
    }
  }

  /// PyTorch would make them one, so that training or loading a state dict changed both.
  @Test func parametersAndBuffersDoNot() throws {
    for kind in ["parameter", "buffer"] {
      let weights = [
        Weight(name: "w0", kind: kind, file: "weight_0"),
        Weight(name: "w1", kind: kind, file: "weight_1"),
      ]
      let (archive, savings) = try slim(weights, Self.sum, [.duplicates])
      #expect(try paths(archive) == ["w0": "weight_0", "w1": "weight_1"])
      #expect(savings[.duplicates]?.count == 0)
      let (frozen, _) = try slim(weights, Self.sum, [.duplicates], isFrozen: true)
      #expect(try paths(frozen) == ["w0": "weight_0", "w1": "weight_0"])
    }
  }

  /// Not even where the caller promises not to write: the program itself does, or hands it out.
  @Test(arguments: [
    [
      "%a = call_function torch.ops.aten.add_.Tensor(self: %w0, other: %x) : f32[2]",
      "%out = call_function torch.ops.aten.add.Tensor(self: %a, other: %w1) : f32[2]",
      "output (%out,)",
    ],
    [
      "%v = call_function torch.ops.aten.view.default(self: %w1, size: [2]) : f32[2]",
      "%a = call_function torch.ops.aten.mul_.Tensor(self: %v, other: %x) : f32[2]",
      "%out = call_function torch.ops.aten.add.Tensor(self: %a, other: %w0) : f32[2]",
      "output (%out,)",
    ],
    [
      "%a = call_function torch.ops.aten.add.Tensor(self: %w0, other: %x) : f32[2]",
      "%out = call_function torch.ops.aten.view.default(self: %w1, size: [2]) : f32[2]",
      "output (%out,)",
    ],
    [
      "%a = call_function torch.ops.mine.anything.default(self: %w0, other: %x) : f32[2]",
      "%out = call_function torch.ops.aten.add.Tensor(self: %a, other: %w1) : f32[2]",
      "output (%out,)",
    ],
  ])
  func whatMayBeWrittenStaysAlone(_ lines: [String]) throws {
    let (archive, _) = try slim(
      [
        Weight(name: "w0", kind: "constant", file: "tensor_0"),
        Weight(name: "w1", kind: "constant", file: "tensor_1"),
      ], lines, [.duplicates], isFrozen: true)
    #expect(try paths(archive) == ["w0": "tensor_0", "w1": "tensor_1"])
  }

  @Test func otherBytesAreNoDuplicates() throws {
    let (archive, _) = try slim(
      [
        Weight(name: "w0", kind: "constant", file: "tensor_0"),
        Weight(name: "w1", kind: "constant", file: "tensor_1", values: [1, -2]),
      ], Self.sum, [.duplicates])
    #expect(try paths(archive) == ["w0": "tensor_0", "w1": "tensor_1"])
  }

  /// Each model reads its weights for itself, so that sharing a member can't be observed.
  @Test func weightsOfDifferentModelsShareAMember() throws {
    var package = PT2Package()
    for (model, files) in [("a", ["weight_0", "weight_1"]), ("b", ["weight_2", "weight_3"])] {
      let weights = files.enumerated().map { index, file in
        Weight(name: "w\(index)", kind: "parameter", file: file)
      }
      try add(model, weights, Self.sum, to: &package)
    }
    let (archive, savings) = try slim(package, [.duplicates])
    // All four have the same bytes; within a model two members stay two.
    #expect(try paths(archive, "a") == ["w0": "weight_0", "w1": "weight_1"])
    #expect(try paths(archive, "b") == ["w0": "weight_0", "w1": "weight_1"])
    #expect(savings[.duplicates]?.count == 2)
  }

  /// A member that has taken in another model's is no place for a second one of that model.
  @Test func membersOfSeveralModelsFindPartners() throws {
    var package = PT2Package()
    for (model, files) in [
      ("a", ["weight_0", "weight_1"]), ("b", ["weight_2", "weight_3"]),
      ("c", ["weight_4", "weight_5"]),
    ] {
      let weights = files.enumerated().map { index, file in
        Weight(name: "w\(index)", kind: "parameter", file: file)
      }
      try add(model, weights, Self.sum, to: &package)
    }
    let (archive, savings) = try slim(package, [.duplicates])
    for model in ["a", "b", "c"] {
      #expect(Set(try paths(archive, model).values) == ["weight_0", "weight_1"])
    }
    #expect(savings[.duplicates]?.count == 4)
    let (frozen, all) = try slim(package, [.duplicates], isFrozen: true)
    #expect(Set(try paths(frozen, "c").values) == ["weight_0"])
    #expect(all[.duplicates]?.count == 5)
  }

  // MARK: Unused weights

  @Test func weightsWithoutUseGo() throws {
    let weights = [
      Weight(name: "idle", kind: "parameter", file: "weight_0"),
      Weight(name: "w0", kind: "parameter", file: "weight_1"),
      Weight(name: "w1", kind: "buffer", file: "weight_2"),
      // Shares its member with one that is used.
      Weight(name: "alias", kind: "parameter", file: "weight_1"),
    ]
    let (archive, savings) = try slim(weights, Self.sum, [.unusedWeights, .sampleInputs])
    #expect(try paths(archive) == ["w0": "weight_1", "w1": "weight_2"])
    #expect(archive.size(of: "data/weights/weight_0") == nil)
    #expect(savings[.unusedWeights]?.count == 2)
    let document = try Document(path: folder.file("out.pt2"))
    #expect(document.findings().isEmpty)
    #expect(document.program?.inputNames == ["w0", "w1", "x"])
  }

  @Test func weightsThatNoSignatureNamesGo() throws {
    var package = PT2Package()
    try add(
      "m",
      [
        Weight(name: "w0", kind: "parameter", file: "weight_0"),
        Weight(name: "w1", kind: "parameter", file: "weight_1"),
      ], Self.sum, to: &package)
    package.set("data/weights/weight_9", .text("1234"))
    package.set("data/weights/notes.txt", .text("mine"))
    let (archive, savings) = try slim(package, [.unusedWeights])
    #expect(archive.size(of: "data/weights/weight_9") == nil)
    #expect(archive.size(of: "data/weights/notes.txt") == 4)
    #expect(savings[.unusedWeights]?.byteCount == 4)
  }

  // MARK: The rest

  @Test func sampleInputsBecomeEmpty() throws {
    let weights = [
      Weight(name: "w0", kind: "parameter", file: "weight_0"),
      Weight(name: "w1", kind: "parameter", file: "weight_1"),
    ]
    let (archive, savings) = try slim(weights, Self.sum, [.sampleInputs])
    #expect(archive.size(of: "data/sample_inputs/m.pt") == 0)
    #expect(savings == [.sampleInputs: SlimSaving(part: .sampleInputs, count: 1, byteCount: 6)])
  }

  static let archives = Fixtures.list("archives").filter { $0.hasSuffix(".pt2") }

  /// Nothing new is wrong with what is left, and all of it was there before.
  @Test(arguments: archives)
  func slimArchivesAreSound(_ name: String) throws {
    let path = Fixtures.path("archives/\(name)")
    let before = try PT2Archive(path: path)
    var documents = try before.modelNames.map { try Document(MappedFile(path: path), model: $0) }
    var slimming = Slimming()
    let package = try #require(try slimming.run(on: &documents, for: .pt2))
    try package.write(toPath: folder.file("out.pt2"))
    let after = try PT2Archive(path: folder.file("out.pt2"))
    #expect(after.modelNames == before.modelNames)
    for model in after.modelNames {
      let (old, new) = (
        try Document(MappedFile(path: path), model: model),
        try Document(MappedFile(path: folder.file("out.pt2")), model: model)
      )
      #expect(new.findings().filter(\.isError) == old.findings().filter(\.isError))
      let weights = try before.tensors(before.weightEntries(of: model).filter(\.isPlain))
      for named in try after.tensors(after.weightEntries(of: model).filter(\.isPlain)) {
        let original = try #require(weights.first { $0.name == named.name })
        #expect(try named.tensor.hasEqualContents(to: original.tensor))
      }
      new.module.forEachGraphModule { _, module in
        for node in module.graph.nodes {
          for key in ["stack_trace", "nn_module_stack", "torch_fn"] {
            #expect(node.metadata(key) == nil)
          }
        }
      }
    }
    // Once more, there is nothing left to drop.
    var again = try after.modelNames.map {
      try Document(MappedFile(path: folder.file("out.pt2")), model: $0)
    }
    _ = try slimming.run(on: &again, for: .pt2)
    #expect(slimming.savings.allSatisfy { $0.count == 0 && $0.byteCount == 0 })
  }

  @Test func tensorsThatNoArchiveHoldsAreNotLost() throws {
    let path = Fixtures.path("archives/demo.pt2")
    var documents = [try Document(path: path)]
    documents[0].tensors["extra"] = try .zeros([2])
    var slimming = Slimming()
    let error = #expect(throws: FXError.self) { try slimming.run(on: &documents, for: .pt2) }
    #expect(error?.code == .slimUnsaved)
  }

  @Test func partsThatAreKeptAreKept() throws {
    let path = Fixtures.path("zoo/bert.export.json")
    var documents = [try Document(path: path)]
    var slimming = Slimming([.stackTraces, .sampleInputs])
    #expect(try slimming.run(on: &documents, for: .modelJSON) == nil)
    let savings = slimming.savings
    // What only archives have is not spoken of.
    #expect(savings.map(\.part) == [.stackTraces])
    #expect(savings[0].count == 90)
    var sink = ByteSink()
    try documents[0].write(to: &sink, as: .modelJSON)
    #expect(try sink.byteCount == readFile(path).count - savings[0].byteCount)
    #expect(documents[0].module.graph.nodes.contains { $0.metadata("nn_module_stack") != nil })
  }
}
