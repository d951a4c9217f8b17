import FXATen
import FXCore
import FXGraph
import FXTensor
import Testing

@testable import FXOperators
@testable import FXSchemas

/// Writes of which names do not tell how they are made functional.
@Suite struct WriteRuleTests {
  private static let views = [
    "aten::as_strided_": "aten::as_strided", "aten::squeeze_": "aten::squeeze",
    "aten::squeeze_.dim": "aten::squeeze.dim", "aten::squeeze_.dims": "aten::squeeze.dims",
    "aten::swapaxes_": "aten::swapaxes", "aten::swapdims_": "aten::swapdims", "aten::t_": "aten::t",
    "aten::transpose_": "aten::transpose.int", "aten::unsqueeze_": "aten::unsqueeze",
  ]

  @Test func operatorsHaveTheirRules() throws {
    let library = OperatorLibrary(context: GraphContext())
    var views: [String: String] = [:]
    var others: [String: [String]] = [:]
    try OperatorTable.forEachLine { line in
      let resolved = try library.resolved(named: OperatorSchema(parsing: line).qualifiedName)
      let name = resolved.schema.qualifiedName
      guard let rule = resolved.writeRule else { return }
      switch rule {
      case .argument: others["argument", default: []].append(name)
      case .view(let view):
        views[name] = view
        #expect(try library.resolved(named: view).schema.isView)
      case .resized(let functional):
        others["resized", default: []].append(name)
        #expect(try !library.resolved(named: functional).schema.isMutable)
      case .value, .call:
        let kind = if case .value = rule { "value" } else { "call" }
        others[kind, default: []].append(name)
        #expect(library.functionalForm(of: resolved) == nil, "\(name) has two functional forms")
      }
    }
    #expect(views == Self.views)
    #expect(
      others.mapValues { $0.sorted() } == [
        "argument": ["aten::detach_", "aten::requires_grad_"],
        "resized": ["aten::resize_", "aten::resize_as_"],
        "value": ["aten::fill_diagonal_"],
        "call": [
          "aten::_batch_norm_with_update", "aten::_native_batch_norm_legit", "aten::batch_norm",
          "aten::native_batch_norm", "aten::normal_", "aten::rrelu_with_noise",
        ],
      ])
  }

  @Test func runningStatisticsAreWrittenInTrainingAlone() throws {
    let library = OperatorLibrary(context: GraphContext())
    let rule = try library.resolved(named: "aten::batch_norm").writeRule
    guard case .call(let functional) = rule else {
      Issue.record("batch_norm has no functional form")
      return
    }
    let (x, statistic) = (IValue.tensor(try .ones([2, 3])), IValue.tensor(try .ones([3])))
    func call(_ x: IValue, _ statistic: IValue, training: Bool) -> WriteRule.FunctionalCall? {
      functional([x, .none, .none, statistic, statistic, .bool(training), 0.1, 1e-5, true])
    }
    let trained = call(x, statistic, training: true)
    #expect(trained?.name == "aten::_native_batch_norm_legit_functional")
    #expect(trained?.writes.map(\.result) == [3, 4])
    #expect(trained?.arguments.count == 8)
    let untrained = call(x, statistic, training: false)
    #expect(untrained?.name == "aten::_native_batch_norm_legit_no_training")
    #expect(untrained?.writes.isEmpty == true)
    #expect(untrained?.arguments.count == 7)
    let alone = call(x, .none, training: true)
    #expect(alone?.name == "aten::_native_batch_norm_legit.no_stats")
    #expect(alone?.writes.isEmpty == true)
    #expect(alone?.arguments.count == 6)
    let empty = IValue.tensor(try .ones([0, 3]))
    #expect(call(empty, statistic, training: true) == nil)
  }
}
