import FXExport
import FXRuntime
import FXTensor
import Testing

/// Inputs that are made for programs whose sizes depend on one another.
@Suite struct RandomInputTests {
  private static let cases = Result { try RunCases("runs/symbols").cases }

  @Test func programsRunOnThem() throws {
    let cases = try Self.cases.get()
    #expect(cases.count == 56)
    for each in cases {
      let found = each.examining { program in
        let runner = try ProgramRunner(program, state: each.state(of: program))
        for seed: UInt64 in [0, 1, 7] {
          let inputs = try runner.randomInputs(seed: seed)
          for (index, input) in inputs.enumerated() {
            // The hints are the sizes of the sample inputs.
            guard case .tensor(let tensor) = input else { return "input \(index) is no tensor" }
            let sample = try each.input(index, runner.inputs[index].value)
            if tensor.sizes != sample.sizes { return "input \(index) is \(tensor.sizes)" }
            if tensor.strides != sample.strides { return "its strides are \(tensor.strides)" }
          }
          _ = try runner.run(inputs)
        }
        return nil
      }
      if let found { Issue.record("\(each.name): \(found)") }
    }
  }

  @Test func programsRunWithoutHints() throws {
    for each in try Self.cases.get() {
      let plain = RunCase(
        name: each.name, results: each.results, json: Self.withoutHints(each.json),
        tensors: each.tensors)
      let found = plain.examining { program in
        let runner = try ProgramRunner(program, state: each.state(of: program))
        for seed: UInt64 in [0, 1, 7] { _ = try runner.run(runner.randomInputs(seed: seed)) }
        return nil
      }
      if let found { Issue.record("\(each.name): \(found)") }
    }
  }

  @Test func matchesOnSamples() throws {
    for each in try Self.cases.get() {
      if let difference = each.difference() { Issue.record("\(each.name): \(difference)") }
    }
  }

  /// Puts None in the place of every example value.
  private static func withoutHints(_ json: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let pieces = String(decoding: json, as: UTF8.self).split(
      separator: "\"hint\": {", omittingEmptySubsequences: false)
    let rest = pieces.dropFirst().map { $0.drop { $0 != "}" }.dropFirst() }
    return Array(([pieces[0]] + rest).joined(separator: "\"hint\": null").utf8)[...]
  }
}
