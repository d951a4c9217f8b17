import FXCore
import FXTensor

/// Rules of operators that count, join bags, or whose results depend on data.
extension ShapeRules {
  /// `repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor`
  @Sendable package static func repeatInterleave(_ call: OperatorCall) throws -> IValue {
    let repeats = try call.fake(0)
    let size = try call.optionalSize(1) ?? SymbolicSize(call.symbols.makeUnbacked())
    return .fake(FakeTensor(repeats.dtype, [size], device: repeats.device))
  }

  /// `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor`
  @Sendable package static func combinations(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    guard tensor.rank == 1 else { throw call.wrong(0, "one dimension") }
    let length = try call.int(1)
    guard length >= 0 else { throw call.error("r is negative") }
    if length == 0 { return .fake(FakeTensor(tensor.dtype, [0], device: tensor.device)) }
    guard let available = tensor.sizes[0].int else {
      // The product of the numbers that are left at each choice, by those of the orders.
      let top = try call.bool(2) ? tensor.sizes[0] + .int(length - 1) : tensor.sizes[0]
      guard length <= 16 else { throw call.error("there are too many combinations") }
      let product = try SymbolicSize.product((0..<length).map { try top - .int($0) })
      let orders = (1...length).reduce(1, *)
      let count = try product.floorDivided(by: .int(orders))
      return .fake(FakeTensor(tensor.dtype, [count, .int(length)], device: tensor.device))
    }
    let count = try combinationSizes(available, length, withReplacement: call.bool(2))
    return .fake(FakeTensor(tensor.dtype, [.int(count), .int(length)], device: tensor.device))
  }

