import FXCore
import FXOperators
import FXTensor

/// Operators on boxes in images (`torchvision.ops`).
enum BoxOperators {
  static let all: [OperatorDefinition] = [nonMaximumSuppression, cudaVersion]

  /// `torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor`
  static let nonMaximumSuppression = OperatorDefinition(
    "torchvision::nms",
    shape: { call in
      let count = SymbolicSize(try call.symbols.makeUnbacked())
      return .fake(FakeTensor(.int64, [count], device: try call.fake(0).device))
    },
    kernel: { call in
      let (boxes, scores) = (try call.single(0), try call.single(1))
      guard boxes.rank == 2, boxes.sizes[1] == 4, scores.sizes == [boxes.sizes[0]] else {
        throw call.error("there are not four numbers and one score a box")
      }
      let sorted = try call.emitter.call(
        "aten::sort.stable", .tensor(scores), true, 0, true)
      guard case .tensor(let order)? = sorted.elements?.last else { return sorted }
      let places = try order.elements(as: Int64.self).map { Int($0) }
      let threshold = try call.float(2)
      let kept =
        boxes.dtype == .float64
        ? kept(try boxes.elements(as: Double.self), places, threshold: threshold)
        : kept(try boxes.elements(as: Float.self), places, threshold: threshold)
      let result = try Tensor.empty([kept.count], .int64, device: boxes.device)
      let start = try result.mutablePointer(Int64.self)
      for (index, box) in kept.enumerated() { start[index] = Int64(box) }
      return .tensor(result)
    })

  /// `torchvision::_cuda_version() -> int`
  static let cudaVersion = OperatorDefinition("torchvision::_cuda_version") { _, _ in .int(-1) }

  /// Returns the boxes that overlap no better one by more than a share of what both cover.
  private static func kept<Number: BinaryFloatingPoint>(
    _ boxes: [Number], _ order: [Int], threshold: Double
  ) -> [Int] {
    func area(_ box: Int) -> Number {
      (boxes[4 * box + 2] - boxes[4 * box]) * (boxes[4 * box + 3] - boxes[4 * box + 1])
    }
    var isSuppressed = [Bool](repeating: false, count: order.count)
    var kept: [Int] = []
    for (place, box) in order.enumerated() where !isSuppressed[box] {
      kept.append(box)
      let mine = area(box)
      for other in order[(place + 1)...] where !isSuppressed[other] {
        let left = max(boxes[4 * box], boxes[4 * other])
        let top = max(boxes[4 * box + 1], boxes[4 * other + 1])
        let right = min(boxes[4 * box + 2], boxes[4 * other + 2])
        let bottom = min(boxes[4 * box + 3], boxes[4 * other + 3])
        let common = max(0, right - left) * max(0, bottom - top)
        let share = common / (mine + area(other) - common)
        if Double(share) > threshold { isSuppressed[other] = true }
      }
    }
    return kept
  }
}
