import FXKit
import FXTestSupport
import Foundation
import Testing

@testable import FXKitCLI

/// `fxkit run` on archives that PyTorch wrote, with the outputs that PyTorch gives.
struct RunTests {
  private let folder = TemporaryFolder()
  private static let archives = Fixtures.list("archives").filter { name in
    name.hasSuffix(".pt2") && name != "two-models.pt2" && name != "custom-object.pt2"
  }

  @Test(arguments: archives) func sampleInputsGiveTheOutputsOfPyTorch(_ name: String) throws {
    let path = Fixtures.path("archives/\(name)")
    let out = folder.file("out.safetensors")
    let run = Invocation("run", path, "--outputs", out)
    #expect(run.status == 0, "\(run.errors)")
    let wanted = try #require(
      JSONSerialization.jsonObject(
        with: Data(Fixtures.read("archives/\(name.dropLast(4)).outputs.json"))) as? [Any])
    let tensors = try TensorFile.read(path: out).sorted {
      (Int($0.name) ?? 0) < (Int($1.name) ?? 0)
    }
    let flat = tensors.flatMap { entry in (try? entry.tensor.elements(as: Double.self)) ?? [] }
    let expected = Self.numbers(wanted)
    #expect(flat.count == expected.count)
    // The fixtures hold six digits.
    for (a, b) in zip(flat, expected) { #expect(abs(a - b) <= 2e-6 + 2e-5 * abs(b)) }
  }

  private static func numbers(_ value: Any) -> [Double] {
    if let parts = value as? [Any] { return parts.flatMap { numbers($0) } }
    return (value as? NSNumber).map { [$0.doubleValue] } ?? []
  }

