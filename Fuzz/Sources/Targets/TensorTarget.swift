import FXKit

extension FuzzTarget {
  /// Tensors in storages: two bytes with the storage's size, then a configuration of weights.
  ///
  /// Every element of an accepted tensor lies in its storage.
  static let tensors = FuzzTarget(
    "tensors", pace: 2500, seeds: { try $0.configurations() },
    mutate: { bytes, random in
      let json = JSONMutator(words: SchemaWords.all)
      var size = Array(bytes.prefix(2))
      if random.oneIn(4) { random.changeBytes(&size) }
      return size + json.mutate(Array(bytes.dropFirst(2)), &random)
    },
    check: { bytes in
      guard bytes.count > 2 else { return false }
      let size = Int(bytes[0]) | Int(bytes[1]) << 8
      let config = try PayloadConfig(json: UnsafeRawBufferPointer(rebasing: bytes[2...]))
      var sink = ByteSink()
      try config.write(to: &sink)
      let again = try FuzzFailure.unlessDone("reading what was written") {
        try PayloadConfig(json: sink.bytes)
      }
      var copied = ByteSink()
      try again.write(to: &copied)
      try FuzzFailure.unless(
        copied.bytes.elementsEqual(sink.bytes), "a configuration changes when it is read again")
      let storage = MemberBytes(copying: [UInt8](repeating: 0, count: size))
      var isAccepted = false
      for (name, meta) in config.entries {
        guard let view = try? WeightView(name: name, meta: meta, storage: storage, member: "m")
        else { continue }
        isAccepted = true
        try check(view, size)
      }
      return isAccepted
    })

  /// Finds the last element's place in floating point, which does not overflow.
  private static func check(_ view: WeightView, _ size: Int) throws {
    let tensor = view.tensor
    let sizes = tensor.sizes.map { $0.int ?? -1 }
    let strides = tensor.strides.map { $0.int ?? -1 }
    try FuzzFailure.unless(
      sizes.count == strides.count && (sizes + strides).allSatisfy { $0 >= 0 },
      "a tensor of sizes \(sizes) and strides \(strides) is accepted")
    if size == 0 || sizes.contains(0) { return }
    var last = Double(tensor.storageOffset.int ?? -1)
    for (size, stride) in Swift.zip(sizes, strides) { last += Double(size - 1) * Double(stride) }
    let end = (last + 1) * Double(tensor.dtype.byteCount)
    try FuzzFailure.unless(
      end <= Double(size), "a tensor that ends at \(end) is accepted in \(size) bytes")
  }
}
