import FXATen
import FXCore
import FXGraph
import FXOperators
import FXTensor
import FXTestSupport
import Testing

/// Derivatives of elementwise operators against those of PyTorch, at ordinary and at special points.
@Suite struct GradientFixtureTests {
  /// One call: its arguments, and what PyTorch's two modes give.
  private struct Sample: CustomStringConvertible {
    let name: String
    let arguments: [IValue]
    let gradient: IValue
    let gradients: [IValue]
    let tangents: [IValue]
    /// nil where PyTorch has no forward mode.
    let tangent: IValue?
    let description: String

    init(_ line: Substring) throws {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      func values(_ index: Int) throws -> [IValue] {
        try columns[index].split(separator: ";", omittingEmptySubsequences: false).map {
          try Sample.value($0)
        }
      }
      name = String(columns[0])
      arguments = try values(1)
      gradient = try values(2)[0]
      gradients = try values(3)
      tangents = try values(4)
      tangent = columns[5] == "?" ? IValue?.none : try values(5)[0]
      description = "\(columns[0]) \(columns[1].prefix(60))"
    }

    private static func value(_ text: Substring) throws -> IValue {
      if text == "-" || text == "None" { return .none }
      if text.first == "'" { return .string(String(text.dropFirst())) }
      if let number = Int(text) { return .int(number) }
      if let number = Double(text) { return .float(number) }
      let words = text.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Double($0) }
      #expect(numbers.count == words.count - 1, "\(text)")
      switch words[0] {
      case "complex128":
        let pairs = try Tensor.of(numbers, [numbers.count / 2, 2])
        return .tensor(try pairs.viewAsComplex())
      case "bool": return .tensor(try Tensor.of(numbers, [numbers.count]).converted(to: .bool))
      default: return .tensor(try Tensor.of(numbers, [numbers.count]))
      }
    }
  }

  private let e = ExecutionEnvironment(library: OperatorLibrary(context: GraphContext()))

  /// The real numbers of a tensor, two for each complex one; zeros for None.
  private func numbers(_ value: IValue, like model: IValue) throws -> [Double] {
    if value.isNone { return try numbers(model, like: model).map { _ in 0 } }
    let parts = try value.dtype.isComplex ? e.call("aten::view_as_real", value) : value
    guard case .tensor(let tensor) = parts else { return [] }
    return try tensor.elements(as: Double.self)
  }

  /// Where numbers differ from those of PyTorch; NaN is NaN, and infinities have signs.
  ///
  /// - Parameter skipped: places that are not compared.
  private func differences(
    _ found: IValue, _ expected: IValue, like model: IValue, within tolerance: Double,
    skipping skipped: Set<Int> = []
  ) throws -> String? {
    let (ours, theirs) = (try numbers(found, like: model), try numbers(expected, like: model))
    if ours.count != theirs.count { return "\(ours.count) numbers, \(theirs.count) expected" }
    let places = ours.indices.filter { place in
      let (a, b) = (ours[place], theirs[place])
      if skipped.contains(place) { return false }
      if a.isNaN || b.isNaN { return a.isNaN != b.isNaN }
      return a != b && !(abs(a - b) <= tolerance * max(1, abs(b)))
    }
    if places.isEmpty { return nil }
    return places.map { "at \($0): \(ours[$0]), expected \(theirs[$0])" }.joined(separator: "; ")
  }

  /// Places at which PyTorch's forward mode gives NaN though its reverse mode gives none, or beside a
  /// NaN among limits, where both modes of PyTorch differ.
  private func uncertain(_ sample: Sample, _ expected: IValue, _ result: IValue) throws -> Set<Int>
  {
    let tangents = try numbers(expected, like: result)
    let back = try zip(sample.gradients, sample.arguments).filter { $0.1.isTensor }
      .map { try numbers($0, like: $1) }.filter { $0.count == tangents.count }
    let arguments = try sample.arguments.filter(\.isTensor).map { try numbers($0, like: $0) }
    let places = tangents.indices.filter { place in
      if sample.name == "aten::clamp.Tensor" { return arguments.contains { $0[place].isNaN } }
      return tangents[place].isNaN && back.allSatisfy { !$0[place].isNaN }
    }
    return Set(places)
  }

  @Test func gradientsAreThoseOfPyTorch() throws {
    var found: [String] = []
    let samples = try String(decoding: Fixtures.read("gradients/elementwise.txt"), as: UTF8.self)
      .split(separator: "\n").map { try Sample($0) }
    #expect(samples.count > 200)
    for sample in samples {
      do {
        let count = try e.library.resolved(named: sample.name).schema.parameters.count
        let wanted = (0..<count).map { index in
          sample.tangents.indices.contains(index) && !sample.tangents[index].isNone
        }
        // PyTorch multiplies float64 by a sixth of float32.
        let tolerance = sample.name == "aten::hardsigmoid" ? 1e-7 : 1e-9
        let result = try e.apply(sample.name, sample.arguments)
        let first = result.elements?.first ?? result
        let others = (result.elements ?? []).dropFirst().map { _ in IValue.none }
        let back = try e.vjp(
          sample.name, sample.arguments, result: result, gradients: [sample.gradient] + others,
          wanted: wanted)
        for (index, expected) in sample.gradients.enumerated() where !sample.tangents[index].isNone
        {
          let model = sample.arguments[index]
          if let difference = try differences(
            back[index], expected, like: model, within: tolerance)
          {
            found.append("\(sample) gradient \(index): \(difference)")
          }
        }
        guard let expected = sample.tangent else { continue }
        let forth = try e.jvp(
          sample.name, sample.arguments, result: result, tangents: sample.tangents)
        if let difference = try differences(
          forth[0], expected, like: first, within: tolerance,
          skipping: uncertain(sample, expected, first))
        {
          found.append("\(sample) tangent: \(difference)")
        }
      } catch {
        found.append("\(sample): \(error)")
      }
    }
    #expect(found == [], "\(found.joined(separator: "\n"))")
  }
}
