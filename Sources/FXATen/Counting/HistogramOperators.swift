import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Histograms of one and of several coordinates.
enum HistogramOperators {
  static let all: [OperatorDefinition] = [
    histc, histogramCount, histogramEdges, histogramddBinEdges, histogramddFromCount,
    histogramddFromEdges, histogramdd, histogramddInt, histogramddTensors,
  ]

  /// `histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor`
  static let histc = OperatorDefinition(
    "aten::histc",
    shape: { call in
      let tensor = try call.fake(0)
      return .fake(FakeTensor(tensor.dtype, [try call.size(1)], device: tensor.device))
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      let bins = try call.int(1)
      guard bins > 0 else { throw call.error("there are no bins") }
      var (least, most) = (try call.scalar(2).double, try call.scalar(3).double)
      guard least <= most else { throw call.error("max is less than min") }
      if least == most, tensor.elementCount > 0 {
        least = try Reductions.extreme(tensor, isLargest: false).item().double
        most = try Reductions.extreme(tensor, isLargest: true).item().double
      }
      guard least.isFinite, most.isFinite else {
        throw call.error("the range from \(least) to \(most) is not finite")
      }
      if least == most { (least, most) = (least - 1, most + 1) }
      let ends = try Tensor.of([least, most]).converted(to: tensor.dtype).elements(as: Double.self)
      let edges = try HistogramEdges.linear(ends[0], ends[1], bins, tensor.dtype)
      let points = try tensor.reshape([-1, 1])
      return .tensor(try Histogram.count(points, edges: [edges], .division))
    }
  )
  .kept()

  /// `histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool
  /// density=False) -> (Tensor hist, Tensor bin_edges)`
  static let histogramCount = OperatorDefinition(
    "aten::histogram.bin_ct", shape: ShapeRules.histogram
  ) { call in
    let points = try call.tensor(0).reshape([-1, 1])
    let edges = try HistogramEdges.linear(call, points, [call.int(1)], range: 2)
    let counts = try HistogramEdges.count(call, points, edges, .nearby, weight: 3, density: 4)
    return .tuple([.tensor(counts), .tensor(edges[0])])
  }

  /// `histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) ->
  /// (Tensor hist, Tensor bin_edges)`
  static let histogramEdges = OperatorDefinition(
    "aten::histogram.bins_tensor", shape: ShapeRules.histogramOfEdges
  ) { call in
    let points = try call.tensor(0).reshape([-1, 1])
    let edges = try call.tensor(1)
    let counts = try HistogramEdges.count(call, points, [edges], .edges, weight: 2, density: 3)
    return .tuple([.tensor(counts), .tensor(try edges.clone())])
  }
  .overlapping(OverlapRule(out: .only([1])))

  /// `_histogramdd_bin_edges(Tensor self, int[] bins, *, float[]? range=None, Tensor? weight=None,
  /// bool density=False) -> Tensor[]`
  static let histogramddBinEdges = OperatorDefinition(
    "aten::_histogramdd_bin_edges", shape: ShapeRules.histogramEdges
  ) { call in
    let points = try HistogramEdges.points(call)
    return .tensors(try HistogramEdges.linear(call, points, call.ints(1), range: 2))
  }
  .kept()

  /// `_histogramdd_from_bin_cts(Tensor self, int[] bins, *, float[]? range=None, Tensor? weight=None,
  /// bool density=False) -> Tensor`
  static let histogramddFromCount = OperatorDefinition(
    "aten::_histogramdd_from_bin_cts", shape: ShapeRules.histogramOfCounts
  ) { call in
    let points = try HistogramEdges.points(call)
    let edges = try HistogramEdges.linear(call, points, call.ints(1), range: 2)
    return .tensor(
      try HistogramEdges.count(call, points, edges, .nearby, weight: 3, density: 4))
  }
  .kept()

  /// `_histogramdd_from_bin_tensors(Tensor self, Tensor[] bins, *, Tensor? weight=None, bool
  /// density=False) -> Tensor`
  static let histogramddFromEdges = OperatorDefinition(
    "aten::_histogramdd_from_bin_tensors", shape: ShapeRules.histogramOfAllEdges
  ) {
    call in
    let points = try HistogramEdges.points(call)
    let edges = try call.tensors(1)
    return .tensor(try HistogramEdges.count(call, points, edges, .edges, weight: 2, density: 3))
  }
  .kept()

  /// `histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool
  /// density=False) -> (Tensor hist, Tensor[] bin_edges)`
  static let histogramdd = OperatorDefinition("aten::histogramdd") { call, e in
    try counted(call, e, call[1])
  }

