import FXATen
import FXCore
import FXExport
import FXGraph
import FXTensor
import FXTestSupport
import Testing

@testable import FXOperators

/// Results that are written over arguments: what PyTorch refuses, and what is computed as if apart.
@Suite struct OverlapTests {
  /// What PyTorch says to a variant, by parameter and kind of overlap.
  private struct Row {
    let variant: String
    let answers: [(parameter: String, question: String, answer: String)]
  }

  private static let rows = Result { () throws -> [Row] in
    try Fixtures.read("overlaps/refused.txt").split(separator: UInt8(ascii: "\n")).map { line in
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      return Row(
        variant: String(words[0]),
        answers: words.dropFirst().compactMap { word in
          let parts = word.split { $0 == ":" || $0 == "=" }
          if parts.count != 3 { return nil }
          return (String(parts[0]), String(parts[1]), String(parts[2]))
        })
    }
  }

  @Test func rulesAreThoseOfPyTorch() throws {
    let library = OperatorLibrary(context: GraphContext())
    var count = 0
    var differences: [String] = []
    for row in try Self.rows.get() {
      guard let resolved = try? library.resolved(named: row.variant),
        let rule = resolved.definition?.overlap, let form = resolved.functionalForm
      else { continue }
      for (parameter, question, answer) in row.answers where answer != "either" {
        guard
          let index = form.schema.parameters.firstIndex(where: {
            $0.name == parameter
          })
        else { continue }
        count += 1
        let parameters = form.isInPlace ? rule.inPlace : rule.out
        let isFree =
          !form.isInPlace && rule.computedApart.contains(form.schema.qualifiedName)
        let isRefused =
          !isFree && !(question == "within" && rule.expanded.contains(index))
          && (rule.apart.contains(index) || (question != "wholly" && parameters.contains(index)))
        if isRefused != (answer == "error") {
          differences.append(
            "\(row.variant) \(parameter) \(question) \(answer)")
        }
      }
    }
    #expect(count > 600)
    #expect(differences == [])
  }

  private let environment = ExecutionEnvironment(library: OperatorLibrary(context: GraphContext()))

  /// Calls an operator and returns the code of its error; nil where it throws none.
  private func code(
    _ name: String, _ arguments: [Tensor], out: Tensor? = nil
  ) throws -> FXError.Code? {
    do {
      _ = try environment.apply(
        name, arguments.map { .tensor($0) }, out.map { [("out", .tensor($0))] } ?? [])
      return nil
    } catch let error as FXError {
      return error.code
    }
  }

  private func numbers(_ count: Int) throws -> Tensor {
    try .of((0..<count).map { Float($0) })
  }

  @Test(arguments: ["aten::add_.Tensor", "aten::pow_.Tensor", "aten::fmod_.Tensor", "aten::copy_"])
  func partsOfTheResultAreNoArguments(name: String) throws {
    let x = try numbers(20)
    let (front, back) = (try x.slice(0, from: 0, to: 19), try x.slice(0, from: 1, to: 20))
    #expect(try code(name, [front, back]) == .tensorOverlap)
    #expect(try code(name, [back, front]) == .tensorOverlap)
    #expect(try code(name, [x, x.select(0, 3)]) == .tensorOverlap)
    #expect(try code(name, [x, x.slice(0, from: 0, to: 1)]) == .tensorOverlap)
    let square = try x.slice(0, from: 0, to: 16).view([4, 4])
    #expect(try code(name, [square, square.transpose(0, 1)]) == .tensorOverlap)
    #expect(try code(name, [square, square.select(0, 0)]) == .tensorOverlap)
    // Nothing was written.
    #expect(try x.isEqual(to: numbers(20)))
  }

  @Test(arguments: ["aten::add_.Tensor", "aten::copy_"])
  func otherPartsOfTheStorageAreArguments(name: String) throws {
    let x = try numbers(20)
    let (front, back) = (try x.slice(0, from: 0, to: 10), try x.slice(0, from: 10, to: 20))
    #expect(try code(name, [front, back]) == nil)
    #expect(try code(name, [x, x]) == nil)
    #expect(try code(name, [x, x.view([20])]) == nil)
    #expect(try code(name, [x.slice(0, from: 3, to: 3), x.slice(0, from: 5, to: 5)]) == nil)
    #expect(try code(name, [x.slice(0, from: 3, to: 4), x.slice(0, from: 3, to: 4)]) == nil)
  }

