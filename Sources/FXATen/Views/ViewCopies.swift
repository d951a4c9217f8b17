import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Copies of views (`permute_copy`): the view, and then a contiguous clone of it.
enum ViewCopies {
  static let all: [OperatorDefinition] = copies + [narrowCopy, conj, negView]

  private static let copies: [OperatorDefinition] = [
    copy(of: "alias"), copy(of: "detach"), copy(of: "lift_fresh").batched(.elementwise),
    copy(of: "_fw_primal"),
    copy(of: "_conj"), copy(of: "_neg_view"), copy(of: "_reshape_alias"),
    copy(of: "as_strided").kept(), copy(of: "diagonal"), copy(of: "expand"),
    copy(of: "permute").kept(), copy(of: "select", ".int"), copy(of: "slice", ".Tensor"),
    copy(of: "split", ".Tensor"), copy(of: "split_with_sizes"), copy(of: "squeeze"),
    copy(of: "squeeze", ".dim"), copy(of: "squeeze", ".dims"), copy(of: "t"),
    copy(of: "transpose", ".int"), copy(of: "unbind", ".int").kept(), copy(of: "unfold"),
    copy(of: "unsqueeze"), copy(of: "view", ".dtype"), copy(of: "view_as_complex"),
    copy(of: "view_as_real"),
  ]

  private static func copy(of name: String, _ overload: String = "") -> OperatorDefinition {
    let view = "aten::\(name)\(overload)"
    return OperatorDefinition("aten::\(name)_copy\(overload)") { call, e in
      let result = try e.apply(view, call.arguments)
      guard let parts = result.elements else { return try Self.clone(result, e) }
      return .list(try parts.map { try Self.clone($0, e) })
    }
  }

  /// `narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor`
  static let narrowCopy = OperatorDefinition("aten::narrow_copy") { call, e in
    try clone(e.apply("aten::narrow", call.arguments), e)
  }
  .kept()

  /// `_conj(Tensor(a) self) -> Tensor(a)`
  static let conj = OperatorDefinition(
    "aten::_conj", "prims::conj", shape: ShapeRules.alias,
    decomposition: { call, e in
      guard try call[0].dtype.isComplex else { return call[0] }
      return try e.call("aten::_conj_physical", call[0])
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      guard tensor.dtype.isComplex else { return call[0] }
      return .tensor(try call.environment.materializedViews.view(of: tensor, .conjugation))
    }
  )
  .viewing(.involution)
  .differentiated(by: .view)
  .kept("aten::_conj")
  .lazy(.conjugation)
  .batched(.elementwise, only: "aten::_conj")

  /// `_neg_view(Tensor(a) self) -> Tensor(a)`
  static let negView = OperatorDefinition(
    "aten::_neg_view", shape: ShapeRules.alias,
    decomposition: { call, e in try e.call("aten::neg", call[0]) },
    kernel: { call in
      .tensor(try call.environment.materializedViews.view(of: call.tensor(0), .negation))
    }
  )
  .viewing(ViewRule(keepsBase: false) { write, e in try e.call("aten::neg", write.value) })
  .differentiated(by: .view)
  .kept()
  .lazy(.negation)
  .batched(.elementwise)

  private static func clone(_ value: IValue, _ e: any Emitter) throws -> IValue {
    try e.call("aten::clone", value, keywords: [("memory_format", .memoryFormat(.contiguous))])
  }
}
