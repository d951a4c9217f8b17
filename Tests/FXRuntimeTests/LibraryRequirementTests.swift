import FXCore
import FXKernels
import FXRuntime
import Testing

/// What operators say they need of the system, against what they need.
@Suite struct LibraryRequirementTests {
  /// The first samples of each operator.
  static let samples: [RunCase] = {
    var counts: [Substring: Int] = [:]
    let cases = (try? RunCases.operators.get()["float32"]) ?? []
    return cases.filter { each in
      let name = each.name.prefix { $0 != "/" }
      counts[name, default: 0] += 1
      return counts[name, default: 0] <= 4
    }
  }()

  @Test func whatCanNotBeRunIsSaidBefore() throws {
    #expect(Self.samples.count > 1000)
    var (said, thrown) = (Set<String>(), Set<String>())
    for sample in Self.samples {
      let name = String(sample.name.prefix { $0 != "/" })
      let isSaid = OpenBLAS.$isHidden.withValue(true) { says(sample) }
      if isSaid { said.insert(name) }
      if throwsWithoutLibrary(sample) {
        thrown.insert(name)
        #expect(isSaid, "\(sample.name) needs OpenBLAS and does not say so")
      }
    }
    #expect(said.subtracting(thrown) == [], "these need no OpenBLAS in any sample")
    #expect(thrown.count > 30)
    #expect(!says(Self.samples[0]))
  }

  /// Whether the check before a run finds that the library is missing.
  private func says(_ sample: RunCase) -> Bool {
    let found = sample.examining { program in
      let runner = try ProgramRunner(
        program, state: sample.state(of: program), seed: RunCase.seed)
      let codes = runner.interpreter.unsupported().map(\.code)
      return codes.contains(.runLibrary) ? "said" : nil
    }
    return found == "said"
  }

  /// Whether a run fails for want of the library, though the check before was not asked.
  private func throwsWithoutLibrary(_ sample: RunCase) -> Bool {
    let found = sample.examining { program in
      let runner = try ProgramRunner(
        program, state: sample.state(of: program), seed: RunCase.seed)
      // The plan is made, and kept, while the library is there.
      guard runner.interpreter.unsupported().isEmpty else { return nil }
      let inputs = try runner.inputs.indices.map { index in
        try sample.input(index, runner.inputs[index].value)
      }
      do {
        try OpenBLAS.$isHidden.withValue(true) {
          _ = try runner.run(inputs.map { .tensor($0) })
        }
        return nil
      } catch let error as FXError {
        return error.code == .runLibrary ? "thrown" : nil
      }
    }
    return found == "thrown"
  }
}