  /// What only a walk could tell is not refused, and computed from what was there before.
  @Test func stridesAreReadBeforeTheyAreWritten() throws {
    let x = try numbers(10)
    let even = try x.slice(0, from: 0, to: 10, step: 2)
    #expect(try code("aten::add_.Tensor", [even, x.slice(0, from: 0, to: 5)]) == nil)
    #expect(try x.elements(as: Float.self) == [0, 1, 3, 3, 6, 5, 9, 7, 12, 9])
    let y = try numbers(10)
    let places = try y.slice(0, from: 0, to: 10, step: 2)
    #expect(try code("aten::copy_", [places, y.slice(0, from: 0, to: 5)]) == nil)
    #expect(try y.elements(as: Float.self) == [0, 1, 1, 3, 2, 5, 3, 7, 4, 9])
  }

  @Test func outputsOverArguments() throws {
    let x = try numbers(20)
    let (front, back) = (try x.slice(0, from: 0, to: 19), try x.slice(0, from: 1, to: 20))
    let other = try numbers(19)
    #expect(try code("aten::mul.out", [front, other], out: back) == .tensorOverlap)
    #expect(try code("aten::mul.out", [other, front], out: back) == .tensorOverlap)
    #expect(try code("aten::sin.out", [front], out: back) == .tensorOverlap)
    #expect(try code("aten::mul.out", [front, front], out: front) == nil)
    #expect(try x.elements(as: Float.self).prefix(5) == [0, 1, 4, 9, 16])
    // Computed apart: the result is that of what was there before.
    #expect(try code("aten::relu.out", [front], out: back) == nil)
    #expect(try x.elements(as: Float.self).prefix(5) == [0, 0, 1, 4, 9])
  }

  /// PyTorch reads the one value that it fills with before it writes, and does not check it.
  @Test func valuesToFillWithAreReadBefore() throws {
    func fill(_ name: String, _ arguments: (Tensor) throws -> [IValue]) throws -> [Float] {
      let x = try numbers(4)
      _ = try environment.apply(name, [.tensor(x)] + arguments(x))
      return try x.elements(as: Float.self)
    }
    let mask = IValue.tensor(try .of([true, false, true, false]))
    let places = IValue.tensor(try .of([3, 0] as [Int64]))
    #expect(try fill("aten::fill_.Tensor") { [.tensor(try $0.select(0, 2))] } == [2, 2, 2, 2])
    #expect(
      try fill("aten::masked_fill_.Tensor") { [mask, .tensor(try $0.select(0, 2))] }
        == [2, 1, 2, 3])
    #expect(
      try fill("aten::index_fill_.int_Tensor") { [0, places, .tensor(try $0.select(0, 2))] }
        == [2, 1, 2, 2])
    #expect(
      try fill("aten::index_put_") { [.list([mask]), .tensor(try $0.select(0, 3))] }
        == [3, 1, 3, 3])
  }

  @Test func otherValuesOfOneElementAreRefused() throws {
    func code(_ name: String, _ arguments: (Tensor) throws -> [IValue]) throws -> FXError.Code? {
      let x = try numbers(4)
      do {
        _ = try environment.apply(name, [.tensor(x)] + arguments(x))
        return nil
      } catch let error as FXError {
        return error.code
      }
    }
    let mask = IValue.tensor(try .of([true, false, true, false]))
    let places = IValue.tensor(try .of([3, 0] as [Int64]))
    #expect(
      try code("aten::index_put_") { [.list([places]), .tensor(try $0.select(0, 3))] }
        == .tensorOverlap)
    #expect(
      try code("aten::index_put_") { [.list([mask]), .tensor(try $0.select(0, 3)), true] }
        == .tensorOverlap)
    #expect(
      try code("aten::lerp_.Scalar") { [.tensor(try $0.select(0, 3)), 0.5] } == .tensorOverlap)
  }

  @Test func elementsWithOnePlaceAreNotWritten() throws {
    let shared = try Tensor.zeros([1]).expand([4])
    #expect(try code("aten::add_.Tensor", [shared, numbers(4)]) == .tensorView)
    #expect(try code("aten::copy_", [shared, numbers(4)]) == .tensorView)
    #expect(try code("aten::sin_", [shared]) == .tensorView)
    #expect(try code("aten::mul.out", [numbers(4), numbers(4)], out: shared) == .tensorView)
    #expect(try code("aten::zero_", [shared]) == nil)
  }
}
