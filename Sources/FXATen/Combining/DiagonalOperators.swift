import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that make or cut matrices along a diagonal: `tril`, `diag_embed`, `trace`.
enum DiagonalOperators {
  static let all: [OperatorDefinition] = [
    tril, triu, diag, diagEmbed, diagflat, trace, oneHot,
  ]

  /// `tril(Tensor self, SymInt diagonal=0) -> Tensor`
  static let tril = OperatorDefinition(
    "aten::tril", shape: ShapeRules.contiguous(),
    decomposition: { call, e in try triangle(call, e, keeps: "aten::le.Tensor") },
    kernel: { call in .tensor(try call.tensor(0).triangle(.lower, diagonal: call.int(1))) }
  )
  .differentiated(by: .linear { call, g in try g.applying("aten::tril", call[1]) })
  .batched(.trailing)

  /// `triu(Tensor self, SymInt diagonal=0) -> Tensor`
  static let triu = OperatorDefinition(
    "aten::triu", shape: ShapeRules.contiguous(),
    decomposition: { call, e in try triangle(call, e, keeps: "aten::ge.Tensor") },
    kernel: { call in .tensor(try call.tensor(0).triangle(.upper, diagonal: call.int(1))) }
  )
  .differentiated(by: .linear { call, g in try g.applying("aten::triu", call[1]) })
  .batched(.trailing)

  /// Keeps elements whose column compares with the row and a diagonal in some way.
  private static func triangle(
    _ call: OperatorCall, _ e: any Emitter, keeps comparison: String
  ) throws -> IValue {
    guard try call[0].rank >= 2 else { throw call.error("expected at least 2 dimensions") }
    let device = IValue.device(try call[0].device)
    let rows = try e.call(
      "aten::arange", IValue(call[0].size(-2)), keywords: [("device", device)])
    let columns = try e.call(
      "aten::arange", IValue(call[0].size(-1)), keywords: [("device", device)])
    let limits = try e.call("aten::add.Scalar", e.call("aten::unsqueeze", rows, -1), call[1])
    let isKept = try e.call(comparison, columns, limits)
    let zero = try e.call(
      "aten::scalar_tensor", 0,
      keywords: [("dtype", .dtype(call[0].dtype)), ("device", device)])
    return try e.call("aten::where.self", isKept, call[0], zero)
  }

  /// `diag(Tensor self, int diagonal=0) -> Tensor`
  static let diag = OperatorDefinition("aten::diag") { call, e in
    switch try call[0].rank {
    case 1: try e.call("aten::diag_embed", call[0], call[1])
    case 2: try e.call("aten::diagonal_copy", call[0], call[1])
    default: throw call.error("expected a vector or a matrix")
    }
  }

  /// `diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor`
  static let diagEmbed = OperatorDefinition("aten::diag_embed") { call, e in
    let rank = try call[0].rank + 1
    let (row, column) = (
      try Geometry.axis(call.int(2), of: rank), try Geometry.axis(call.int(3), of: rank)
    )
    guard row != column else { throw call.error("the two dimensions are the same") }
    let offset = try call.int(1)
    let sizes = try call[0].sizes
    guard let length = sizes.last else { throw call.error("expected at least 1 dimension") }
    let side = try length + .int(abs(offset))
    var shape = Array(sizes.dropLast())
    shape.insert(side, at: min(row, column))
    shape.insert(side, at: max(row, column))
    let zeros = try e.call("aten::new_zeros", call[0], .sizes(shape))
    return try e.call(
      "aten::diagonal_scatter", zeros, call[0], .int(offset), .int(row), .int(column))
  }

  /// `diagflat(Tensor self, int offset=0) -> Tensor`
  static let diagflat = OperatorDefinition("aten::diagflat") { call, e in
    try e.call("aten::diag_embed", e.call("aten::reshape", call[0], [-1]), call[1])
  }

  /// `trace(Tensor self) -> Tensor`
  static let trace = OperatorDefinition("aten::trace") { call, e in
    guard try call[0].rank == 2 else { throw call.error("expected a matrix") }
    return try e.call("aten::sum", e.call("aten::diagonal", call[0]))
  }
  .autocast(.single)

  /// `one_hot(Tensor self, int num_classes=-1) -> Tensor`
  static let oneHot = OperatorDefinition(
    "aten::one_hot",
    decomposition: { call, e in
      guard try call.int(1) > 0 else {
        throw FXError(.operatorUnsupported, "the number of classes depends on data")
      }
      let classes = try e.call(
        "aten::arange", call[1], keywords: [("device", .device(call[0].device))])
      let isClass = try e.call("aten::eq.Tensor", e.call("aten::unsqueeze", call[0], -1), classes)
      return try e.call("aten::_to_copy", isClass, keywords: [("dtype", .dtype(.int64))])
    },
    kernel: { call in
      let classes = try call.tensor(0)
      guard classes.dtype == .int64 else { throw call.wrong(0, "an int64 tensor") }
      var count = try call.int(1)
      let known = try classes.elements(as: Int64.self)
      guard count > 0 || (count == -1 && !known.isEmpty) else {
        throw call.error("the number of classes has to be given")
      }
      if count == -1 { count = Int(known.max() ?? -1) + 1 }
      guard known.allSatisfy({ $0 >= 0 && $0 < count }) else {
        throw call.error("a class is not in the range from 0 to \(count - 1)")
      }
      let result = try Tensor.zeros(classes.sizes + [count], .int64)
      try result.scatter(-1, classes.unsqueeze(-1), .scalar(1, .int64))
      return .tensor(result)
    })
}
