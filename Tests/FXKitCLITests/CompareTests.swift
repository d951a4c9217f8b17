import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct CompareTests {
  private let folder = TemporaryFolder()
  private let archive = Fixtures.path("archives/conv-norm.pt2")

  @Test func aModelIsTheSameAsItself() {
    let run = Invocation("compare", archive, archive)
    #expect(run.status == 0)
    #expect(run.text.contains("1 output is the same"))
  }

  @Test func theFirstNodeToDifferIsNamed() throws {
    let other = try archive(changing: "norm.bias") { tensor in
      try Tensor.full(tensor.sizes, 0.5, tensor.dtype)
    }
    let run = Invocation("compare", archive, other, "--json")
    #expect(run.status == 1)
    #expect(run.object["same"] as? Bool == false)
    let first = run.object["first_node"] as? [String: Any]
    #expect(
      first?["name"] as? String == "b_norm_bias" || first?["name"] as? String == "p_norm_bias")
  }

  @Test func roundingIsThatOfTheGreatestElement() throws {
    let other = try archive(changing: "head.bias") { tensor in
      let changed = try tensor.clone()
      let start = try changed.mutablePointer(Float.self)
      for index in 0..<changed.elementCount { start[index] += 0.01 }
      return changed
    }
    let document = try Document(path: archive)
    let (a, b) = (try ProgramRunner(document), try ProgramRunner(Document(path: other)))
    let inputs = try a.sampleInputs(of: document)
    func isSame(_ relative: Double, _ allowsRounding: Bool) throws -> Bool {
      try ModelComparison(
        a, b, inputs: inputs, tolerance: .init(relative: relative, absolute: 0),
        allowsRounding: allowsRounding
      ).isSame
    }
    // The outputs are -0.45 and -0.22, so that 0.01 is 4.5 % of the second and 2.2 % of the first.
    #expect(try !isSame(0.03, false))
    #expect(try isSame(0.03, true))
    #expect(try !isSame(0.005, true))
  }

  /// Writes the archive with another weight of a name, and returns its path.
  private func archive(
    changing name: String, _ change: (Tensor) throws -> Tensor
  ) throws -> String {
    let weights = folder.file("w.safetensors")
    #expect(Invocation("weights", archive, "--extract", weights, "--only", name).status == 0)
    let changed = try TensorFile.read(path: weights).map { entry in
      (name: entry.name, tensor: try change(entry.tensor))
    }
    let output = try AtomicOutput(path: weights)
    try TensorFile.write(changed, as: .safetensors, to: output)
    try output.commit()
    let other = folder.file("other.pt2")
    #expect(
      Invocation("weights", archive, "--replace", weights, "--partial", "-o", other).status == 0)
    return other
  }

  @Test func passesKeepTheNumbers() throws {
    let demo = Fixtures.path("archives/demo.pt2")
    let out = folder.file("out.pt2")
    #expect(
      Invocation("transform", demo, "-p", "replace-set-grad,replace-autocast", "-o", out).status
        == 0)
    let run = Invocation("compare", demo, out)
    #expect(run.status == 0, "\(run.text)")
  }

  @Test func boundsAreNumbersFromZero() {
    #expect(Invocation("compare", archive, archive, "--rtol", "-1").status == 2)
    #expect(Invocation("compare", archive, archive, "--rtol", "0", "--atol", "0").status == 0)
  }
}
