import FXCore
import FXOperators
import FXTensor
import Glibc

extension HigherOrderOperator {
  /// `flex_attention(query, key, value, score_mod, block_mask, scale, kernel_options,
  /// score_mod_other_buffers, mask_mod_other_buffers)`
  ///
  /// The graphs are those of one score. They are called once with all scores, and with positions
  /// that broadcast to them, which is the same for elementwise graphs and for indices.
  static let flexAttention = HigherOrderOperator(name: "flex_attention") {
    arguments, _, emitter in
    guard arguments.count >= 6, case .float(let scale) = arguments[5],
      let mask = arguments[4].elements?.last, try arguments[0].rank == 4,
      try arguments[1].rank == 4
    else { throw wrong("flex_attention") }
    let e = emitter
    let dtype = try arguments[0].dtype
    let work = IValue.dtype(dtype == .float64 ? .float64 : .float32)
    func wide(_ value: IValue) throws -> IValue {
      try e.call("aten::_to_copy", value, keywords: [("dtype", work)])
    }
    let (queries, heads) = (try arguments[0].sizes, try arguments[1].sizes[1])
    let groups = heads == 0 ? 1 : try queries[1].floorDivided(by: heads)
    func spread(_ value: IValue) throws -> IValue {
      let heads = try e.call("aten::repeat_interleave.self_int", value, IValue(groups), 1)
      return try e.call("aten::expand", heads, [IValue(queries[0]), -1, -1, -1])
    }
    let keys = try wide(spread(arguments[1]))
    var scores = try e.call(
      "aten::matmul", wide(arguments[0]), e.call("aten::transpose.int", keys, -2, -1))
    scores = try e.call("aten::mul.Scalar", scores, .float(scale))

    let shape = try scores.sizes
    let positions = try (0..<4).map { axis -> IValue in
      let places = try e.call(
        "aten::arange", IValue(shape[axis]), keywords: [("dtype", .dtype(.int32))])
      var row = [IValue](repeating: 1, count: 4)
      row[axis] = IValue(shape[axis])
      return try e.call("aten::view", places, .list(row))
    }
    func buffers(_ index: Int) -> [IValue] {
      arguments.count > index ? arguments[index].elements ?? [] : []
    }
    let modified = try run(arguments[3], [scores] + positions + buffers(7), e)
    let isSeen = try run(mask, positions + buffers(8), e)
    let lowest = try e.call(
      "aten::scalar_tensor", .float(-.infinity), keywords: [("dtype", work)])
    scores = try e.call(
      "aten::expand", e.call("aten::where.self", isSeen, modified, lowest), .sizes(shape))

    let weights = try e.call("aten::_safe_softmax", scores, -1)
    let narrow = try e.call(
      "aten::_to_copy", weights, keywords: [("dtype", .dtype(dtype))])
    let output = try e.call("aten::matmul", narrow, spread(arguments[2]))
    // The operator tells both in units of the logarithm to base 2.
    let sums = try e.call("aten::logsumexp", scores, [-1])
    let largest = try e.call("aten::amax", scores, [-1])
    return .tuple([
      output, try e.call("aten::mul.Scalar", sums, .float(1 / log(2))),
      try e.call("aten::mul.Scalar", largest, .float(1 / log(2))),
    ])
  }
}
