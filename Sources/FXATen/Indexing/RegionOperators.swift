import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that take parts of images: boxes, or windows that offsets move (`torchvision.ops`).
enum RegionOperators {
  static let all: [OperatorDefinition] = [
    align, sensitiveAlign, pool, sensitivePool, deformableConvolution,
  ]

  /// `torchvision::roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height,
  /// SymInt pooled_width, int sampling_ratio, bool aligned) -> Tensor`
  static let align = OperatorDefinition(
    "torchvision::roi_align", shape: ShapeRules.regions(isSensitive: false)
  ) { call in
    let average = RegionAverage(
      try region(call), samples: try call.int(5), isAligned: try call.bool(6))
    let input = try call.tensor(0)
    let result = try average(call.single(0), call.single(1))
    return .tensor(try result.converted(to: input.dtype))
  }

  /// `torchvision::ps_roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt
  /// pooled_height, SymInt pooled_width, int sampling_ratio) -> (Tensor, Tensor)`
  static let sensitiveAlign = OperatorDefinition(
    "torchvision::ps_roi_align", shape: ShapeRules.regions(isSensitive: true, hasPlaces: true)
  ) { call in
    let region = try region(call)
    let average = RegionAverage(region, samples: try call.int(5), isSensitive: true)
    let values = try average(call.tensor(0), call.tensor(1))
    return .tuple([.tensor(values), .tensor(try region.channelPlaces(values.sizes))])
  }

  /// `torchvision::roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height,
  /// SymInt pooled_width) -> (Tensor, Tensor)`
  static let pool = OperatorDefinition(
    "torchvision::roi_pool", shape: ShapeRules.regions(isSensitive: false, hasPlaces: true)
  ) { call in
    let result = try RegionPooling(try region(call))(call.tensor(0), call.tensor(1))
    return .tuple([.tensor(result.values), .tensor(result.places)])
  }

  /// `torchvision::ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt
  /// pooled_height, SymInt pooled_width) -> (Tensor, Tensor)`
  static let sensitivePool = OperatorDefinition(
    "torchvision::ps_roi_pool", shape: ShapeRules.regions(isSensitive: true, hasPlaces: true)
  ) { call in
    let pooling = RegionPooling(try region(call), isSensitive: true)
    let result = try pooling(call.tensor(0), call.tensor(1))
    return .tuple([.tensor(result.values), .tensor(result.places)])
  }

  private static func region(_ call: OperatorCall) throws -> RegionShape {
    RegionShape(scale: try call.float(2), height: try call.int(3), width: try call.int(4))
  }

  /// `torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor
  /// bias, SymInt stride_h, SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt
  /// dilation_w, SymInt groups, SymInt offset_groups, bool use_mask) -> Tensor`
  static let deformableConvolution = OperatorDefinition(
    "torchvision::deform_conv2d",
    shape: { call in
      let (input, weight) = (try call.fake(0), try call.fake(1))
      let offset = try call.fake(2)
      guard input.rank == 4, weight.rank == 4, offset.rank == 4 else {
        throw call.wrong(0, "four dimensions")
      }
      let sizes = [input.sizes[0], weight.sizes[0], offset.sizes[2], offset.sizes[3]]
      return .fake(FakeTensor(input.dtype, sizes, device: input.device))
    },
    kernel: { call in
      let (input, weight, bias) = (try call.tensor(0), try call.tensor(1), try call.tensor(4))
      let groups = try call.int(11)
      guard weight.rank == 4, input.rank == 4, groups > 0, weight.sizes[0] % groups == 0,
        weight.sizes[1] * groups == input.sizes[1], bias.sizes == [weight.sizes[0]]
      else {
        throw call.error(
          "weights of the shape \(Geometry.text(weight.sizes)) in \(groups) groups do not fit an "
            + "input of the shape \(Geometry.text(input.sizes))")
      }
      let columns = try DeformableColumns(
        kernel: (weight.sizes[2], weight.sizes[3]), stride: (call.int(5), call.int(6)),
        padding: (call.int(7), call.int(8)), dilation: (call.int(9), call.int(10)),
        groups: call.int(12))
      let windows = try columns.windows(height: input.sizes[2], width: input.sizes[3])
      let parts = try columns(
        input, offsets: call.tensor(2), mask: call.bool(13) ? call.tensor(3) : nil)
      let (batch, channels) = (input.sizes[0], weight.sizes[0])
      let rows = parts.sizes[1] / groups
      // The products are in place in PyTorch, which autocast leaves alone.
      return try call.withoutAutocast { e in
        let grouped = try e.call(
          "aten::view", .tensor(parts), .ints([batch, groups, rows, parts.sizes[2]]))
        let factors = try e.call(
          "aten::reshape", .tensor(weight), .ints([groups, channels / groups, rows]))
        let products = try e.call("aten::matmul", factors, grouped)
        let images = try e.call(
          "aten::view", products, .ints([batch, channels, windows.height, windows.width]))
        let shift = try e.call("aten::view", .tensor(bias), .ints([1, channels, 1, 1]))
        return try e.call("aten::add.Tensor", images, shift)
      }
    })
}

extension OperatorCall {
  /// Returns a tensor; under autocast one of float32 in the place of narrow floats, as `roi_align` and
  /// `nms` take them there.
  func single(_ index: Int) throws -> Tensor {
    let tensor = try tensor(index)
    let isCast = emitter.modes.autocastDType != nil
    return isCast && tensor.dtype != .float64 ? try tensor.converted(to: .float32) : tensor
  }

  /// Calls `body` with what runs the call while autocast is off.
  fileprivate func withoutAutocast(_ body: (any Emitter) throws -> IValue) throws -> IValue {
    let environment = try environment
    return try environment.withAutocast(to: nil) { try body(environment) }
  }
}

extension RegionShape {
  /// Returns the channel of each bin, as the position-sensitive operators give it.
  fileprivate func channelPlaces(_ sizes: [Int]) throws -> Tensor {
    let result = try Tensor.empty(sizes, .int32)
    let start = try result.mutablePointer(Int32.self)
    let each = max(sizes.dropFirst().reduce(1, *), 1)
    for place in 0..<result.elementCount { start[place] = Int32(truncatingIfNeeded: place % each) }
    return result
  }
}

extension ShapeRules {
  /// Returns the rule of an operator on the bins of boxes: of (N, C, H, W) and (K, 5).
  ///
  /// - Parameter hasPlaces: whether there is a second result, of int32.
  static func regions(isSensitive: Bool, hasPlaces: Bool = false) -> OperatorDefinition.ShapeRule {
    { call in
      let (input, boxes) = (try call.fake(0), try call.fake(1))
      guard input.rank == 4, boxes.rank == 2 else { throw call.wrong(0, "images and boxes") }
      let (height, width) = (try call.size(3), try call.size(4))
      let channels =
        isSensitive
        ? try input.sizes[1].floorDivided(by: height * width) : input.sizes[1]
      let sizes = [boxes.sizes[0], channels, height, width]
      let values = IValue.fake(FakeTensor(input.dtype, sizes, device: input.device))
      guard hasPlaces else { return values }
      return .tuple([values, .fake(FakeTensor(.int32, sizes, device: input.device))])
    }
  }
}
