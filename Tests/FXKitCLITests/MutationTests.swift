import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

/// What programs write counts as a result: `compare`, `transform --check-numerics` and `run` show it.
struct MutationTests {
  private let folder = TemporaryFolder()

  /// Writes a program that adds a number to its input and to a buffer in place, and returns neither, nor
  /// what was written to the view of a third buffer.
  private func writeProgram(_ name: String, adding number: Int) throws -> String {
    let graph = Graph()
    func input(_ name: String) -> Node {
      let node = graph.end.placeholder(name)
      node.value = .tensor(TensorMeta(dtype: .float32, sizes: [4]))
      return node
    }
    let (total, tail, x) = (input("total"), input("tail"), input("x"))
    let sine = graph.end.callFunction("torch.ops.aten.sin.default", [.node(x)])
    graph.end.callFunction(
      "torch.ops.aten.add_.Tensor", [.node(total), .float(Double(number))])
    let slice = graph.end.callFunction(
      "torch.ops.aten.slice.Tensor", [.node(tail), 0, 2, 4])
    graph.end.callFunction("torch.ops.aten.mul_.Tensor", [.node(slice), .float(Double(number))])
    graph.end.callFunction("torch.ops.aten.add_.Tensor", [.node(x), .float(Double(number))])
    graph.end.output(.tuple([.node(sine)]))
    let program = ExportedProgram(graph, buffers: ["total": "stats.sum", "tail": "stats.tail"])
    let document = Document(
      program,
      tensors: ["stats.sum": try .zeros([4]), "stats.tail": try .full([4], 1, .float32)])
    let path = folder.file(name)
    try document.write(toPath: path)
    return path
  }

  private func differences(_ run: Invocation) -> [[String]] {
    (run.object["differences"] as? [[String: Any]] ?? []).map {
      [$0["kind"] as? String ?? "", $0["name"] as? String ?? ""]
    }
  }

  private let written = [["buffer", "stats.sum"], ["buffer", "stats.tail"], ["input", "x"]]

  /// In place, as outputs of the signature, and one compared with the other.
  @Test func programsThatDifferInWhatTheyWriteDiffer() throws {
    let (a, b) = (try writeProgram("a.pt2", adding: 2), try writeProgram("b.pt2", adding: 3))
    let (atenA, atenB) = (folder.file("aten-a.pt2"), folder.file("aten-b.pt2"))
    for (path, out) in [(a, atenA), (b, atenB)] {
      let run = Invocation("transform", path, "-p", "decompose", "--check-numerics", "-o", out)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(
      try Document(path: atenA).program?.signature.outputs.map(\.kindName) == [
        "buffer_mutation", "buffer_mutation", "user_input_mutation", "user_output",
      ])
    for (first, second) in [(a, b), (atenA, atenB), (a, atenB), (atenA, b)] {
      let run = Invocation("compare", first, second, "--random-inputs", "1", "--json")
      #expect(run.status == 1)
      #expect(run.object["same"] as? Bool == false && run.object["mutations"] as? Int == 3)
      #expect(differences(run) == written, "\(run.text)")
      let text = Invocation("compare", first, second, "--random-inputs", "1").text
      #expect(
        text.contains("buffer 'stats.sum': 4 of 4 elements differ, the first at 0; at most 1.0"))
      #expect(text.contains("buffer 'stats.tail': 2 of 4 elements differ, the first at 2"))
      #expect(text.contains("input 'x': 4 of 4 elements differ") && !text.contains("output 0"))
    }
    for (first, second) in [(a, a), (a, atenA), (atenB, b)] {
      let run = Invocation("compare", first, second, "--random-inputs", "1")
      #expect(run.status == 0)
      #expect(run.text.hasPrefix("1 output and 3 mutations are the same; "))
    }
  }

  /// A buffer that only one of them writes differs from the other's.
  @Test func writesOfOneAloneCount() throws {
    let (a, b) = (try writeProgram("a.pt2", adding: 2), folder.file("b.pt2"))
    var document = try Document(path: a)
    let graph = document.module.graph
    for node in graph.findNodes(.callFunction).reversed() where node.target.contains("add_") {
      try node.erase()
    }
    try document.write(toPath: b)
    for (first, second) in [(a, b), (b, a)] {
      let run = Invocation("compare", first, second, "--random-inputs", "1", "--json")
      #expect(run.status == 1)
      #expect(Set(differences(run)) == [written[0], written[2]], "\(run.text)")
    }
    // A program without the buffer does not write it.
    if let program = document.program {
      try document.program?.signature.removeInput(program.graph.placeholders[0])
    }
    try document.write(toPath: b)
    for (first, second, side) in [(a, b, "A"), (b, a, "B")] {
      let run = Invocation("compare", first, second, "--random-inputs", "1")
      #expect(run.status == 1)
      #expect(run.text.contains("buffer 'stats.sum': it is in \(side) only"), "\(run.text)")
    }
  }

  /// Outputs of batch norm in training don't depend on running statistics.
  @Test func runningStatisticsAreCompared() throws {
    let path = Fixtures.path("archives/residual-training.pt2")
    let document = try Document(path: path)
    let graph = document.module.graph
    let norm = try #require(graph.nodes.first { $0.target.contains("batch_norm") })
    let index = try #require(norm.args.firstIndex(of: .float(0.1)))
    norm.args[index] = .float(0.2)
    let other = folder.file("other.pt2")
    try document.write(toPath: other)
    let run = Invocation("compare", path, other, "--json")
    #expect(run.status == 1)
    let names = differences(run).map { $0[1] }
    #expect(names.count == 2 && names.allSatisfy { $0.contains("running_") }, "\(run.text)")
  }