  @Test func inputsAreMatchedByNameAndByPosition() throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let runner = try ProgramRunner(Document(path: path))
    let sample = try runner.sampleInputs(of: Document(path: path))
    guard case .tensor(let tensor)? = sample.first else {
      Issue.record("no tensor")
      return
    }
    var results: [[UInt8]] = []
    for name in [runner.inputs[0].name, "0"] {
      let file = folder.file("in.safetensors")
      let output = try AtomicOutput(path: file)
      try TensorFile.write([(name, tensor)], as: .safetensors, to: output)
      try output.commit()
      let out = folder.file("out.npy")
      #expect(Invocation("run", path, "--inputs", file, "--outputs", out).status == 0)
      results.append(try readFile(out))
    }
    #expect(results[0] == results[1])
    let wrong = folder.file("wrong.safetensors")
    let output = try AtomicOutput(path: wrong)
    try TensorFile.write([("nothing", tensor)], as: .safetensors, to: output)
    try output.commit()
    let run = Invocation("run", path, "--inputs", wrong)
    #expect(run.status == 1)
    #expect(run.errors.last?.contains("'nothing'") == true)
  }

  @Test(arguments: [
    ("twice.safetensors", ["0", "x"], ScalarType.float32, 1, "is given twice"),
    (
      "dtype.safetensors", ["x"], .float64, 1,
      "input 'x' is float64, where the program was exported with float32"
    ),
    ("places.npz", ["arr_0"], .float32, 0, ""),
    ("beyond.npz", ["arr_1"], .float32, 1, "'arr_1'"),
  ])
  func inputsAreTakenOnceAndInTheirDType(
    _ name: String, _ names: [String], _ dtype: ScalarType, _ status: Int32, _ message: String
  ) throws {
    let file = folder.file(name)
    let form = try #require(TensorFile.Form(path: file))
    let tensors = try names.map { ($0, try Tensor.zeros([1, 3, 8, 8], dtype)) }
    let output = try AtomicOutput(path: file)
    try TensorFile.write(tensors, as: form, to: output)
    try output.commit()
    let run = Invocation("run", Fixtures.path("archives/conv-norm.pt2"), "--inputs", file)
    #expect(run.status == status, "\(run.errors)")
    if status != 0 { #expect(run.errors.last?.contains(message) == true) }
  }

  @Test func shapesAreCheckedBeforeTheRun() throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let file = folder.file("in.npy")
    let output = try AtomicOutput(path: file)
    try TensorFile.write([("0", .zeros([1, 2]))], as: .npy, to: output)
    try output.commit()
    let run = Invocation("run", path, "--inputs", file)
    #expect(run.status == 1)
    #expect(run.errors.last?.contains("dimensions") == true)
  }

  @Test func whatCannotBeRunIsListedAtOnce() {
    let path = Fixtures.path("archives/custom-object.pt2")
    let run = Invocation("run", path, "--check")
    #expect(run.status == 1)
    #expect(run.text.contains("fixture_objects::scaled"))
    let json = Invocation("run", path, "--check", "--json").object
    #expect(json["runnable"] as? Bool == false)
    #expect(Invocation("run", Fixtures.path("archives/conv-norm.pt2"), "--check").status == 0)
  }

  @Test func profilesTellOperatorsModulesAndEvents() throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let trace = folder.file("trace.json")
    let run = Invocation(
      "run", path, "--profile", "--profile-json", trace, "--repeat", "2", "--json")
    #expect(run.status == 0)
    let operators = try #require(run.object["operators"] as? [[String: Any]])
    let convolution = try #require(
      operators.first { ($0["name"] as? String)?.hasPrefix("aten.conv2d") == true })
    #expect(convolution["count"] as? Int == 2)
    #expect((run.object["nanoseconds"] as? [Int])?.count == 2)
    let names = (run.object["modules"] as? [[String: Any]])?.map { $0["name"] as? String }
    #expect(names?.contains("conv") == true)
    let data = try Data(contentsOf: URL(fileURLWithPath: trace))
    let events = try #require(
      (JSONSerialization.jsonObject(with: data) as? [String: Any])?["traceEvents"]
        as? [[String: Any]])
    #expect(events.count == operators.reduce(0) { $0 + ($1["count"] as? Int ?? 0) })
    #expect(events.allSatisfy { $0["ph"] as? String == "X" })
  }

  @Test func tracedValuesAreThoseOfTheNodes() throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let (trace, out) = (folder.file("values.safetensors"), folder.file("out.safetensors"))
    #expect(Invocation("run", path, "--trace-values", trace, "--outputs", out).status == 0)
    let values = try TensorFile.read(path: trace)
    let last = try #require(try TensorFile.read(path: out).first)
    #expect(values.count > 3)
    let result = try #require(values.first { $0.name == "linear" })
    #expect(try result.tensor.isEqual(to: last.tensor))
  }

  @Test func outputsOfOneFileAreRefusedBeforeTheRun() throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let (out, link) = (folder.file("out.npz"), folder.file("link.npz"))
    #expect(symlink(out, link) == 0)
    for (first, second) in [(out, out), (out, link), (link, out)] {
      let run = Invocation("run", path, "--outputs", first, "--trace-values", second)
      #expect(run.status == 2)
    }
    #expect(folder.names == ["link.npz"])
    let trace = Invocation("run", path, "--profile-json", "/dev/null", "--outputs", link)
    #expect(trace.status == 0)
    #expect(Set(folder.names) == ["link.npz", "out.npz"])
  }

  @Test(arguments: [1, 2, 192, 256, 1000, 1024]) func anyNumberOfThreadsRuns(count: Int) throws {
    let path = Fixtures.path("archives/conv-norm.pt2")
    let run = try Subprocess.fxkit("run", path, "--threads", "\(count)").finish()
    #expect(run.status == .exited(0))
    #expect(run.output == Invocation("run", path).output)
  }

  @Test func wrongNumbersAreErrorsOfUsage() {
    let path = Fixtures.path("archives/conv-norm.pt2")
    #expect(Invocation("run", path, "--repeat", "0").status == 2)
    #expect(Invocation("run", path, "--seed", "-1").status == 2)
    #expect(Invocation("run", path, "--inputs", "x.npy", "--random-inputs", "1").status == 2)
  }
}
