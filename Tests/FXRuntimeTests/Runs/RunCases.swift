import FXExport
import FXTestSupport

/// Programs to run and what PyTorch computes, as `tools/fixtures/run_cases.py` writes them.
struct RunCases: Sendable {
  let cases: [RunCase]

  /// The dtypes of which there are samples of PyTorch's operator tests.
  static let dtypes = ["float32", "bfloat16", "float16", "int64", "bool", "complex64"]
  /// The samples of PyTorch's operator tests, by dtype.
  static let operators = Result {
    try Dictionary(
      uniqueKeysWithValues: dtypes.map { ($0, try RunCases("operators/\($0)").cases) })
  }

  /// Reads `NAME.cases.txt` and `NAME.safetensors`.
  init(_ name: String) throws {
    var tensors: [Substring: RunCase.Tensors] = [:]
    let file = try SafetensorsFile(
      MappedFile(copying: Fixtures.read("\(name).safetensors"), path: name))
    for tensor in file.tensors {
      // OPERATOR/SAMPLE/KIND/KEY
      let parts = tensor.name.split(separator: "/", maxSplits: 3)
      guard parts.count == 4, let kind = RunCase.TensorKind(rawValue: String(parts[2])) else {
        throw MalformedFixture(what: tensor.name)
      }
      let id = tensor.name[..<parts[1].endIndex]
      tensors[id, default: [:]][kind, default: [:]][String(parts[3])] = tensor.tensor
    }
    cases = try Self.lines(of: name).map { words, json in
      RunCase(
        name: words[0], results: Array(words.dropFirst()), json: json,
        tensors: tensors[words[0][...]] ?? [:])
    }
  }

  /// Returns each case's words, the first of which is its name, and the JSON of its program.
  static func lines(of name: String) throws -> [(words: [String], json: ArraySlice<UInt8>)] {
    let lines = try Fixtures.read("\(name).cases.txt").split(separator: UInt8(ascii: "\n"))
    return try stride(from: 0, to: lines.count - 1, by: 2).map { line in
      let words = String(decoding: lines[line], as: UTF8.self).split(separator: " ")
      guard !words.isEmpty else { throw MalformedFixture(what: name) }
      return (words.map(String.init), lines[line + 1])
    }
  }
}

/// A fixture that does not have the form that its generator gives it.
struct MalformedFixture: Error {
  let what: String
}