  @Test func checkNumericsSeesWhatIsWritten() throws {
    let path = try writeProgram("a.pt2", adding: 2)
    let document = try Document(path: path)
    let before = try ProgramRunner(document.copy())
    let lossy = GraphPass("lossy", "forgets a write") { module, _ in
      let node = module.graph.nodes.first { $0.target.contains("mul_") }
      try node?.erase()
      return true
    }
    var changed = document.copy()
    try PassPipeline("lossy", passes: [lossy]).run(on: &changed)
    let comparison = try ModelComparison(
      before, ProgramRunner(changed), inputs: [.tensor(.zeros([4]))], allowsRounding: true)
    #expect(comparison.outputs.isEmpty && !comparison.isSame)
    #expect(comparison.differences.map(\.subject) == ["buffer 'stats.tail'"])
  }

  @Test func runsShowWhatTheyWrite() throws {
    let path = try writeProgram("a.pt2", adding: 2)
    let file = folder.file("in.safetensors")
    let output = try AtomicOutput(path: file)
    try TensorFile.write([("x", .zeros([4]))], as: .safetensors, to: output)
    try output.commit()
    let out = folder.file("written.npz")
    let run = Invocation("run", path, "--inputs", file, "--mutations", out)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.lines.dropFirst(2) == [
        "mutation  name        dtype    shape  min  max  mean",
        "buffer    stats.sum   float32  [4]    2.0  2.0   2.0",
        "buffer    stats.tail  float32  [4]    1.0  2.0   1.5",
        "input     x           float32  [4]    2.0  2.0   2.0",
      ])
    let tensors = try TensorFile.read(path: out)
    #expect(tensors.map(\.name) == ["stats.sum", "stats.tail", "x"])
    #expect(try tensors[1].tensor.elements(as: Float.self) == [1, 1, 2, 2])
    let json = Invocation("run", path, "--inputs", file, "--json").object
    let mutations = json["mutations"] as? [[String: Any]] ?? []
    #expect(mutations.map { $0["kind"] as? String } == ["buffer", "buffer", "input"])
    #expect(mutations.map { $0["max"] as? Double } == [2, 2, 2])
  }

  /// What only reads has no mutations, whatever its operators.
  @Test(arguments: ["conv-norm", "demo", "strided-weights", "shared-weights"])
  func programsThatOnlyReadHaveNoMutations(_ name: String) throws {
    let run = Invocation("run", Fixtures.path("archives/\(name).pt2"), "--json")
    #expect((run.object["mutations"] as? [Any])?.isEmpty == true)
  }

  // MARK: Elements that are no finite numbers

  /// Writes a program that takes an operator of its input of 12 elements.
  private func writeUnary(_ target: String) throws -> String {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [12]))
    let result = graph.end.callFunction("torch.ops.aten.\(target).default", [.node(x)])
    graph.end.output(.tuple([.node(result)]))
    let path = folder.file("\(target).pt2")
    try Document(ExportedProgram(graph)).write(toPath: path)
    return path
  }

  private func writeInput(_ values: [Float]) throws -> String {
    let file = folder.file("in.safetensors")
    let output = try AtomicOutput(path: file)
    try TensorFile.write([("x", Tensor(values))], as: .safetensors, to: output)
    try output.commit()
    return file
  }

  @Test func elementsThatAreNoNumbersAreCounted() throws {
    let (log, negated) = (try writeUnary("log"), try writeUnary("neg"))
    let all = try writeInput(Array(repeating: -1, count: 12))
    let run = Invocation("run", log, "--inputs", all)
    #expect(
      run.lines == [
        "output  name         dtype    shape  min  max  mean  nan",
        "0       log_default  float32  [12]   nan  nan   nan   12",
      ])
    #expect(
      Invocation("compare", negated, log, "--inputs", all).lines.first
        == "output 0: 12 of 12 elements are NaN in B only")
    #expect(
      Invocation("compare", log, negated, "--inputs", all).lines.first
        == "output 0: 12 of 12 elements are NaN in A only")
    #expect(Invocation("compare", log, log, "--inputs", all).status == 0)
    let some = try writeInput([1, 0, -1] + Array(repeating: 2, count: 9))
    #expect(
      Invocation("run", log, "--inputs", some).lines == [
        "output  name         dtype    shape   min       max      mean  nan  inf",
        "0       log_default  float32  [12]   -inf  0.693147  0.623832    1    1",
      ])
    let mixed = Invocation("compare", negated, log, "--inputs", some)
    let differences =
      "10 differ by at most 2.69315, relatively 1.34657, 1 is NaN in B only, 1 differs by infinity"
    #expect(
      mixed.text.hasPrefix(
        "output 0: 12 of 12 elements differ, the first at 0: \(differences)\n"))
    let json = Invocation("compare", negated, log, "--inputs", some, "--json")
    let found = (json.object["differences"] as? [[String: Any]])?.first
    #expect(found?["nan_in_b_only"] as? Int == 1 && found?["nan_in_a_only"] as? Int == 0)
    #expect(found?["infinite"] as? Int == 1 && found?["mismatches"] as? Int == 12)
    let greatest = try #require(found?["greatest_absolute"] as? Double)
    #expect(abs(greatest - 2.6931471824645996) < 1e-12)
  }

  @Test func infinitiesHaveAMean() throws {
    let log = try writeUnary("log")
    let zeros = try writeInput(Array(repeating: 0, count: 12))
    #expect(
      Invocation("run", log, "--inputs", zeros).lines.last
        == "0       log_default  float32  [12]   -inf  -inf  -inf   12")
  }
}