  /// `histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool
  /// density=False) -> (Tensor hist, Tensor[] bin_edges)`
  static let histogramddInt = OperatorDefinition("aten::histogramdd.int_bins") { call, e in
    let count = try call[0].size(-1).requireStatic()
    return try counted(call, e, .list(Array(repeating: call[1], count: count)))
  }

  /// `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor?
  /// weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
  static let histogramddTensors = OperatorDefinition("aten::histogramdd.TensorList_bins") {
    call, e in
    let counts = try e.call(
      "aten::_histogramdd_from_bin_tensors", call[0], call[1],
      keywords: [("weight", call[3]), ("density", call[4])])
    return .tuple([counts, call[1]])
  }

  private static func counted(
    _ call: OperatorCall, _ e: any Emitter, _ bins: IValue
  ) throws -> IValue {
    let keywords = [("range", call[2]), ("weight", call[3]), ("density", call[4])]
    let options = keywords.map { (name: $0.0, value: $0.1) }
    let counts = try e.call("aten::_histogramdd_from_bin_cts", call[0], bins, keywords: options)
    let edges = try e.call("aten::_histogramdd_bin_edges", call[0], bins, keywords: options)
    return .tuple([counts, edges])
  }
}

/// The edges of bins, and counts by them.
private enum HistogramEdges {
  /// Returns points as a matrix of a point a row.
  static func points(_ call: OperatorCall) throws -> Tensor {
    let tensor = try call.tensor(0)
    guard let width = tensor.sizes.last, tensor.rank > 1 else {
      throw call.error("points need at least 2 dimensions")
    }
    let count = tensor.sizes.dropLast().reduce(1, *)
    return try tensor.reshape([count, width])
  }

  /// Returns edges of bins of one width over the range that is given, or that of the points.
  static func linear(
    _ call: OperatorCall, _ points: Tensor, _ bins: [Int], range: Int
  ) throws -> [Tensor] {
    let width = points.sizes[1]
    let given = try call.optionalFloats(range)
    guard bins.count == width, bins.allSatisfy({ $0 > 0 }), given?.count ?? 2 * width == 2 * width
    else { throw call.error("bins and range do not fit the coordinates") }
    return try (0..<width).map { axis in
      var (least, most) = (0.0, 1.0)
      if let given {
        (least, most) = (given[2 * axis], given[2 * axis + 1])
      } else if points.elementCount > 0 {
        let column = try points.select(1, axis)
        least = try Reductions.extreme(column, isLargest: false).item().double
        most = try Reductions.extreme(column, isLargest: true).item().double
      }
      guard least.isFinite, most.isFinite, least <= most else {
        throw call.error("the range from \(least) to \(most) is none")
      }
      if least == most { (least, most) = (least - 0.5, most + 0.5) }
      return try linear(least, most, bins[axis], points.dtype)
    }
  }

  /// Returns edges from one number to another, as `torch.linspace` spaces them.
  static func linear(
    _ start: Double, _ end: Double, _ bins: Int, _ dtype: ScalarType
  ) throws -> Tensor {
    let isDouble = dtype == .float64
    let step = (end - start) / Double(bins)
    let values = (0...bins).map { index -> Double in
      if isDouble {
        return index < (bins + 1) / 2
          ? start + step * Double(index) : end - step * Double(bins - index)
      }
      let (start, end, step) = (Float(start), Float(end), (Float(end) - Float(start)) / Float(bins))
      return Double(
        index < (bins + 1) / 2 ? start + step * Float(index) : end - step * Float(bins - index))
    }
    return try Tensor.of(values).converted(to: dtype)
  }

  /// Returns counts, or their density: they add up to 1 over all bins.
  static func count(
    _ call: OperatorCall, _ points: Tensor, _ edges: [Tensor], _ search: Histogram.Search,
    weight: Int, density: Int
  ) throws -> Tensor {
    let weights = try call.optionalTensor(weight)?.reshape([-1])
    let counts = try Histogram.count(points, edges: edges, weights: weights, search)
    guard try call.bool(density) else { return counts }
    var result = IValue.tensor(counts)
    let e = call.emitter
    result = try e.call("aten::div.Tensor", result, e.call("aten::sum", result))
    for (axis, edges) in edges.enumerated() {
      let widths = try e.call("aten::diff", .tensor(edges))
      var shape = counts.sizes.map { _ in 1 }
      shape[axis] = -1
      result = try e.call("aten::div.Tensor", result, e.call("aten::view", widths, .ints(shape)))
    }
    guard case .tensor(let tensor) = result else { throw call.error("there are no counts") }
    return tensor
  }
}