  /// Returns how many combinations of so many elements there are.
  package static func combinationSizes(
    _ available: Int, _ length: Int, withReplacement: Bool
  ) throws -> Int {
    let top = withReplacement ? available + length - 1 : available
    var count = 1
    for step in 0..<length where count > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(top - step, 0))
      guard !overflow else { throw FXError(.operatorDomain, "there are too many combinations") }
      count = product / (step + 1)
    }
    return count
  }

  /// `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor
  /// tensor_indices_or_sections, int dim=0) -> Tensor(a)[]`
  ///
  /// Only how many parts there are is known, and none of their sizes.
  @Sendable package static func tensorSplit(_ call: OperatorCall) throws -> IValue {
    let (tensor, places) = (try call.fake(0), try call.fake(1))
    guard places.rank == 1, let count = places.sizes[0].int else {
      throw FXError(.shapeDataDependent, "how many parts there are depends on data")
    }
    let axis = try Geometry.axis(call.int(2), of: tensor.rank)
    guard tensor.rank > 0, count < 1 << 20 else {
      throw call.error("there are too many parts")
    }
    return .list(
      try (0...count).map { _ in
        var sizes = tensor.sizes
        sizes[axis] = SymbolicSize(try call.symbols.makeUnbacked())
        return .fake(
          FakeTensor(
            tensor.dtype, sizes, strides: tensor.strides,
            storageOffset: SymbolicSize(try call.symbols.makeUnbacked()), device: tensor.device))
      })
  }

  /// `_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False,
  /// int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool
  /// include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)`
  @Sendable package static func embeddingBag(_ call: OperatorCall) throws -> IValue {
    let (weight, indices, offsets) = (try call.fake(0), try call.fake(1), try call.fake(2))
    guard weight.rank == 2, indices.rank == 1, offsets.rank == 1 else {
      throw call.error("bags need a matrix of weights, and vectors of indices")
    }
    var count = offsets.sizes[0]
    if try call.bool(7) { count = try count - 1 }
    let scales = try call.optionalFake(6)
    // PyTorch sums rows of these without noting where they come from.
    let isFast =
      (weight.dtype == .float32 || weight.dtype == .float16) && weight.strides[1] == 1
      && (scales == nil || scales?.strides.first == 1)
    let isPlain = try call.int(4) == 0 && isFast && call.int(8) < 0
    let isMaximum = try call.int(4) == 2
    let bags = isPlain ? offsets.sizes[0] : count
    func vector(_ sizes: [SymbolicSize]) -> IValue {
      .fake(FakeTensor(offsets.dtype, sizes, device: offsets.device))
    }
    return .tuple([
      .fake(FakeTensor(weight.dtype, [count, weight.sizes[1]], device: weight.device)),
      vector([isPlain ? 0 : indices.sizes[0]]), vector([bags]),
      vector(isMaximum ? [count, weight.sizes[1]] : [count]),
    ])
  }

  /// `segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor?
  /// offsets=None, int axis=0, …) -> Tensor`
  @Sendable package static func segmentReduce(_ call: OperatorCall) throws -> IValue {
    let data = try call.fake(0)
    let axis = try Geometry.axis(call.int(5), of: data.rank)
    let lengths = try call.optionalFake(2)
    guard let segments = try call.optionalFake(4) ?? lengths, segments.rank == axis + 1,
      data.rank > axis
    else { throw call.error("segments of the dimension \(axis) need \(axis + 1) dimensions") }
    var count = segments.sizes[axis]
    if try call.optionalFake(4) != nil { count = try count - 1 }
    let sizes = Array(segments.sizes.dropLast()) + [count] + data.sizes.dropFirst(axis + 1)
    return .fake(FakeTensor(data.dtype, sizes, device: data.device))
  }

  /// `histogram.bin_ct(Tensor self, int bins=100, …) -> (Tensor hist, Tensor bin_edges)`
  @Sendable package static func histogram(_ call: OperatorCall) throws -> IValue {
    let points = try call.fake(0)
    let bins = try call.size(1)
    return .tuple([
      .fake(FakeTensor(points.dtype, [bins], device: points.device)),
      .fake(FakeTensor(points.dtype, [try bins + 1], device: points.device)),
    ])
  }

  /// `histogram.bins_tensor(Tensor self, Tensor bins, …) -> (Tensor hist, Tensor bin_edges)`
  @Sendable package static func histogramOfEdges(_ call: OperatorCall) throws -> IValue {
    let (points, edges) = (try call.fake(0), try call.fake(1))
    guard edges.rank == 1 else { throw call.wrong(1, "one dimension") }
    return .tuple([
      .fake(FakeTensor(points.dtype, [try edges.sizes[0] - 1], device: points.device)),
      .fake(FakeTensor(edges.dtype, edges.sizes, device: edges.device)),
    ])
  }

  /// `_histogramdd_bin_edges(Tensor self, int[] bins, …) -> Tensor[]`
  @Sendable package static func histogramEdges(_ call: OperatorCall) throws -> IValue {
    let points = try call.fake(0)
    return .list(
      try call.sizes(1).map {
        .fake(FakeTensor(points.dtype, [try $0 + 1], device: points.device))
      })
  }

  /// `_histogramdd_from_bin_cts(Tensor self, int[] bins, …) -> Tensor`
  @Sendable package static func histogramOfCounts(_ call: OperatorCall) throws -> IValue {
    let points = try call.fake(0)
    return .fake(FakeTensor(points.dtype, try call.sizes(1), device: points.device))
  }

  /// `_histogramdd_from_bin_tensors(Tensor self, Tensor[] bins, …) -> Tensor`
  @Sendable package static func histogramOfAllEdges(_ call: OperatorCall) throws -> IValue {
    let points = try call.fake(0)
    let sizes = try call.fakes(1).map { edges in
      guard edges.rank == 1 else { throw call.wrong(1, "tensors of one dimension") }
      return try edges.sizes[0] - 1
    }
    return .fake(FakeTensor(points.dtype, sizes, device: points.device))
  }

  /// The rule of operators that tell the truth about data.
  @Sendable package static func truth(_ call: OperatorCall) throws -> IValue {
    let unknown = try call.symbols.makeUnbacked(ValueRange(min: 0, max: 1))
    return .symbol(SymbolicScalar(try .applying(.equality, to: [unknown, .integer(1)]), .bool))
  }

  /// `_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, …) ->
  /// (Tensor, Tensor)`
  @Sendable package static func sequenceLoss(_ call: OperatorCall) throws -> IValue {
    let (logarithms, targets) = (try call.fake(0), try call.fake(1))
    guard logarithms.rank == 3 else { throw call.wrong(0, "three dimensions") }
    let longest: SymbolicSize
    if case .fake = call[3] {
      // Of lengths that are data, only the targets' own size is known.
      guard targets.rank == 2 else {
        throw FXError(.shapeDataDependent, "the longest target depends on data")
      }
      longest = targets.sizes[1]
    } else {
      longest = .int(try call.ints(3).max() ?? 0)
    }
    let (time, batch) = (logarithms.sizes[0], logarithms.sizes[1])
    return .tuple([
      .fake(FakeTensor(logarithms.dtype, [batch], device: logarithms.device)),
      .fake(
        FakeTensor(
          logarithms.dtype, [batch, time, try longest * 2 + 1], device: logarithms.device)),
    ])
  }

  /// `_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)`
  @Sendable package static func packed(_ call: OperatorCall) throws -> IValue {
    let input = try call.fake(0)
    guard input.rank >= 2 else { throw call.wrong(0, "sequences") }
    let rows = SymbolicSize(try call.symbols.makeUnbacked())
    let steps = SymbolicSize(try call.symbols.makeUnbacked())
    return .tuple([
      .fake(FakeTensor(input.dtype, [rows] + input.sizes.dropFirst(2), device: input.device)),
      .fake(FakeTensor(.int64, [steps])),
    ])
  }

  /// `_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value,
  /// int total_length) -> (Tensor, Tensor)`
  @Sendable package static func padded(_ call: OperatorCall) throws -> IValue {
    let (data, batches) = (try call.fake(0), try call.fake(1))
    guard data.rank > 0, batches.rank == 1 else { throw call.wrong(0, "packed sequences") }
    let length = try call.int(4)
    let steps = length > 0 ? .int(length) : batches.sizes[0]
    let count = SymbolicSize(try call.symbols.makeUnbacked())
    let rest = Array(data.sizes.dropFirst())
    let sizes = [steps, count] + rest
    var strides = SymbolicSize.contiguousStrides(sizes)
    let isFirst = try call.bool(2)
    if isFirst { strides.swapAt(0, 1) }
    return .tuple([
      .fake(
        FakeTensor(
          data.dtype, isFirst ? [count, steps] + rest : sizes, strides: strides,
          device: data.device)),
      .fake(FakeTensor(.int64, [count])),
    ])
  }

  /// Returns the rule of a recurrent network on packed data, whose output has the data's rows.
  package static func packedNetwork(isLSTM: Bool) -> OperatorDefinition.ShapeRule {
    { call in
      let data = try call.fake(0)
      let states = isLSTM ? try call.fakes(2) : [try call.fake(2)]
      guard data.rank == 2, states.count == (isLSTM ? 2 : 1), let width = states[0].sizes.last
      else { throw call.wrong(0, "packed sequences") }
      let isTwofold = try call.bool(8)
      let output = try isTwofold ? width * 2 : width
      return .tuple(
        [.fake(FakeTensor(data.dtype, [data.sizes[0], output], device: data.device))]
          + states.map { .fake(FakeTensor($0.dtype, $0.sizes, device: $0.device)) })
    }
  }

  /// `mkldnn_rnn_layer(Tensor input, …, Tensor hx_, Tensor cx_, …) -> (Tensor, Tensor, Tensor, Tensor)`
  @Sendable package static func recurrentLayer(_ call: OperatorCall) throws -> IValue {
    let (input, hidden, cell) = (try call.fake(0), try call.fake(5), try call.fake(6))
    guard input.rank == 3 else { throw call.wrong(0, "three dimensions") }
    func like(_ sizes: [SymbolicSize]) -> IValue {
      .fake(FakeTensor(input.dtype, sizes, device: input.device))
    }
    return .tuple([
      like([input.sizes[0], input.sizes[1], try call.size(10)]), like(hidden.sizes),
      like(cell.sizes), .fake(FakeTensor(.uint8, [0], device: input.device)),
    ])
  }

  /// `_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, …) ->
  /// (Tensor output, Tensor logsumexp)`
  @Sendable package static func fusedAttention(_ call: OperatorCall) throws -> IValue {
    let query = try call.fake(0)
    guard query.rank == 4 else { throw call.wrong(0, "four dimensions") }
    let (batch, heads, length) = (query.sizes[0], query.sizes[1], query.sizes[2])
    let output = try dense(like: query, query.dtype, call.symbols)
    let sums = SymbolicSize.contiguousStrides([batch, length, heads])
    return .tuple([
      .fake(output),
      .fake(
        FakeTensor(
          query.dtype == .float64 ? .float64 : .float32, [batch, heads, length],
          strides: [sums[0], sums[2], sums[1]], device: query.device)),
    ])
  }
}
