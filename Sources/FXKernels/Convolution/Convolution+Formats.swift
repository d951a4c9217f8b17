import FXCore
import FXTensor

extension Convolution {
  /// Returns the strides of a result; nil for row-major ones.
  ///
  /// The result is in the memory format that the input suggests, or else the weight. Rows are
  /// convolved as images of height 1, whose input is row-major before. Source:
  /// `determine_backend_memory_format`.
  func resultStrides(_ sizes: [Int], _ input: Tensor, _ weight: Tensor) throws -> [Int]? {
    if rank == 1 {
      let rows = try input.isContiguous ? input : .empty([0, 0, 0], input.dtype)
      let isLast = try [rows, weight].contains {
        try $0.unsqueeze(2).suggestedFormat == .channelsLast
      }
      guard isLast else { return nil }
      var strides = try Geometry.strides(of: sizes[..<2] + [1, sizes[2]], in: .channelsLast)
      strides.remove(at: 2)
      return strides
    }
    let own = input.suggestedFormat
    let format = own == .contiguous ? weight.suggestedFormat : own
    if format == .contiguous || (rank == 3 && !isLeftToOneDNN(input, weight)) { return nil }
    return try Geometry.strides(of: sizes, in: format)
  }

  private func isLeftToOneDNN(_ input: Tensor, _ weight: Tensor) -> Bool {
    Self.isLeftToOneDNN(
      input.sizes, weight.sizes, input.dtype, groups: groups,
      isSpread: stride.contains { $0 != 1 } || dilation.contains { $0 != 1 },
      isTransposed: isTransposed, padsMuch: zip(outputPadding, stride).contains { $0 >= $1 })
  }

  /// Tells whether PyTorch leaves a convolution in three dimensions to oneDNN: where it doesn't,
  /// results are row-major.
  ///
  /// - Parameters:
  ///   - isSpread: whether a stride or a dilation is not 1.
  ///   - padsMuch: whether an output padding is as large as the stride.
  public static func isLeftToOneDNN(
    _ input: [Int], _ weight: [Int], _ dtype: ScalarType, groups: Int, isSpread: Bool,
    isTransposed: Bool, padsMuch: Bool
  ) -> Bool {
    if isTransposed, padsMuch || (groups > 1 && input[1] == groups) { return false }
    if dtype == .bfloat16 || dtype == .float16 { return true }
    guard dtype == .float32 else { return false }
    let kernel = weight.suffix(2)
    let isLarge =
      input.prefix(4).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } > 20480
    return groups > 1 || kernel.allSatisfy { $0 > 3 } || input[0] > 1 || isLarge
  }
}
