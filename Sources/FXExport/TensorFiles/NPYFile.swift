import FXCore

/// Reads and writes NPY files, NumPy's files of one array each.
public enum NPYFile {
  /// Reads the array at `path`, or on the standard input for `-`.
  ///
  /// - Throws: `file.*`, or as `read(_:)` does.
  public static func read(path: String) throws -> TensorView { try read(MappedFile(path: path)) }

  /// Reads an array of any version, order of axes and order of bytes.
  ///
  /// The tensor is a view of the file, but for big-endian elements, which are copied. Its first
  /// axis has stride 1 where the file has Fortran's order.
  ///
  /// - Throws: `npy.header`, `npy.size`, `npy.dtype` or `tensor.size`, with the file.
  public static func read(_ file: MappedFile) throws(FXError) -> TensorView {
    do throws(FXError) {
      let (header, start) = try NPYHeader.read(file.bytes)
      let sizes = header.sizes.map { SymInt.int($0) }
      var meta = TensorMeta(dtype: header.dtype, sizes: sizes)
      guard let needed = meta.byteCount else {
        throw FXError(.npySize, "the shape has more elements than 64 bits count")
      }
      let given = file.bytes.count - start
      guard needed == given else {
        throw FXError(
          .npySize, "the array needs \(needed) bytes, the file has \(given) after the header",
          at: SourcePlace(offset: start))
      }
      if header.isFortranOrder {
        meta.strides = TensorMeta(dtype: header.dtype, sizes: sizes.reversed()).strides.reversed()
      }
      let data = UnsafeRawBufferPointer(rebasing: file.bytes[start...])
      let storage =
        header.isBigEndian && header.dtype.byteCount > 1
        ? try swapped(data, header.dtype) : MemberBytes(data, owner: file)
      return try TensorView(meta, storage: storage)
    } catch {
      throw error.inMember(file.path)
    }
  }

  /// Writes a tensor, contiguous and in the order of little-endian machines, as `numpy.save` does.
  ///
  /// - Throws: `npy.dtype`, `tensor.size`, or what writing throws.
  public static func write(_ tensor: TensorView, to output: AtomicOutput) throws {
    try write(tensor) { try output.write($0) }
  }

  /// Gives the bytes of a file piece by piece.
  static func write(
    _ tensor: TensorView, to output: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let header = try NPYHeader(dtype: tensor.dtype, sizes: tensor.sizes).bytes()
    try header.withUnsafeBytes(output)
    try tensor.forEachPiece(output)
  }

  /// Tells whether NumPy has a dtype.
  public static func holds(_ dtype: ScalarType) -> Bool {
    (try? NPYHeader(dtype: dtype, sizes: []).bytes()) != nil
  }

  /// Tells whether bytes begin as an NPY file does.
  public static func isRecognized(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: NPYHeader.magic)
  }

  /// Returns elements with their bytes turned around; complex numbers have two parts.
  private static func swapped(
    _ data: UnsafeRawBufferPointer, _ dtype: ScalarType
  ) throws(FXError) -> MemberBytes {
    let isComplex = [.complex32, .complex64, .complex128].contains(dtype)
    let width = isComplex ? dtype.byteCount / 2 : dtype.byteCount
    let copy = try MutableStorage(byteCount: data.count)
    for start in stride(from: 0, to: data.count, by: width) {
      copy.writeReversed(UnsafeRawBufferPointer(rebasing: data[start..<start + width]), at: start)
    }
    return copy.finish()
  }
}

extension MutableStorage {
  /// Copies bytes to an offset, the last first.
  fileprivate func writeReversed(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 8) { buffer in
      for (index, byte) in bytes.reversed().enumerated() { buffer[index] = byte }
      write(UnsafeRawBufferPointer(buffer), at: offset)
    }
  }
}
